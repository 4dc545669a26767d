/**
 * Who owns which code, as people write it: rules in Sentry's syntax (`path:src/pay/* ada@example.com`) and files
 * CODEOWNERS as GitHub, GitLab and Bitbucket read them. Pure: text to rules, and to problems that name their line. A line
 * with a problem makes no rule; the other lines do.
 * https://docs.sentry.io/product/issues/ownership-rules/
 * https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
 */

export type RuleSource = 'rules' | 'codeowners';

export interface OwnerRule {
  in: RuleSource;
  /** 1 is the first. */
  line: number;
  /** The line itself. */
  text: string;
  kind: 'path' | 'module' | 'url' | 'tag' | 'codeowners';
  /** Of a tag; else empty. */
  tag: string;
  pattern: string;
  /** E-mail addresses, `#team`, `@organization/team`. None: nobody owns it, whatever stands above. */
  owners: string[];
}

export interface RuleProblem {
  in: RuleSource;
  line: number;
  message: string;
}

export interface ReadRules {
  rules: OwnerRule[];
  problems: RuleProblem[];
}

/** Rules of one text. Each is compared with each frame of a new issue. */
export const RULES_MAX = 1_000;
const PATTERN_CHARS_MAX = 500;
const OWNERS_MAX = 20;
/** Problems told of one text: whoever has more sees them after the first ones are gone. */
const PROBLEMS_MAX = 50;

type Line = Omit<OwnerRule, 'in' | 'line' | 'text'>;

/** Null for a line without a rule; a text for what is wrong with it. */
type ReadLine = (line: string) => Line | string | null;

export const readOwnershipRules = (text: string) => readLines(text, 'rules', readRule);
export const readCodeowners = (text: string) => readLines(text, 'codeowners', readCodeownersLine);

function readLines(text: string, source: RuleSource, read: ReadLine): ReadRules {
  const rules: OwnerRule[] = [];
  const problems: RuleProblem[] = [];
  for (const [at, whole] of text.split(/\r?\n/).entries()) {
    const place = { in: source, line: at + 1 };
    const line = whole.trim();
    const found = line === '' || line.startsWith('#') ? null : read(line);
    if (found === null) continue;
    const problem = typeof found === 'string' ? found : problemOf(found);
    if (typeof found === 'string' || problem) problems.push({ ...place, message: problem ?? '' });
    else if (rules.length < RULES_MAX) rules.push({ ...place, text: line, ...found });
    else problems.push({ ...place, message: `there are more than ${RULES_MAX} rules` });
    if (problems.length >= PROBLEMS_MAX) break;
  }
  return { rules, problems };
}

function problemOf({ pattern, owners }: Line): string | null {
  if (pattern.length > PATTERN_CHARS_MAX) return `the pattern has more than ${PATTERN_CHARS_MAX} characters`;
  if (owners.length > OWNERS_MAX) return `there are more than ${OWNERS_MAX} owners`;
  const odd = owners.find((owner) => !isOwner(owner));
  return odd === undefined
    ? null
    : `"${odd.slice(0, 100)}" is no owner: write an e-mail address, #team or @organization/team`;
}

const isOwner = (text: string) => /^(?:[^\s@]+@[^\s@]+|[#@][^\s#@]+)$/.test(text);

const KINDS = ['path', 'module', 'url', 'codeowners'] as const;

function readRule(line: string): Line | string {
  const matcher = /^(?:"([^"]*)"|([^\s:"]+)):(?:"([^"]*)"|(\S+))(.*)$/.exec(line);
  if (!matcher)
    return 'a rule begins with path:, module:, url: or tags.NAME:, then a pattern; quote one with spaces';
  const [, quotedKind, bareKind = '', quoted, bare = '', rest = ''] = matcher;
  const name = quotedKind ?? bareKind;
  const pattern = quoted ?? bare;
  const owners = rest.split(/\s+/).filter(Boolean);
  if (pattern === '') return 'the pattern is empty';
  if (owners.length === 0) return 'the rule names no owner';
  if (name.startsWith('tags.') && name.length > 'tags.'.length)
    return { kind: 'tag', tag: name.slice('tags.'.length), pattern, owners };
  const kind = KINDS.find((known) => known === name);
  return kind
    ? { kind, tag: '', pattern, owners }
    : `"${name.slice(0, 100)}" is not known: write path:, module:, url: or tags.NAME:`;
}

function readCodeownersLine(line: string): Line | string | null {
  // Sections of GitLab: a name in brackets, perhaps optional, perhaps with approvals and default owners.
  if (/^\^?\[[^\]]+\](?:\[\d+\])?(?:\s|$)/.test(line)) return null;
  if (line.startsWith('!')) return 'a pattern that begins with ! is not known to CODEOWNERS';
  const [pattern = '', ...owners] = wordsOf(line);
  if (/[[\]]/.test(pattern)) return 'ranges in brackets are not known to CODEOWNERS';
  return { kind: 'codeowners', tag: '', pattern, owners };
}

/** Words up to a comment. A backslash keeps the space after it in its word. */
function wordsOf(line: string): string[] {
  const words: string[] = [];
  for (const [word] of line.matchAll(/(?:\\.|[^\s\\])+/g)) {
    if (words.length > 0 && word.startsWith('#')) break;
    words.push(word.replaceAll(/\\(.)/g, '$1'));
  }
  return words;
}
