/**
 * Stack trace rules as people write them, in Sentry's syntax: `stack.abs_path:**\/vendor/** -app`, `[ category:telemetry ] |
 * app:yes -group`, `family:native max-frames=3`. They run after the built-in ones, in their order. Pure: text to rules for
 * `in-app/stack-rules.ts`, and problems.
 * https://docs.sentry.io/concepts/data-management/event-grouping/stack-trace-rules/
 */
import type { Effect, FrameMatcherField, FrameTest, StackRule } from '#server/process/in-app/stack-rules.ts';
import {
  type Cursor,
  checkFamilies,
  type LineReader,
  type ReadRules,
  type RuleMatcher,
  type RulePlace,
  readMatcher,
  readMatchers,
  readRuleLines,
  readYesNo,
} from './rule-text.ts';

export type StackTraceRule = StackRule & RulePlace;

const KEYS: Readonly<Record<string, FrameMatcherField>> = {
  family: 'family',
  'stack.abs_path': 'path',
  path: 'path',
  'stack.module': 'module',
  module: 'module',
  'stack.function': 'function',
  function: 'function',
  'stack.package': 'package',
  package: 'package',
  category: 'category',
  app: 'app',
  'error.type': 'error.type',
  type: 'error.type',
  'error.value': 'error.value',
  value: 'error.value',
  'error.mechanism': 'error.mechanism',
  mechanism: 'error.mechanism',
};
/** For who misspelled one. */
const NAMES = [
  'family',
  'stack.abs_path',
  'stack.module',
  'stack.function',
  'stack.package',
  'category',
  'app',
  'error.type',
  'error.value',
  'error.mechanism',
];

/** Effects of one rule. */
const ACTIONS_MAX = 20;
/** Frames that a limit may name: no stack that is kept has more. */
const FRAMES_MAX = 1_000;

export function readStackTraceRules(text: string): ReadRules<StackTraceRule> {
  return readRuleLines<StackRule>(text, readRule);
}

const ACTION = /(?:[\^v]?[+-](?:group|app)|(?:max-frames|min-frames|category|invert-stacktrace)\s*=)/y;

function readRule(reader: LineReader): StackRule {
  const { cursor } = reader;
  const start = cursor.at;
  const caller = cursor.peek() === '[' ? readSibling(reader) : undefined;
  if (caller) {
    cursor.skipSpace();
    if (!cursor.take('|')) throw cursor.problem(`expected a | after the caller, found ${cursor.next()}`);
  }
  const matchers = readMatchers(
    reader,
    keyOf,
    NAMES,
    (matcher, at) => checkMatcher(cursor, matcher, at),
    () => cursor.peek() === '|' || isAction(cursor),
  );
  if (matchers.length === 0) throw cursor.problem('a rule needs a matcher before what it does', start);
  const callee = cursor.take('|') ? readSibling(reader) : undefined;
  return {
    frame: { matchers },
    ...(caller ? { caller } : {}),
    ...(callee ? { callee } : {}),
    effects: readActions(cursor),
  };
}

const keyOf = (name: string) => (Object.hasOwn(KEYS, name) ? KEYS[name] : undefined);

function isAction(cursor: Cursor): boolean {
  const { at } = cursor;
  const found = cursor.match(ACTION) !== null;
  cursor.at = at;
  return found || /^[\^+-]/.test(cursor.peek());
}

/** `[ function:foo ]`: the frame that called this one, or the one it called. */
function readSibling(reader: LineReader): FrameTest {
  const { cursor } = reader;
  cursor.skipSpace();
  if (!cursor.take('[')) throw cursor.problem(`expected a frame in brackets, found ${cursor.next()}`);
  cursor.skipSpace();
  const { matcher, patternAt } = readMatcher(reader, keyOf, NAMES);
  checkMatcher(cursor, matcher, patternAt);
  cursor.skipSpace();
  if (!cursor.take(']')) throw cursor.problem(`expected a ] after a space, found ${cursor.next()}`);
  return { matchers: [matcher] };
}

function checkMatcher(cursor: Cursor, { key, pattern }: RuleMatcher<FrameMatcherField>, at: number): void {
  if (key === 'family') checkFamilies(cursor, pattern, at);
  if (key === 'app' && readYesNo(pattern) === undefined) throw cursor.problem('app is yes or no', at);
}

function readActions(cursor: Cursor): Effect[] {
  const effects: Effect[] = [];
  for (;;) {
    cursor.skipSpace();
    if (cursor.isAtEnd || cursor.peek() === '#') break;
    if (effects.length === ACTIONS_MAX)
      throw cursor.problem(`a rule that does more than ${ACTIONS_MAX} things`);
    effects.push(readAction(cursor));
  }
  if (effects.length === 0)
    throw cursor.problem('expected what the rule does, such as -app, +group or max-frames=3');
  return effects;
}

const FLAG = /([\^v]?)([+-])(\w+)(?=\s|$)/y;
const SETTING = /([\w-]+)\s*=\s*([\w.-]+)(?=\s|$)/y;

function readAction(cursor: Cursor): Effect {
  const start = cursor.at;
  const flag = cursor.match(FLAG);
  if (flag) {
    const [, range, sign, what] = flag;
    // `^` is towards the crash: what the frame called.
    const reach =
      range === '^' ? ({ reach: 'callees' } as const) : range === 'v' ? ({ reach: 'callers' } as const) : {};
    if (what === 'app') return { inApp: sign === '+', ...reach };
    if (what === 'group') return { grouped: sign === '+', ...reach };
    throw cursor.problem(`${sign}${what} is nothing that a rule can do; there are app and group`, start);
  }
  const setting = cursor.match(SETTING);
  if (!setting)
    throw cursor.problem(
      `expected what the rule does, such as -app, +group or max-frames=3; found ${cursor.next()}`,
    );
  const [, name, value = ''] = setting;
  const valueAt = cursor.at - value.length;
  if (name === 'category') return { category: value };
  if (name !== 'max-frames' && name !== 'min-frames')
    throw cursor.problem(`${name} cannot be set; there are max-frames, min-frames and category`, start);
  const frames = /^\d{1,4}$/.test(value) ? Number(value) : Number.NaN;
  if (!(frames <= FRAMES_MAX))
    throw cursor.problem(`${name} is a number of frames from 0 to ${FRAMES_MAX}`, valueAt);
  return name === 'max-frames' ? { maxFrames: frames } : { minFrames: frames };
}
