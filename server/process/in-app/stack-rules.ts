/**
 * Stack rules: an ordered list of tests on a frame and its neighbours, and what follows from a match. They give
 * frames a category, mark them as the person's code or not, and take them out of grouping. Order matters: a
 * later rule sees and overrides what earlier ones did.
 *
 * What a frame's own text says about all rules at once is computed once per distinct frame and remembered,
 * since a program's stacks are made of few frames; categories, marks and neighbours are looked at each time.
 */
import { RecentMap } from '#server/platform/recent-map.ts';
import type { ExceptionValue, StackFrame } from '#server/record/event.ts';
import { globTest, normalizedPath, pathGlobTest, type TextTest } from './glob.ts';
import { type PlatformFamily, platformFamily } from './platform-family.ts';
import { trimFunction } from './trim-function.ts';

/** All given parts must hold. Texts are globs (see `glob.ts`); `not` turns one part around. */
export interface FrameTest {
  family?: PlatformFamily;
  function?: string;
  module?: string;
  /** The library, executable or image the frame is in. */
  package?: string;
  path?: string;
  /** The category given by an earlier rule, exact. */
  category?: string;
  inApp?: boolean;
  not?: Pick<FrameTest, 'function' | 'category'>;
  /** What a project's rules ask, in the words of their authors. All must hold, beside the above. */
  matchers?: readonly FrameMatcher[];
}

export type FrameMatcherField =
  | 'family'
  | 'function'
  | 'module'
  | 'package'
  | 'path'
  | 'category'
  | 'app'
  | 'error.type'
  | 'error.value'
  | 'error.mechanism';

export interface FrameMatcher {
  key: FrameMatcherField;
  /** A glob; of `family` a list, of `app` yes or no. */
  pattern: string;
  not: boolean;
}

/** `callees`: the frames this one called, nearer to the crash. `callers`: those that led to it. */
type Reach = 'callers' | 'callees';
export type Effect =
  | { category: string }
  | { inApp: boolean; reach?: Reach }
  | { grouped: boolean; reach?: Reach }
  /** Of the whole stack: of what counts only so many frames do, those nearest to the crash; 0: all. */
  | { maxFrames: number }
  /** A stack of which fewer frames count does not count. */
  | { minFrames: number };

export interface StackRule {
  frame: FrameTest;
  /** The frame that called this one; the rule needs one to be there. */
  caller?: FrameTest;
  callee?: FrameTest;
  effects: readonly Effect[];
  /** The rule in words, for the hint. Absent: made from its tests. */
  words?: string;
}

/** What the rules say about grouping, one entry a frame: in, out, or nothing. */
interface GroupedMark {
  grouped: boolean;
  /** The rule in words, for the hint. */
  rule: string;
}

/** How many frames of a stack count, and whose word that is. */
interface FrameLimit {
  frames: number;
  rule: string;
}

interface GroupedFrames {
  /** One entry a frame. */
  marks: (GroupedMark | undefined)[];
  maxFrames?: FrameLimit;
  minFrames?: FrameLimit;
}

type Exception = Pick<ExceptionValue, 'type' | 'value' | 'mechanism'>;

export interface StackRules {
  /** Sets `in_app` and `data.category` of the frames, oldest call first. `exception`: whose stack it is. */
  mark(frames: readonly StackFrame[], platform: string, exception?: Exception): void;
  /** Which frames the rules take out of grouping or put back; reads what `mark` left on the frames. */
  grouped(frames: readonly StackFrame[], platform: string, exception?: Exception): GroupedFrames;
  /** The rule of these that had the last word about whose code a frame is, if `mark` has seen it and one changed it. */
  whyInApp(frame: StackFrame): string | undefined;
}

/** How patterns are compared, and whether other rules have marked the frames before: these go on from there. */
interface RuleOptions {
  globs?: { text(pattern: string): TextTest; path(pattern: string): TextTest };
  isAddition?: boolean;
  profilesMax?: number;
}

/** Distinct frames remembered, once or twice as many: about 1.5 KB each, so 12 MB at most. A large program has a few thousand. */
const PROFILES_MAX = 4096;
/** Characters of all names of a frame. Longer ones are generated, and would be the larger part of that memory. */
const REMEMBERED_CHARS_MAX = 1000;

const BUILT_IN_GLOBS = { text: globTest, path: pathGlobTest };

