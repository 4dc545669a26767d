/**
 * Fingerprint rules as people write them, in Sentry's syntax: `error.type:Timeout message:"*pool*" -> pool, {{ transaction }}
 * title="The pool is empty"`. The first rule that matches decides the fingerprint, whatever the sender said. Pure: text to
 * rules and problems.
 * https://docs.sentry.io/concepts/data-management/event-grouping/fingerprint-rules/
 */
import {
  type Cursor,
  checkFamilies,
  type LineReader,
  type ReadRules,
  type RuleMatcher,
  type RulePlace,
  readMatchers,
  readRuleLines,
  readYesNo,
} from './rule-text.ts';

const KEYS = {
  'error.type': 'type',
  type: 'type',
  'error.value': 'value',
  value: 'value',
  message: 'message',
  logger: 'logger',
  level: 'level',
  'stack.abs_path': 'path',
  path: 'path',
  'stack.module': 'module',
  module: 'module',
  'stack.function': 'function',
  function: 'function',
  'stack.package': 'package',
  package: 'package',
  app: 'app',
  family: 'family',
  release: 'release',
  sdk: 'sdk',
} as const;
/** For who misspelled one: without their short forms. */
const NAMES = [
  'error.type',
  'error.value',
  'message',
  'logger',
  'level',
  'tags.name',
  'stack.abs_path',
  'stack.module',
  'stack.function',
  'stack.package',
  'app',
  'family',
  'release',
  'sdk',
];

export type FingerprintKey = (typeof KEYS)[keyof typeof KEYS] | `tags.${string}`;

export interface FingerprintRule extends RulePlace {
  matchers: RuleMatcher<FingerprintKey>[];
  /** Constants and variables, as an SDK would send them. */
  fingerprint: string[];
  /** With variables; null: the title stays. */
  title: string | null;
}

/** Values of one fingerprint. */
const VALUES_MAX = 20;
/** Characters of a title, as of the first line of others. */
const TITLE_CHARS_MAX = 256;

/** What `{{ … }}` may name; `tags.` and a name besides. */
const VARIABLES: ReadonlySet<string> = new Set([
  'default',
  'transaction',
  'message',
  'type',
  'error.type',
  'value',
  'error.value',
  'function',
  'stack.function',
  'path',
  'stack.abs_path',
  'stack.filename',
  'module',
  'stack.module',
  'package',
  'stack.package',
  'level',
  'logger',
]);

export function readFingerprintRules(text: string): ReadRules<FingerprintRule> {
  const read = readRuleLines<Omit<FingerprintRule, keyof RulePlace>>(text, readRule);
  const everything = read.rules.find(({ matchers }) => matchers.every(isOpen));
  if (everything && everything !== read.rules.at(-1))
    read.problems.push({
      line: everything.line,
      column: 1,
      message: 'this rule takes every event, so that the rules below it are never asked',
      isWarning: true,
    });
  return read;
}

/** Asks nothing: of the things that every event has. */
function isOpen({ key, pattern, not }: RuleMatcher<FingerprintKey>): boolean {
  return (
    !not && (key === 'level' ? /^\*+$/.test(pattern) : key === 'family' && pattern.split(',').includes('all'))
  );
}

function readRule(reader: LineReader): Omit<FingerprintRule, keyof RulePlace> {
  const { cursor } = reader;
  const matchers = readMatchers(
    reader,
    keyOf,
    NAMES,
    (matcher, at) => checkMatcher(cursor, matcher, at),
    () => cursor.peek(2) === '->',
  );
  if (!cursor.take('->')) throw cursor.problem(`expected -> and a fingerprint, found ${cursor.next()}`);
  if (matchers.length === 0) throw cursor.problem('a rule needs a matcher before the ->', cursor.at - 2);
  return { matchers, ...readFingerprint(cursor) };
}

function keyOf(name: string): FingerprintKey | undefined {
  if (/^tags\.[\w.:-]+$/.test(name)) return name as `tags.${string}`;
  return Object.hasOwn(KEYS, name) ? KEYS[name as keyof typeof KEYS] : undefined;
}

function checkMatcher(cursor: Cursor, { key, pattern }: RuleMatcher<FingerprintKey>, at: number): void {
  if (key === 'family') checkFamilies(cursor, pattern, at);
  if (key === 'app' && readYesNo(pattern) === undefined) throw cursor.problem('app is yes or no', at);
}

const VARIABLE = /\{\{\s*(\S+?)\s*\}\}/y;
const TITLE = /([\w.-]+)=(?=")/y;

function readFingerprint(cursor: Cursor): Pick<FingerprintRule, 'fingerprint' | 'title'> {
  const fingerprint: string[] = [];
  let title: string | null = null;
  for (;;) {
    cursor.skipSpace();
    if (cursor.isAtEnd) break;
    const start = cursor.at;
    const attribute = cursor.match(TITLE);
    if (attribute) {
      if (attribute[1] !== 'title')
        throw cursor.problem(`${attribute[1]} is no attribute; there is title`, start);
      if (title !== null) throw cursor.problem('a second title', start);
      title = cursor.quoted();
      if (title.length > TITLE_CHARS_MAX)
        throw cursor.problem(`a title longer than ${TITLE_CHARS_MAX} characters`, start);
      checkVariables(cursor, title, start + 'title="'.length);
    } else {
      if (fingerprint.length === VALUES_MAX)
        throw cursor.problem(`more than ${VALUES_MAX} values in one fingerprint`);
      fingerprint.push(readValue(cursor));
    }
    cursor.skipSpace();
    cursor.take(',');
  }
  if (fingerprint.length === 0) throw cursor.problem('expected a fingerprint after the ->');
  return { fingerprint, title };
}

function readValue(cursor: Cursor): string {
  const start = cursor.at;
  const variable = cursor.match(VARIABLE);
  if (variable) {
    checkVariable(cursor, variable[1]!, start);
    return `{{ ${variable[1]} }}`;
  }
  if (cursor.peek() === '"') {
    const text = cursor.quoted();
    const only = /^\{\{\s*(\S+)\s*\}\}$/.exec(text)?.[1];
    if (only !== undefined) checkVariable(cursor, only, start);
    return text;
  }
  if (cursor.peek() === '{') throw cursor.problem('expected a variable such as {{ default }}');
  const bare = cursor.match(/[^\s{,]+/y)?.[0];
  if (bare === undefined) throw cursor.problem(`expected a value, found ${cursor.next()}`);
  return bare;
}

function checkVariables(cursor: Cursor, text: string, at: number): void {
  for (const found of text.matchAll(/\{\{\s*(\S+?)\s*\}\}/g))
    if (found[1] === 'default') throw cursor.problem('a title has no {{ default }}', at + found.index);
    else checkVariable(cursor, found[1]!, at + found.index);
}

function checkVariable(cursor: Cursor, name: string, at: number): void {
  if (VARIABLES.has(name) || /^tags\.\S+$/.test(name)) return;
  throw cursor.problem(
    `{{ ${name} }} is no variable; there are ${[...VARIABLES].join(', ')} and tags.name`,
    at,
  );
}
