/**
 * Events that no SDK sends, through all that `process` does to one: whatever JSON object passed the door becomes a row
 * that the store takes, bounded, the same each time. An event that made a step throw would be a dead letter; one that
 * made it eat the memory would stop the thread, for every sender.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EventPayload } from '#server/record/event.ts';
import type { EventRow } from '#server/store/telemetry/rows.ts';
import { GROUPING_CHARS_MAX, groupingOf } from './groupings.ts';
import { BOUNDS } from './normalize/bounds.ts';
import { isRecord } from './normalize/reader.ts';
import { prepare } from './prepare.ts';
import { jsonLines } from './spool.ts';
import { StageClock } from './stage-clock.ts';
import { PAYLOAD_CHARS_MAX } from './stored-event.ts';

const receivedAt = Date.UTC(2026, 10, 22, 12);
/** Characters of any column but payload and grouping: the longest text there is, and what a title puts before it. */
const COLUMN_CHARS_MAX = BOUNDS.messageChars + 1000;

function process(sent: string | Buffer): EventRow {
  const payload = Buffer.from(sent as string);
  const prepared = prepare(
    {
      project: 1,
      key: 1,
      receivedAt,
      sentAt: receivedAt - 400_000,
      eventId: 'a'.repeat(32),
      clientIp: '198.51.100.7',
      userAgent: 'sentry.javascript.browser/11.12.0',
      records: [{ type: 'event', kind: 'event', meta: {}, payload }],
    },
    new StageClock(),
  );
  expect(prepared.deadLetters.map(({ message }) => message)).toEqual([]);
  return prepared.events[0]!.row;
}

const columns = Object.keys(process('{}')).sort();

function expectStorable(row: EventRow): void {
  expect(Object.keys(row).sort()).toEqual(columns);
  for (const [name, value] of Object.entries(row)) {
    if (typeof value !== 'string') continue;
    expect(value.isWellFormed() && !value.includes('\0'), `${name}: ${value.slice(0, 200)}`).toBe(true);
    if (name !== 'payload') expect(value.length).toBeLessThan(COLUMN_CHARS_MAX);
  }
  expect(row.payload.length).toBeLessThanOrEqual(PAYLOAD_CHARS_MAX);
  expect(groupingOf(row).length).toBeLessThanOrEqual(GROUPING_CHARS_MAX);
  expect(JSON.parse(groupingOf(row)).hashes).toEqual(row.grouping_hashes);
  expect(row.grouping_hashes[0]).toBe(row.grouping_hash);
  expect(row.grouping_hash).toMatch(/^[0-9a-f]{32}$/);
  expect(row.event_id).toBe('a'.repeat(32));
  expect([row.project_id, row.received_at]).toEqual([1, receivedAt]);
  expect(Number.isInteger(row.timestamp)).toBe(true);
  expect(Math.abs(row.timestamp - receivedAt)).toBeLessThanOrEqual(31 * 86_400_000);
  expect([null, 0, 1]).toContain(row.handled);
  for (const [key, value] of Object.entries(row.tags)) {
    expect(typeof value).toBe('string');
    expect(key.length + value.length).toBeLessThanOrEqual(BOUNDS.tagKeyChars + BOUNDS.tagValueChars);
  }
  const lines = jsonLines([row]);
  expect(lines.indexOf(0x0a)).toBe(lines.byteLength - 1);
  expect(JSON.parse(lines.toString())).toEqual(row);
}

const eventOf = (row: EventRow) => JSON.parse(row.payload) as EventPayload;
const of = (value: unknown) => JSON.stringify(value);
const times = <Value>(count: number, make: (n: number) => Value) =>
  Array.from({ length: count }, (_, n) => make(n));

/** An object that cannot become a text or a number: `String()` and `Number()` of it throw. */
const STUBBORN = { toString: 1, valueOf: 2, toJSON: 3 };