export function createStackRules(
  rules: readonly StackRule[],
  { globs = BUILT_IN_GLOBS, isAddition = false, profilesMax = PROFILES_MAX }: RuleOptions = {},
): StackRules {
  const tests = new TestTable(globs);
  const compiled = rules.map((rule) => compileRule(rule, tests));
  const marking = compiled.filter((rule) => rule.effects.some(isMark));
  const grouping = compiled.filter((rule) => !rule.effects.every(isMark));
  const profiles = new RecentMap<string, Profile>(profilesMax);
  const decided = new WeakMap<StackFrame, string>();

  const profileOf = (frame: StackFrame, platform: string): Profile => {
    const framePlatform = frame.platform || platform;
    const key = `${framePlatform}\0${frame.function ?? ''}\0${frame.raw_function ? '1' : ''}\0${frame.module ?? ''}\0${frame.package ?? ''}\0${frame.abs_path || frame.filename || ''}`;
    let profile = profiles.get(key);
    if (profile === undefined) {
      const passed = tests.run(frame, framePlatform);
      profile = { passed, marking: candidates(marking, passed), grouping: candidates(grouping, passed) };
      if (key.length <= REMEMBERED_CHARS_MAX) profiles.set(key, profile);
    }
    return profile;
  };

  const stackOf = (
    frames: readonly StackFrame[],
    platform: string,
    exception: Exception | undefined,
    keepsCategories: boolean,
  ): Stack => {
    const stack: Stack = {
      profiles: frames.map((frame) => profileOf(frame, platform)),
      category: new Array(frames.length).fill(undefined),
      inApp: frames.map((frame) => frame.in_app),
      categories: new Set(),
      exception,
    };
    if (keepsCategories)
      frames.forEach((frame, at) => {
        if (typeof frame.data?.category !== 'string') return;
        stack.category[at] = frame.data.category;
        stack.categories.add(frame.data.category);
      });
    return stack;
  };

  return {
    mark(frames, platform, exception) {
      if (marking.length === 0 && isAddition) return;
      const stack = stackOf(frames, platform, exception, isAddition);
      const why: (string | undefined)[] = [];
      forEachMatch(marking, 'marking', stack, (rule, at) => {
        for (const effect of rule.effects) {
          if ('category' in effect) {
            stack.category[at] = effect.category;
            stack.categories.add(effect.category);
          } else if ('inApp' in effect) {
            const [start, end] = range(effect.reach, at, frames.length);
            for (let reached = start; isAddition && reached < end; reached++)
              if (stack.inApp[reached] !== effect.inApp) why[reached] = rule.words;
            stack.inApp.fill(effect.inApp, start, end);
          }
        }
      });
      frames.forEach((frame, at) => {
        if (why[at] !== undefined) decided.set(frame, why[at]);
        setInApp(frame, stack.inApp[at] ?? false);
        setCategory(frame, stack.category[at]);
      });
    },
    whyInApp: (frame) => decided.get(frame),
    grouped(frames, platform, exception) {
      if (grouping.length === 0 && isAddition) return { marks: [] };
      const stack = stackOf(frames, platform, exception, true);
      const marks: (GroupedMark | undefined)[] = new Array(frames.length).fill(undefined);
      const found: GroupedFrames = { marks };
      forEachMatch(grouping, 'grouping', stack, (rule, at) => {
        for (const effect of rule.effects) {
          if ('maxFrames' in effect) found.maxFrames = { frames: effect.maxFrames, rule: rule.words };
          if ('minFrames' in effect) found.minFrames = { frames: effect.minFrames, rule: rule.words };
          if (!('grouped' in effect)) continue;
          const [start, end] = range(effect.reach, at, frames.length);
          for (let reached = start; reached < end; reached++) {
            // The first rule that decides is the one to name; a repetition changes nothing.
            if (marks[reached]?.grouped !== effect.grouped)
              marks[reached] = { grouped: effect.grouped, rule: rule.words };
          }
        }
      });
      return found;
    },
  };
}

/** Changes a frame, rather than what of it is grouped. */
const isMark = (effect: Effect) => 'category' in effect || 'inApp' in effect;

/** Calls back for each rule in order and each frame it matches; all frames are tested before the first call. */
function forEachMatch(
  rules: readonly CompiledRule[],
  kind: 'marking' | 'grouping',
  stack: Stack,
  apply: (rule: CompiledRule, at: number) => void,
): void {
  const everyFrame = stack.profiles.map((_, at) => at);
  const framesOfRule: number[][] = [];
  stack.profiles.forEach((profile, at) => {
    for (const number of profile[kind]) {
      framesOfRule[number] ??= [];
      framesOfRule[number].push(at);
    }
  });
  for (let number = 0; number < rules.length; number++) {
    const rule = rules[number]!;
    const frames = rule.frame.isOpen ? everyFrame : framesOfRule[number];
    if (frames === undefined) continue;
    const category = rule.frame.category;
    if (category !== undefined && !stack.categories.has(category)) continue;
    const matching = frames.filter(
      (at) =>
        passes(rule.frame, stack, at) &&
        (rule.caller === undefined || passes(rule.caller, stack, at - 1)) &&
        (rule.callee === undefined || passes(rule.callee, stack, at + 1)),
    );
    for (const at of matching) apply(rule, at);
  }
}

