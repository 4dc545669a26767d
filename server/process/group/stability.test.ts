/** Grouping depends on nothing but what it says it looks at: properties over made-up events. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { markInApp } from '#server/process/in-app/mark-in-app.ts';
import type { EventPayload } from '#server/record/event.ts';
import { groupV1 } from './group-v1.ts';
import { parameterize } from './parameterize.ts';
import { titleOf } from './title.ts';

const PLATFORMS = [
  'javascript',
  'node',
  'python',
  'java',
  'ruby',
  'php',
  'native',
  'cocoa',
  'csharp',
  'go',
  '',
];
const NAMES = [
  'pay',
  '<module>',
  'abort',
  'std::run',
  'Object.pay',
  '?',
  'a/<',
  'lambda$0',
  'block in x',
  '',
  'f(int)',
];
const PATHS = [
  '/srv/a.py',
  'https://x.example/a.js?v=1',
  '/usr/lib/libc.so',
  'node_modules/x/y.js',
  '<anonymous>',
  '',
];

const word = fc.oneof(
  fc.constantFrom(...NAMES),
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
);
const maybe = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined });
const frame = fc.record(
  {
    function: word,
    module: word,
    filename: fc.oneof(fc.constantFrom(...PATHS), word),
    abs_path: fc.oneof(fc.constantFrom(...PATHS), word),
    package: fc.constantFrom(...PATHS),
    platform: fc.constantFrom(...PLATFORMS),
    context_line: word,
    lineno: fc.nat(5),
    in_app: fc.boolean(),
    data: fc.record({ sourcemap: fc.string() }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
);
const stacktrace = fc.record({ frames: fc.array(frame, { maxLength: 8 }) });
const id = maybe(fc.nat(4));
const exception = fc.record(
  {
    type: word,
    value: fc.oneof(word, fc.string({ maxLength: 200 })),
    stacktrace,
    mechanism: fc.record(
      { exception_id: id, parent_id: id, is_exception_group: fc.boolean(), synthetic: fc.boolean() },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);
const event: fc.Arbitrary<EventPayload> = fc.record(
  {
    event_id: fc.constant('0'.repeat(32)),
    type: fc.constant('error' as const),
    timestamp: fc.constant(0),
    received: fc.constant(0),
    level: fc.constant('error' as const),
    platform: fc.constantFrom(...PLATFORMS),
    tags: fc.constant<[string, string][]>([]),
    transaction: word,
    logentry: fc.record({ message: word, formatted: word }, { requiredKeys: [] }),
    exception: fc.record({ values: fc.array(exception, { maxLength: 5 }) }),
    threads: fc.record({
      values: fc.array(fc.record({ stacktrace, crashed: fc.boolean() }), { maxLength: 2 }),
    }),
    stacktrace,
    fingerprint: fc.array(fc.oneof(fc.constantFrom('{{ default }}', '{{ message }}', '{{ x }}'), word), {
      maxLength: 3,
    }),
  },
  { requiredKeys: ['event_id', 'type', 'timestamp', 'received', 'level', 'platform', 'tags'] },
) as fc.Arbitrary<EventPayload>;

function grouped(given: EventPayload) {
  const copy = structuredClone(given);
  markInApp(copy);
  return groupV1(copy);
}

/** The same value with the keys of every object the other way round. */
function reversed<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(reversed) as Value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, part]) => [key, reversed(part)]),
  ) as Value;
}

test('every event has a hash, and the same one each time', () => {
  fc.assert(
    fc.property(event, (given) => {
      const result = grouped(given);
      expect(result.hashes.length).toBeGreaterThan(0);
      for (const hash of result.hashes) expect(hash).toMatch(/^[0-9a-f]{32}$/);
      expect(grouped(given)).toEqual(result);
    }),
  );
});

test('the order of keys does not matter', () => {
  fc.assert(
    fc.property(event, (given) => {
      expect(grouped(reversed(given))).toEqual(grouped(given));
    }),
  );
});

test('neither do ids, times, people, requests, breadcrumbs and local variables', () => {
  fc.assert(
    fc.property(event, fc.string(), fc.nat(), (given, text, number) => {
      const other: EventPayload = {
        ...structuredClone(given),
        event_id: 'f'.repeat(32),
        timestamp: number,
        received: number,
        server_name: text,
        user: { id: text },
        request: { url: text },
        breadcrumbs: { values: [{ message: text }] },
        extra: { text },
        contexts: { trace: { trace_id: text } },
      };
      for (const value of other.exception?.values ?? [])
        for (const frame of value.stacktrace?.frames ?? [])
          Object.assign(frame, { vars: { text }, pre_context: [text] });
      expect(grouped(other)).toEqual(grouped(given));
    }),
  );
});

test('grouping and naming leave the event as it is', () => {
  fc.assert(
    fc.property(event, (given) => {
      const marked = structuredClone(given);
      markInApp(marked);
      const before = structuredClone(marked);
      groupV1(marked);
      titleOf(marked);
      expect(marked).toEqual(before);
    }),
  );
});

test('marking frames twice is marking them once', () => {
  fc.assert(
    fc.property(event, (given) => {
      const once = structuredClone(given);
      markInApp(once);
      const twice = structuredClone(once);
      markInApp(twice);
      expect(grouped(twice)).toEqual(grouped(once));
      expect(twice).toEqual(once);
    }),
  );
});

test('what has been parameterised has nothing left of the numbers in it', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.nat(9_999_999).map(String), fc.constantFrom('order', 'user', 'failed')), {
        maxLength: 8,
      }),
      (words) => {
        const result = parameterize(words.join(' '));
        expect(result).not.toMatch(/\d/);
        expect(parameterize(result)).toBe(result);
      },
    ),
  );
});