/** Every field of the event protocol. */
const FIELDS = [
  ...[
    'event_id',
    'type',
    'timestamp',
    'level',
    'platform',
    'logger',
    'transaction',
    'server_name',
    'release',
  ],
  ...['dist', 'environment', 'fingerprint', 'checksum', 'culprit', 'message', 'logentry', 'exception'],
  ...['threads', 'stacktrace', 'template', 'breadcrumbs', 'user', 'request', 'tags', 'extra', 'contexts'],
  ...['modules', 'sdk', 'debug_meta', 'csp', 'nel', 'hpkp', 'expectct', 'expectstaple', 'errors', '_meta'],
  ...['sentry.interfaces.Message', 'sentry.interfaces.Exception', 'sentry.interfaces.Http', '__proto__'],
];
const WRONG: unknown[] = [
  ...[null, 0, -1, 1e300, true, '', 'x', '\0', '\ud800', [], {}, [null], [[]], [[[]]], { values: null }],
  ...[{ values: 0 }, { values: [0] }, { values: [[]] }, { frames: [null] }, { values: [{ stacktrace: 1 }] }],
  ...[
    STUBBORN,
    [STUBBORN],
    { a: STUBBORN },
    { values: [STUBBORN] },
    { hostname: STUBBORN },
    [[STUBBORN, STUBBORN]],
  ],
];

test.each(FIELDS)('%s of a wrong type, empty, or nested in itself', (field) => {
  for (const wrong of WRONG) {
    const nested = times(20, () => field).reduce<unknown>((inner, key) => ({ [key]: inner }), wrong);
    for (const value of [wrong, nested]) expectStorable(process(`{${of(field)}:${of(value)}}`));
  }
});

test.each(['type', 'value', 'module', 'thread_id', 'mechanism', 'stacktrace', 'raw_stacktrace'])(
  '%s of an exception of a wrong type',
  (field) => {
    for (const wrong of WRONG)
      expectStorable(process(of({ exception: [{ type: 'Error', [field]: wrong }] })));
  },
);

test('a frame, a breadcrumb and a mechanism whose every field is of a wrong type', () => {
  const frame = [
    'filename',
    'abs_path',
    'function',
    'raw_function',
    'module',
    'package',
    'platform',
    'lineno',
  ];
  const more = ['context_line', 'pre_context', 'post_context', 'in_app', 'vars', 'data', 'instruction_addr'];
  const mechanism = [
    'type',
    'handled',
    'synthetic',
    'exception_id',
    'parent_id',
    'is_exception_group',
    'meta',
  ];
  const all = (names: string[], value: unknown) => Object.fromEntries(names.map((name) => [name, value]));
  for (const wrong of WRONG)
    expectStorable(
      process(
        of({
          exception: times(3, () => ({
            type: 'Error',
            mechanism: { ...all(mechanism, wrong), meta: { ns_error: { domain: wrong, code: wrong } } },
            stacktrace: { frames: [all([...frame, ...more], wrong)] },
          })),
          breadcrumbs: [all(['timestamp', 'type', 'category', 'message', 'level', 'data'], wrong)],
          threads: [all(['id', 'name', 'state', 'crashed', 'current', 'main', 'stacktrace'], wrong)],
          request: all(
            ['url', 'method', 'query_string', 'headers', 'cookies', 'data', 'env', 'fragment'],
            wrong,
          ),
          user: all(['id', 'email', 'username', 'ip_address', 'name', 'geo', 'data', 'segment'], wrong),
        }),
      ),
    );
});