/** The sender's word is kept beside ours when ours differs: 1 and 0 as sent, -1 when nothing was said. */
function setInApp(frame: StackFrame, inApp: boolean): void {
  if (frame.in_app === inApp) return;
  const said = frame.in_app === undefined ? -1 : Number(frame.in_app);
  frame.data = { ...frame.data, orig_in_app: frame.data?.orig_in_app ?? said };
  frame.in_app = inApp;
}

function setCategory(frame: StackFrame, category: string | undefined): void {
  if (frame.data?.category === category) return;
  if (category !== undefined) {
    frame.data = { ...frame.data, category };
  } else {
    const { category: _, ...data } = frame.data ?? {};
    frame.data = data;
  }
}

/** Frames stand oldest call first: callees have the higher positions. */
function range(reach: Reach | undefined, at: number, length: number): [start: number, end: number] {
  if (reach === 'callees') return [at + 1, length];
  if (reach === 'callers') return [0, at];
  return [at, at + 1];
}

/** What one frame's own text says about all rules. */
interface Profile {
  /** One byte per test of the table. */
  passed: Uint8Array;
  /** Rules this frame's text lets match, by position: what is left to look at is categories and neighbours. */
  marking: Uint16Array;
  grouping: Uint16Array;
}

interface Stack {
  profiles: Profile[];
  category: (string | undefined)[];
  inApp: (boolean | undefined)[];
  /** Every category any frame has had so far; rules on others need not be tried. */
  categories: Set<string>;
  exception: Exception | undefined;
}

interface CompiledTest {
  /** Positions in a profile that must be set, and that must not. */
  texts: readonly number[];
  notTexts: readonly number[];
  category: string | undefined;
  notCategory: string | undefined;
  inApp: boolean | undefined;
  /** Asks nothing of the frame's text. */
  isOpen: boolean;
  /** Of a project's rules: what is neither text of the frame nor equality. */
  others: readonly ((stack: Stack, at: number) => boolean)[];
}

interface CompiledRule {
  frame: CompiledTest;
  caller: CompiledTest | undefined;
  callee: CompiledTest | undefined;
  effects: readonly Effect[];
  words: string;
}

function passes(test: CompiledTest, stack: Stack, at: number): boolean {
  const profile = stack.profiles[at];
  if (profile === undefined || !textPasses(test, profile.passed)) return false;
  const category = stack.category[at];
  if (test.category !== undefined && category !== test.category) return false;
  if (test.notCategory !== undefined && category === test.notCategory) return false;
  if (test.inApp !== undefined && (stack.inApp[at] ?? false) !== test.inApp) return false;
  for (const other of test.others) if (!other(stack, at)) return false;
  return true;
}

function textPasses(test: CompiledTest, passed: Uint8Array): boolean {
  for (const text of test.texts) if (passed[text] === 0) return false;
  for (const text of test.notTexts) if (passed[text] === 1) return false;
  return true;
}

function candidates(rules: readonly CompiledRule[], passed: Uint8Array): Uint16Array {
  const numbers: number[] = [];
  rules.forEach((rule, number) => {
    if (!rule.frame.isOpen && textPasses(rule.frame, passed)) numbers.push(number);
  });
  return Uint16Array.from(numbers);
}

function compileRule(rule: StackRule, tests: TestTable): CompiledRule {
  return {
    frame: compileTest(rule.frame, tests),
    caller: rule.caller && compileTest(rule.caller, tests),
    callee: rule.callee && compileTest(rule.callee, tests),
    effects: rule.effects,
    words: rule.words ?? ruleInWords(rule),
  };
}

