/**
 * Which fingerprint rule an event matches: the first of which all parts hold. Parts about frames must hold for one and the
 * same frame, parts about exceptions for one and the same exception, as at Sentry; so `!error.type:X` asks for an
 * exception that is no X. Pure; what of the event is looked at is gathered once, and only when a rule asks for it.
 */

import { platformFamily } from '#server/process/in-app/platform-family.ts';
import { functionName } from '#server/process/in-app/stack-rules.ts';
import type { EventPayload, StackFrame } from '#server/record/event.ts';
import type { FingerprintKey, FingerprintRule } from './fingerprint-rules.ts';
import { ruleGlob, type TextTest } from './rule-glob.ts';
import { type RuleMatcher, readYesNo } from './rule-text.ts';

/** Things of one kind of which a single one must pass all tests of a rule. Cheapest first. */
const KINDS = ['event', 'exceptions', 'messages', 'frames'] as const;
type Kind = (typeof KINDS)[number];

/** One thing: its texts by key; several where SDKs are not of one mind where to put them. */
type Thing = (key: FingerprintKey) => readonly (string | undefined)[];

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
    const things = new Map<Kind, readonly Thing[]>();
    const thingsOf = (kind: Kind) => {
      let found = things.get(kind);
      if (!found) {
        found = THINGS[kind](event);
        things.set(kind, found);
      }
      return found;
    };
    return compiled.find(({ groups }) =>
      groups.every(({ kind, parts }) =>
        thingsOf(kind).some((thing) => parts.every((part) => part.passes(thing))),
      ),
    )?.rule;
  };
}

function groupOf(kind: Kind, parts: readonly Part[]): { kind: Kind; parts: Part[] }[] {
  const ofKind = parts.filter((part) => part.kind === kind);
  return ofKind.length > 0 ? [{ kind, parts: ofKind }] : [];
}

function partOf({ key, pattern, not }: RuleMatcher<FingerprintKey>): Part {
  const test = testOf(key, pattern);
  return {
    kind: kindOf(key),
    passes: (thing) => thing(key).some((text) => text !== undefined && test(text)) !== not,
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

function testOf(key: FingerprintKey, pattern: string): TextTest {
  switch (key) {
    case 'path':
    case 'package':
    case 'release':
      return ruleGlob(pattern, { isPath: true });
    case 'message':
    case 'value':
    case 'level':
      return ruleGlob(pattern, { ignoresCase: true });
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
      return ruleGlob(pattern);
  }
}

const THINGS: Record<Kind, (event: EventPayload) => readonly Thing[]> = {
  event: (event) => [
    (key) => {
      if (key.startsWith('tags.')) return [tagOf(event, key.slice('tags.'.length))];
      if (key === 'logger') return [event.logger || undefined];
      if (key === 'level') return [event.level];
      if (key === 'release') return [event.release?.trim() || undefined];
      if (key === 'sdk') return [event.sdk?.name];
      return [platformFamily(event.platform)];
    },
  ],
  exceptions: (event) =>
    (event.exception?.values ?? []).map(({ type, value }) => exceptionThing(type, value)),
  messages: (event) => [
    ...(event.logentry?.formatted ? [textThing(event.logentry.formatted.trim())] : []),
    ...(event.exception?.values ?? []).map(({ value }) => textThing(value?.trim() || undefined)),
  ],
  frames: (event) =>
    framesOf(event).map((frame) => {
      const name = functionName(frame, event.platform) || '<unknown>';
      return (key) => {
        if (key === 'function') return [name];
        if (key === 'path')
          return frame.filename === frame.abs_path ? [frame.abs_path] : [frame.abs_path, frame.filename];
        if (key === 'module') return [frame.module];
        if (key === 'package') return [frame.package];
        return [frame.in_app ? 'yes' : 'no'];
      };
    }),
};

function exceptionThing(type: string | undefined, value: string | undefined): Thing {
  return (key) => (key === 'type' ? [type] : [value?.trim() || undefined]);
}

function textThing(text: string | undefined): Thing {
  return () => [text];
}

function tagOf(event: EventPayload, name: string): string | undefined {
  return event.tags.find(([key]) => key === name)?.[1]?.trim() || undefined;
}

function framesOf(event: EventPayload): StackFrame[] {
  return [
    ...(event.exception?.values ?? []).flatMap(({ stacktrace }) => stacktrace?.frames ?? []),
    ...(event.stacktrace?.frames ?? []),
    ...(event.threads?.values ?? []).flatMap(({ stacktrace }) => stacktrace?.frames ?? []),
  ];
}