describe('an event that would grow', () => {
  test('by a message that repeats a long parameter stays as short as a message is', () => {
    const params = [Object.fromEntries(times(100, (n) => [n, 'x'.repeat(8000)]))];
    const row = process(of({ logentry: { message: '{0}'.repeat(2700), params } }));
    expect(row.message).toHaveLength(BOUNDS.messageChars);
    expectStorable(row);
  });

  test('by notes that name its long keys has short notes', () => {
    const long = times(60, () => 'x'.repeat(8200));
    const row = process(of({ extra: { ['k'.repeat(400_000)]: long } }));
    expect(row.payload.length).toBeLessThan(60 * 8200 + 50_000);
    expect(eventOf(row).errors).toHaveLength(BOUNDS.problems);
  });

  test('by paths that stand twice loses what is missed least, and says so', () => {
    const frames = (stack: number) => times(250, (n) => ({ filename: `${'a/'.repeat(507)}${stack}_${n}` }));
    const exception = times(4, (stack) => ({ type: 'Error', stacktrace: { frames: frames(stack) } }));
    const row = process(of({ platform: 'python', extra: { a: 1 }, exception, modules: { pip: '1' } }));
    expectStorable(row);
    const { modules, extra, errors, exception: stored } = eventOf(row);
    expect([modules, extra]).toEqual([undefined, undefined]);
    expect(errors?.map(({ name }) => name)).toEqual(expect.arrayContaining(['modules', 'extra']));
    expect(stored?.values.at(-1)?.stacktrace?.frames).toHaveLength(250);
  });

  test('by an explanation of its grouping keeps the hash without it', () => {
    const frames = (stack: number) =>
      times(32, (n) => ({
        function: `f${stack}_${n}`.padEnd(300, 'x'),
        module: 'm'.repeat(300),
        in_app: true,
      }));
    const exception = times(40, (stack) => ({ type: 'Error', stacktrace: { frames: frames(stack) } }));
    const row = process(of({ platform: 'python', exception }));
    expectStorable(row);
    expect(JSON.parse(groupingOf(row))).toMatchObject({ hashes: [row.grouping_hash], version: 'v1' });
  });
});

describe('many of one thing are cut, and the event says so', () => {
  test.each<[string, string, unknown]>([
    [
      '10,000 frames',
      'exception.values.0.stacktrace.frames',
      { exception: [{ type: 'E', stacktrace: { frames: times(10_000, (n) => ({ function: `f${n}` })) } }] },
    ],
    [
      'a thousand threads',
      'threads.values',
      { threads: { values: times(1000, (id) => ({ id, stacktrace: { frames: [{ function: 'f' }] } })) } },
    ],
    ['5,000 breadcrumbs', 'breadcrumbs.values', { breadcrumbs: times(5000, (n) => ({ message: `${n}` })) }],
    ['a thousand tags', 'tags', { tags: Object.fromEntries(times(1000, (n) => [`k${n}`, 'v'])) }],
    ['200 exceptions', 'exception.values', { exception: times(200, (n) => ({ type: `E${n}` })) }],
    ['300 contexts', 'contexts', { contexts: Object.fromEntries(times(300, (n) => [`c${n}`, { a: 1 }])) }],
  ])('%s', (_, name, event) => {
    const row = process(of(event));
    expectStorable(row);
    expect(eventOf(row).errors).toContainEqual(expect.objectContaining({ type: 'too_many', name }));
  });
});

test.each<[string, { exception_id: number; parent_id?: number; is_exception_group?: boolean }[]]>([
  [
    'two that are each other’s parent',
    [
      { exception_id: 0, parent_id: 1 },
      { exception_id: 1, parent_id: 0 },
    ],
  ],
  [
    'groups in a ring',
    times(5, (n) => ({ exception_id: n, parent_id: (n + 1) % 5, is_exception_group: true })),
  ],
  [
    'its own parent',
    [
      { exception_id: 0, parent_id: 0, is_exception_group: true },
      { exception_id: 1, parent_id: 0 },
    ],
  ],
  ['the same id twice', [{ exception_id: 0 }, { exception_id: 0 }, { exception_id: 0, parent_id: 0 }]],
  ['ids beyond all numbers', [{ exception_id: 2 ** 70, parent_id: 1e300 }, { exception_id: -1e300 }]],
  [
    'every one the parent of the next',
    times(50, (n) => ({ exception_id: n, ...(n > 0 && { parent_id: n - 1 }) })),
  ],
])('an exception group: %s', (_, mechanisms) => {
  const exception = mechanisms.map((mechanism, n) => ({ type: `E${n}`, value: 'x', mechanism }));
  const row = process(of({ exception }));
  expectStorable(row);
  expect(process(of({ exception })).grouping_hash).toBe(row.grouping_hash);
});

test.each([
  ...['"1970-01-01T00:00:00Z"', '"2100-01-01"', '0', '-1', '1e400', '1e300', '-1e300', '4102444800'],
  ...['"999999999999"', '"yesterday"', '""', '[]', '{}', 'true'],
])('the time %s is shown as the time of receipt, and the event says why', (timestamp) => {
  const row = process(`{"timestamp":${timestamp}}`);
  expectStorable(row);
  expect(row.timestamp).toBe(receivedAt);
  expect(
    eventOf(row)
      .errors?.map(({ type }) => type)
      .join(),
  ).toMatch(/timestamp/);
});

