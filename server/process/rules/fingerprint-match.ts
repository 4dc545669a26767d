/**
 * Which fingerprint rule an event matches: the first of which all parts hold. Parts about frames must hold for one and the
 * same frame, parts about exceptions for one and the same exception, as at Sentry; so `!error.type:X` asks for an
 * exception that is no X. Pure; what of the event is looked at is gathered once, and only when a rule asks for it.
 */

import { platformFamily } from '#server/process/in-app/platform-family.ts';
import { functionName } from '#server/process/in-app/stack-rules.ts';
import type { EventPayload, StackFrame } from '#server/record/event.ts';
import type { FingerprintKey, FingerprintRule } from './fingerprint-rules.ts';
import { type GlobOptions, readyGlob, readyText, type TextTest } from './rule-glob.ts';
import { type RuleMatcher, readYesNo } from './rule-text.ts';

/** Things of one kind of which a single one must pass all tests of a rule. Cheapest first. */
const KINDS = ['event', 'exceptions', 'messages', 'frames'] as const;
type Kind = (typeof KINDS)[number];

/** The texts of one thing, ready for its tests; of a path both that SDKs may say it in. */
type Thing = { readonly [Name in Text]?: string | undefined };
type Text = FingerprintKey | 'filename';

interface Part {
  kind: Kind;
  passes(thing: Thing): boolean;
}

type FindRule = (event: EventPayload) => FingerprintRule | undefined;

export function fingerprintMatcher(rules: readonly FingerprintRule[]): FindRule {
  const compiled = rules.map((rule) => {
    const parts = rule.matchers.map(partOf);
    return { rule, groups: KINDS.flatMap((kind) => groupOf(kind, parts)) };
  });
  return (event) => {
    const known: Partial<Record<Kind, readonly Thing[]>> = {};
    const hasMatch = ({ kind, parts }: Group): boolean => {
      known[kind] ??= THINGS[kind](event);
      for (const thing of known[kind]) if (passesAll(parts, thing)) return true;
      return false;
    };
    for (const { rule, groups } of compiled) if (groups.every(hasMatch)) return rule;
    return undefined;
  };
}

interface Group {
  kind: Kind;
  parts: Part[];
}

function passesAll(parts: readonly Part[], thing: Thing): boolean {
  for (const part of parts) if (!part.passes(thing)) return false;
  return true;
}

function groupOf(kind: Kind, parts: readonly Part[]): Group[] {
  const ofKind = parts.filter((part) => part.kind === kind);
  return ofKind.length > 0 ? [{ kind, parts: ofKind }] : [];
}

function partOf({ key, pattern, not }: RuleMatcher<FingerprintKey>): Part {
  const test = testOf(key, pattern);
  const matches = (text: string | undefined) => text !== undefined && test(text);
  return {
    kind: kindOf(key),
    passes:
      key === 'path'
        ? (thing) => (matches(thing.path) || matches(thing.filename)) !== not
        : (thing) => matches(thing[key]) !== not,
  };
}

function kindOf(key: FingerprintKey): Kind {
  switch (key) {
    case 'type':
    case 'value':
      return 'exceptions';
    case 'message':
      return 'messages';
    case 'path':
    case 'module':
    case 'function':
    case 'package':
    case 'app':
      return 'frames';
    default:
      return 'event';
  }
}

const PATH = { isPath: true };
const ANY_CASE = { ignoresCase: true };
const EXACT = {};

function testOf(key: FingerprintKey, pattern: string): TextTest {
  switch (key) {
    case 'path':
    case 'package':
    case 'release':
      return readyGlob(pattern, PATH);
    case 'message':
    case 'value':
    case 'level':
      return readyGlob(pattern, ANY_CASE);
    case 'family':
    case 'sdk': {
      const words = new Set(pattern.split(','));
      return words.has('all') ? () => true : (text) => words.has(text);
    }
    case 'app': {
      const wanted = readYesNo(pattern) ? 'yes' : 'no';
      return (text) => text === wanted;
    }
    default:
      return readyGlob(pattern, EXACT);
  }
}

/** Undefined where there is none: nothing can be said of it. */
const ready = (text: string | undefined, options: GlobOptions) =>
  text === undefined ? undefined : readyText(text, options);
const stripped = (text: string | undefined) => text?.trim() || undefined;

const THINGS: Record<Kind, (event: EventPayload) => readonly Thing[]> = {
  event: (event) => [
    {
      logger: ready(event.logger || undefined, EXACT),
      level: ready(event.level, ANY_CASE),
      release: ready(stripped(event.release), PATH),
      sdk: event.sdk?.name,
      family: platformFamily(event.platform),
      ...Object.fromEntries(
        // Of a tag that stands twice the first one counts.
        event.tags.toReversed().map(([name, value]) => [`tags.${name}`, ready(stripped(value), EXACT)]),
      ),
    },
  ],
  exceptions: (event) =>
    (event.exception?.values ?? []).map(({ type, value }) => ({
      type: ready(type, EXACT),
      value: ready(stripped(value), ANY_CASE),
    })),
  messages: (event) => [
    ...(event.logentry?.formatted ? [{ message: ready(stripped(event.logentry.formatted), ANY_CASE) }] : []),
    ...(event.exception?.values ?? []).map(({ value }) => ({ message: ready(stripped(value), ANY_CASE) })),
  ],
  frames: (event) =>
    framesOf(event).map((frame) => ({
      function: ready(functionName(frame, event.platform) || '<unknown>', EXACT),
      path: ready(frame.abs_path || frame.filename, PATH),
      filename: frame.filename === frame.abs_path ? undefined : ready(frame.filename, PATH),
      module: ready(frame.module, EXACT),
      package: ready(frame.package, PATH),
      app: frame.in_app ? 'yes' : 'no',
    })),
};

function framesOf(event: EventPayload): StackFrame[] {
  return [
    ...(event.exception?.values ?? []).flatMap(({ stacktrace }) => stacktrace?.frames ?? []),
    ...(event.stacktrace?.frames ?? []),
    ...(event.threads?.values ?? []).flatMap(({ stacktrace }) => stacktrace?.frames ?? []),
  ];
}