function compileTest(test: FrameTest, tests: TestTable): CompiledTest {
  const texts = TEXT_FIELDS.flatMap((field) => {
    const pattern = test[field];
    return pattern === undefined ? [] : [tests.add(field, pattern, test.family)];
  });
  if (texts.length === 0 && test.family !== undefined) texts.push(tests.add('family', '', test.family));
  const notFunction = test.not?.function;
  const notTexts = notFunction === undefined ? [] : [tests.add('function', notFunction, undefined)];
  const others: CompiledTest['others'][number][] = [];
  for (const { key, pattern, not } of test.matchers ?? []) {
    if (isTextField(key)) (not ? notTexts : texts).push(tests.add(key, pattern, undefined));
    else others.push(otherTest(key, tests.globs.text(pattern), /^(?:1|yes|true)$/i.test(pattern), not));
  }
  return {
    texts,
    notTexts,
    category: test.category,
    notCategory: test.not?.category,
    inApp: test.inApp,
    isOpen: texts.length === 0 && notTexts.length === 0,
    others,
  };
}

function otherTest(
  key: Exclude<FrameMatcherField, TextField>,
  matches: TextTest,
  isYes: boolean,
  not: boolean,
): CompiledTest['others'][number] {
  switch (key) {
    case 'app':
      return ({ inApp }, at) => ((inApp[at] ?? false) === isYes) !== not;
    case 'category':
      return ({ category }, at) => (category[at] !== undefined && matches(category[at])) !== not;
    case 'error.type':
      return ({ exception }) => matches(exception?.type || '<unknown>') !== not;
    case 'error.value':
      return ({ exception }) => matches(exception?.value || '<unknown>') !== not;
    case 'error.mechanism':
      return ({ exception }) => matches(exception?.mechanism?.type || '<unknown>') !== not;
  }
}

const isTextField = (key: FrameMatcherField): key is FrameMatcherField & TextField =>
  key === 'family' || TEXT_FIELDS.some((field) => field === key);

/** `function abort`, `category throw`, `path **\/node_modules/**`: enough to find the rule by. */
function ruleInWords(rule: StackRule): string {
  const words = (test: FrameTest): string =>
    [
      ...TEXT_FIELDS.flatMap((field) => (test[field] === undefined ? [] : [`${field} ${test[field]}`])),
      ...(test.category === undefined ? [] : [`category ${test.category}`]),
      ...(test.not?.category === undefined ? [] : [`not category ${test.not.category}`]),
    ].join(' and ');
  return [
    words(rule.frame),
    ...(rule.caller ? [`called by ${words(rule.caller)}`] : []),
    ...(rule.callee ? [`calling ${words(rule.callee)}`] : []),
  ].join(', ');
}

const TEXT_FIELDS = ['function', 'module', 'package', 'path'] as const;
type TextField = (typeof TEXT_FIELDS)[number] | 'family';

interface TableEntry {
  field: TextField;
  family: PlatformFamily | undefined;
  test: TextTest;
}

/** Every distinct text test of the rules, numbered, so that a frame's answers fit one byte each. */
class TestTable {
  readonly globs: typeof BUILT_IN_GLOBS;
  readonly #entries: TableEntry[] = [];
  readonly #numbers = new Map<string, number>();

  constructor(globs: typeof BUILT_IN_GLOBS) {
    this.globs = globs;
  }

  add(field: TextField, pattern: string, family: PlatformFamily | undefined): number {
    const key = `${field}\0${family ?? ''}\0${pattern}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const isPath = field === 'package' || field === 'path';
    const test =
      field === 'family' ? familyTest(pattern) : isPath ? this.globs.path(pattern) : this.globs.text(pattern);
    this.#numbers.set(key, this.#entries.length);
    return this.#entries.push({ field, family, test }) - 1;
  }

  run(frame: StackFrame, platform: string): Uint8Array {
    const family = platformFamily(platform);
    const path = frame.abs_path || frame.filename;
    const text: Record<TextField, string | undefined> = {
      family,
      function: functionName(frame, platform) || '<unknown>',
      module: frame.module,
      package: frame.package === undefined ? undefined : normalizedPath(frame.package),
      path: path ? normalizedPath(path) : undefined,
    };
    return Uint8Array.from(this.#entries, (entry) => {
      if (entry.family !== undefined && entry.family !== family) return 0;
      const value = text[entry.field];
      return value !== undefined && entry.test(value) ? 1 : 0;
    });
  }
}

/** A list such as `javascript,native`; empty: any. */
function familyTest(list: string): TextTest {
  const families = list.split(',');
  return list === '' || families.includes('all') ? () => true : (family) => families.includes(family);
}

/** A frame that carries its raw name has been trimmed already. */
export function functionName(frame: StackFrame, platform: string): string | undefined {
  return frame.function && !frame.raw_function
    ? trimFunction(frame.function, frame.platform || platform)
    : frame.function;
}