test('long ids in free-form data do not become long columns', () => {
  const long = `${'x'.repeat(63)}😀${'y'.repeat(8000)}`;
  const extra = {
    trace_id: long,
    span_id: long,
    sid: long,
    reqid: long,
    service: long,
    uid: long,
    hostname: long,
  };
  expectStorable(process(of({ extra })));
});

test('NUL and halves of surrogate pairs are replaced wherever they stand', () => {
  const text = '"a\\u0000b\\ud800c\\udfffd"';
  const all = FIELDS.map((field) => `${of(field)}:${text}`).join();
  expectStorable(process(`{${all}}`));
  const row = process(
    `{"message":${text},"user":{"id":${text}},"tags":{${text}:${text}},"extra":{${text}:[${text}]}}`,
  );
  expectStorable(row);
  expect(row.message).toBe('a\ufffdb\ufffdc\ufffdd');
});

const key = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(...FIELDS, 'values', 'frames', 'stacktrace', 'mechanism', 'type', 'value'),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      'constructor',
      'toString',
      'valueOf',
      'toJSON',
      'length',
      'id',
      'name',
      'data',
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
);
const leaf = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    0.1,
    2 ** 53,
    1e21,
    1e300,
    '',
    'x',
    'NaN',
    '{{ default }}',
    '%s {0} {}',
  ),
  fc.constantFrom<unknown>(
    '{{auto}}',
    'python',
    'native',
    'javascript',
    'java',
    'php',
    'csharp',
    'error',
    'csp',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.double(),
);
const { hostile } = fc.letrec<{ hostile: unknown }>((tie) => ({
  hostile: fc.oneof(
    { maxDepth: 6, depthSize: 'large', withCrossShrink: true },
    leaf,
    fc.array(tie('hostile'), { maxLength: 4 }),
    fc.dictionary(key, tie('hostile'), { maxKeys: 5 }),
  ),
}));

test('any JSON object', () => {
  const events = fc.dictionary(fc.constantFrom(...FIELDS), hostile, { maxKeys: 12 });
  fc.assert(
    fc.property(events, (event) => {
      const row = process(of(event));
      expectStorable(row);
      expect(process(of(event))).toEqual(row);
    }),
    { seed: 20_261_122, numRuns: 1000 },
  );
});

test('events of real SDKs with any part of them replaced', () => {
  const mutations = fc.array(fc.tuple(fc.nat(), hostile), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(fc.constantFrom(...recordedEvents()), mutations, (recorded, changes) => {
      const event = structuredClone(recorded);
      for (const [where, value] of changes) replacePart(event, where, value);
      const row = process(of(event));
      expectStorable(row);
      expect(process(of(event))).toEqual(row);
    }),
    { seed: 20_261_122, numRuns: 1000 },
  );
});

/** Every event in fixtures/sentry. */
function recordedEvents(): Record<string, unknown>[] {
  const fixtures = join(import.meta.dirname, '../../fixtures/sentry');
  const lines = readdirSync(fixtures, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.body'))
    .map((file) => readFileSync(join(fixtures, file)))
    .flatMap((body) => (body[0] === 0x1f ? gunzipSync(body) : body).toString().split('\n'));
  const events = lines.flatMap((line) => {
    try {
      const value: unknown = JSON.parse(line);
      return isRecord(value) && 'platform' in value ? [value] : [];
    } catch {
      return [];
    }
  });
  expect(events.length).toBeGreaterThan(50);
  return events;
}

/** Puts the value in the place of one of all the parts of the JSON, counted through. */
function replacePart(root: Record<string, unknown>, where: number, value: unknown): void {
  const places: [Record<string, unknown>, string][] = [];
  const collect = (node: unknown) => {
    if (typeof node !== 'object' || node === null) return;
    for (const name of Object.keys(node)) {
      places.push([node as Record<string, unknown>, name]);
      collect((node as Record<string, unknown>)[name]);
    }
  };
  collect(root);
  const [holder, name] = places[where % places.length] ?? [root, 'exception'];
  holder[name] = value;
}
