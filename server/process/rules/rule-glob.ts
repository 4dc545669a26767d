/**
 * Glob patterns of rules that people write, over texts that strangers send: `*` is any text, `?` one character, `[a-z]`
 * and `[!a-z]` one of a set, `{a,b}` one of several texts, `\` takes the next character as it is. In paths `*` and `?`
 * stop at `/`, `**` does not, `**` before a `/` any number of folders, none included; case does not matter there, and a relative
 * path is also tried from the root. Same answers as `in-app/glob.ts` where that one has an opinion; a test holds the two
 * together.
 *
 * Linear: a pattern is a row of bits, one for each character it consumes, and each character of the text moves all of them
 * at once (Baeza-Yates and Gonnet, "A New Approach to Text Searching", 1992; a star is a bit that also stays). Nothing is
 * tried twice, whatever the pattern and the text.
 */
export type TextTest = (text: string) => boolean;

/** Characters of a pattern. */
const PATTERN_CHARS_MAX = 500;
/** Stars of a pattern: more say nothing that fewer do not. */
const STARS_MAX = 20;
/** Texts a pattern with braces stands for. */
const CHOICES_MAX = 16;
/** Characters of a text that are looked at: names and messages have said what they are about long before. */
const TEXT_CHARS_MAX = 2_048;
/** Distinct characters of texts whose bits are remembered, per pattern. */
const KNOWN_CHARS_MAX = 128;

export interface GlobOptions {
  isPath?: boolean;
  ignoresCase?: boolean;
}

/** What is wrong with a pattern, and at which of its characters, counted from 0. */
export interface GlobProblem {
  at: number;
  message: string;
}

export function globProblem(pattern: string): GlobProblem | null {
  if (pattern.length > PATTERN_CHARS_MAX)
    return { at: PATTERN_CHARS_MAX, message: `the pattern is longer than ${PATTERN_CHARS_MAX} characters` };
  let stars = 0;
  let inBraces = false;
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at]!;
    if (char === '\\') {
      if (at === pattern.length - 1) return { at, message: 'the \\ at the end takes nothing' };
      at += 1;
    } else if (char === '*') {
      if (pattern[at - 1] !== '*') stars += 1;
      if (stars > STARS_MAX) return { at, message: `more than ${STARS_MAX} stars` };
    } else if (char === '[') {
      const end = setEnd(pattern, at);
      if (end < 0)
        return { at, message: 'the [ is not closed; a [ that is meant as it is needs a \\ before it' };
      at = end;
    } else if (char === '{') {
      if (inBraces) return { at, message: 'braces inside braces' };
      inBraces = true;
      if (!/^\{(?:[^{}\\]|\\.)*\}/s.test(pattern.slice(at)))
        return { at, message: 'the { is not closed; a { that is meant as it is needs a \\ before it' };
    } else if (char === '}') inBraces = false;
  }
  if (choices(pattern) === null)
    return { at: 0, message: `braces that stand for more than ${CHOICES_MAX} texts` };
  return null;
}

/** Takes every text of its kind, whatever it is. */
export function matchesAnything(pattern: string): boolean {
  return /^[*/]+$/.test(pattern) && pattern.includes('*') && (pattern === '*' || !/^\/|\/$/.test(pattern));
}

/** The pattern has no problem. */
export function ruleGlob(pattern: string, options: GlobOptions = {}): TextTest {
  const test = readyGlob(pattern, options);
  return (text) => test(readyText(text, options));
}

/** A text as `readyGlob` takes it: once for a text, however many patterns there are. */
export function readyText(text: string, { isPath = false, ignoresCase = false }: GlobOptions): string {
  const bounded = text.length > TEXT_CHARS_MAX ? text.slice(0, TEXT_CHARS_MAX) : text;
  if (isPath) return bounded.toLowerCase().replaceAll('\\', '/');
  return ignoresCase ? bounded.toLowerCase() : bounded;
}

/** The same over texts that are ready. */
export function readyGlob(pattern: string, { isPath = false, ignoresCase = false }: GlobOptions): TextTest {
  const tests = choices(ignoresCase || isPath ? pattern.toLowerCase() : pattern)!.map((choice) => {
    const test = globOf(choice, isPath);
    // A relative path is tried from the root too, where the pattern could begin with its slash.
    const beginsWithName = /^(?:\*\*\/)*(?:[^/*[\\]|\*\*[^/*])/.test(choice);
    return isPath && !beginsWithName
      ? (path: string) => test(path) || (!path.startsWith('/') && test(`/${path}`))
      : test;
  });
  return tests.length === 1 ? tests[0]! : (text) => tests.some((one) => one(text));
}

/** The patterns without braces that one with braces stands for; null: too many. */
function choices(pattern: string): string[] | null {
  const open = /^(?:[^\\{]|\\.)*?\{/s.exec(pattern);
  if (!open) return [pattern];
  const start = open[0].length;
  const parts: string[] = [''];
  let at = start;
  for (; at < pattern.length && pattern[at] !== '}'; at++) {
    if (pattern[at] === ',') parts.push('');
    else if (pattern[at] === '\\') parts.push(parts.pop() + pattern.slice(at, ++at + 1));
    else parts.push(`${parts.pop()}${pattern[at]}`);
  }
  if (at >= pattern.length) return [pattern];
  const after = choices(pattern.slice(at + 1));
  if (after === null || after.length * parts.length > CHOICES_MAX) return null;
  const before = pattern.slice(0, start - 1);
  return parts.flatMap((part) => after.map((rest) => before + part + rest));
}

/** Position of the `]` that ends the set; the first character of a set may be a `]` itself. */
function setEnd(pattern: string, open: number): number {
  const first = pattern[open + 1] === '!' ? open + 2 : open + 1;
  return pattern.indexOf(']', first + 1);
}

/** Consumes one character. */
type Step = { char: string } | { any: 'any' | 'inFolder' } | { set: string; not: boolean };

/** Steps, and what may stand before each of them and after the last. */
interface Program {
  steps: Step[];
  gaps: Gap[];
}

interface Gap {
  star: '' | 'inFolder' | 'any';
  /** Before the star. */
  folders: boolean;
}

const noGap = (): Gap => ({ star: '', folders: false });
const isGap = ({ star, folders }: Gap) => star !== '' || folders;

function globOf(pattern: string, isPath: boolean): TextTest {
  const quick = quickTest(pattern, isPath);
  if (quick) return quick;
  const program = programOf(pattern, isPath);
  // Most texts lack the longest literal, and looking for that is many times as fast.
  const literal = longestLiteral(program);
  const run = bitParallel(program);
  return literal.length < 2 ? run : (text) => text.includes(literal) && run(text);
}

/** The shapes nearly every rule has. */
function quickTest(pattern: string, isPath: boolean): TextTest | null {
  if (!/[*?[\\]/.test(pattern)) return (text) => text === pattern;
  const under = isPath && /^\*\*\/([^*?[\\]+)\/\*\*$/.exec(pattern)?.[1];
  if (under) return (text) => text.startsWith(`${under}/`) || text.includes(`/${under}/`);
  if (isPath) return null;
  const [, before, literal, after] = /^(\**)([^*?[\\]+)(\**)$/.exec(pattern) ?? [];
  if (literal === undefined) return null;
  if (before && after) return (text) => text.includes(literal);
  return before ? (text) => text.endsWith(literal) : (text) => text.startsWith(literal);
}

function programOf(pattern: string, isPath: boolean): Program {
  const program: Program = { steps: [], gaps: [noGap()] };
  const push = (step: Step) => {
    program.steps.push(step);
    program.gaps.push(noGap());
  };
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at]!;
    const gap = program.gaps.at(-1)!;
    if (char === '*') {
      let end = at;
      while (pattern[end + 1] === '*') end += 1;
      const isDeep = !isPath || end > at;
      const isFolders =
        isPath && end > at && pattern[end + 1] === '/' && (at === 0 || pattern[at - 1] === '/');
      if (isFolders) {
        gap.folders = true;
        end += 1;
      } else if (gap.star !== 'any') gap.star = isDeep ? 'any' : 'inFolder';
      at = end;
    } else if (char === '?') push({ any: isPath ? 'inFolder' : 'any' });
    else if (char === '[') {
      const end = setEnd(pattern, at);
      const not = pattern[at + 1] === '!';
      push({ set: pattern.slice(at + (not ? 2 : 1), end), not });
      at = end;
    } else if (char === '\\') push({ char: pattern[++at]! });
    else push({ char });
  }
  return program;
}

function longestLiteral({ steps, gaps }: Program): string {
  let longest = '';
  let run = '';
  steps.forEach((step, at) => {
    if (!('char' in step)) run = '';
    else run = isGap(gaps[at]!) ? step.char : run + step.char;
    if (run.length > longest.length) longest = run;
  });
  return longest;
}

function bitParallel({ steps, gaps }: Program): TextTest {
  const words = (steps.length >> 5) + 1;
  const bits = (isSet: (at: number) => boolean) => {
    const row = new Uint32Array(words);
    for (let at = 0; at <= steps.length; at++) if (isSet(at)) row[at >> 5]! |= 1 << (at & 31);
    return row;
  };
  /** Bit n: n steps are done. It stays where a star follows. */
  const stays = bits((at) => gaps[at]!.star === 'any');
  const staysInFolder = bits((at) => gaps[at]!.star !== '');
  const folders = bits((at) => gaps[at]!.folders);
  const hasFolders = gaps.some((gap) => gap.folders);
  const known = new Map<string, Uint32Array>();
  const movesOn = (char: string): Uint32Array => {
    let row = known.get(char);
    if (row === undefined) {
      // Bit n: the char may be the n-th step, counted from 1.
      row = bits((at) => at > 0 && takes(steps[at - 1]!, char));
      if (known.size < KNOWN_CHARS_MAX) known.set(char, row);
    }
    return row;
  };
  return (text) => {
    const now = new Uint32Array(words);
    /** Somewhere among the folders of two stars and a slash. */
    const among = new Uint32Array(words);
    now[0] = 1;
    for (let at = 0; at < text.length; at++) {
      const char = text[at]!;
      const isSlash = char === '/';
      const move = movesOn(char);
      const loop = isSlash ? stays : staysInFolder;
      let carry = 0;
      let alive = 0;
      for (let word = 0; word < words; word++) {
        const was = now[word]!;
        const wandering = hasFolders ? (was | among[word]!) & folders[word]! : 0;
        let next = (((was << 1) | carry) & move[word]!) | (was & loop[word]!);
        if (isSlash) next |= wandering;
        carry = was >>> 31;
        now[word] = next;
        among[word] = wandering;
        alive |= next | wandering;
      }
      if (alive === 0) return false;
    }
    return ((now[steps.length >> 5]! >>> (steps.length & 31)) & 1) === 1;
  };
}

function takes(step: Step, char: string): boolean {
  if ('char' in step) return step.char === char;
  if ('any' in step) return step.any === 'any' || char !== '/';
  return isInSet(step.set, char) !== step.not;
}

function isInSet(set: string, char: string): boolean {
  for (let at = 0; at < set.length; at++) {
    if (set[at + 1] === '-' && at + 2 < set.length) {
      const [first = '', , last = ''] = set.slice(at, at + 3);
      if (first <= char && char <= last) return true;
      at += 2;
    } else if (set[at] === char) return true;
  }
  return false;
}
