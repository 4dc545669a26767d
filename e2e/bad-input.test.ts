/**
 * Bad input through the whole program: refused in words a sender can act on, or stored with the problem said on the
 * event, and readable like any other. One program takes all of it, one case after the other, while slow senders hold
 * connections open and a steady sender goes on beside them. After each case the program lives, the steady sender was
 * not refused, and what was taken before is still there; at the end the ledger names every record of the file.
 */
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { EventDetail } from '#contract/events.ts';
import type { IssueList } from '#contract/issues.ts';
import type { IngestKey } from '#contract/projects.ts';
import type { DeadLetters } from '#contract/usage.ts';
import type { RecordKind } from '#server/record/outcome.ts';
import { REJECTIONS, type RejectionCode } from '#server/record/rejections.ts';
import { ledger } from './support/look.ts';
import { eventually, KEY, type Program, residentBytes, startProgram } from './support/program.ts';

const MIB = 1024 * 1024;
const LARGEST = 100 * MIB;
/**
 * Resident bytes of the whole tree at any moment: what it takes under load (650 MB), a body of 100 MB with its copies
 * on the way to the disk, and room; 860 MiB were measured in 2026-11. Five of the bombs below, unfolded, are 600.
 */
const RESIDENT_MAX = 1_200 * MIB;

let program: Program;
let steady: ReturnType<typeof startSteadySender>;
let slow: ReturnType<typeof startSlowSenders>;
/** The first event: whatever comes after it, it stays as it was. */
let witness: EventDetail;
let residentMost = 0;
let watching: NodeJS.Timeout;

/** Ids answered 200. Each must be stored once, and nothing that is not here. */
const accepted = new Set<string>();
/** The ledger as it must be at the end. */
const owed: Record<string, number> = {};
function owe(line: string, quantity = 1) {
  owed[line] = (owed[line] ?? 0) + quantity;
}

beforeAll(async () => {
  program = await startProgram();
  watching = setInterval(() => {
    residentMost = Math.max(residentMost, residentBytes(program.child.pid!));
  }, 250);
  witness = await read(await send('{"message":"the first of all","tags":{"kept":"yes"}}'));
  steady = startSteadySender();
  slow = startSlowSenders();
});
afterEach(async () => {
  expect(program.child.exitCode ?? program.child.signalCode).toBeNull();
  expect(steady.failures).toEqual([]);
  await send('{"message":"beside the bad"}');
  expect(await program.get(`/api/v1/events/${witness.id}`)).toMatchObject({ issueId: witness.issueId });
});
afterAll(async () => {
  clearInterval(watching);
  slow?.leave();
  await steady?.stop();
  await program?.discard();
});

const newId = () => randomBytes(16).toString('hex');
const times = <Value>(count: number, make: (n: number) => Value) =>
  Array.from({ length: count }, (_, n) => make(n));
const json = (value: unknown) => JSON.stringify(value);
const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

/** One item as an envelope; `payload` is JSON text or bytes. */
function envelope(id: string, payload: string | Buffer, item: Record<string, unknown> = {}): Buffer {
  const bytes = Buffer.from(payload as string);
  const head = { type: 'event', length: bytes.byteLength, ...item };
  return Buffer.concat([Buffer.from(`{"event_id":"${id}"}\n${json(head)}\n`), bytes]);
}

function post(body: Buffer | string, path = '/api/1/envelope/', headers: Record<string, string> = {}) {
  const keyed = path.includes('sentry_key') ? path : `${path}?sentry_key=${KEY}`;
  return fetch(program.url + keyed, { method: 'POST', body: body as string, headers });
}

type Refusal = [number, RejectionCode];

/** Refused though the framing of the envelope could be read, and so what it holds; here that is always an event. */
const FRAMED: ReadonlySet<RejectionCode> = new Set<RejectionCode>([
  ...(['json_invalid', 'json_too_deep', 'event_invalid', 'event_id_invalid', 'item_too_large'] as const),
  ...(['project_mismatch', 'key_disabled'] as const),
]);

/** The answer is that refusal, in the words of the table, and the ledger will have it. */
async function expectRefused(
  answer: Response,
  [status, code]: Refusal,
  kind: RecordKind = FRAMED.has(code) ? 'event' : 'unknown',
) {
  const { error } = (await answer.json()) as { error: { code: string; message: string } };
  expect([answer.status, error.code, error.message]).toEqual([
    status,
    code,
    expect.stringContaining(REJECTIONS[code][1]),
  ]);
  owe(`${kind} rejected ${code}`);
}

/** The answer is 200 with the id, and the event will be there. */
async function expectTaken(answer: Response, id: string) {
  expect([answer.status, await answer.text()]).toEqual([200, json({ id })]);
  if (!accepted.has(id)) owe('event stored');
  accepted.add(id);
}

/** Sends an event as JSON text; resolves with its id once it is answered 200. */
async function send(payload: string | Buffer): Promise<string> {
  const id = newId();
  await expectTaken(await post(envelope(id, payload)), id);
  return id;
}

/** The event as its page shows it, once it is there. */
async function read(id: string): Promise<EventDetail> {
  const { issueId } = await eventually(
    () => program.get<{ issueId: string }>(`/api/v1/events/${id}`),
    () => true,
  );
  return program.get<EventDetail>(`/api/v1/issues/${issueId}/events/${id}`);
}

/** As `read`, and by every other address that shows something of it: none may fail. */
async function readEverywhere(id: string): Promise<EventDetail> {
  const event = await read(id);
  const issue = `/api/v1/issues/${event.issueId}`;
  const paths = [
    issue,
    `${issue}/events/${id}/raw`,
    `${issue}/tags`,
    `/api/0/issues/${event.issueId}/events/latest/`,
    `/api/0/projects/default/default/events/${id}/`,
  ];
  await Promise.all(paths.map((path) => program.get(path)));
  return event;
}

interface SentryEvent {
  eventID: string;
  groupID: string;
  title: string;
  entries: { type: string; data: { formatted?: string } }[];
}

/** Every event of the project with all that Sentry's API says of it. */
async function readAll(): Promise<SentryEvent[]> {
  const events: SentryEvent[] = [];
  for (let next: string | undefined = '/api/0/projects/default/default/events/?full=true'; next; ) {
    const page: Response = await program.request('GET', next);
    expect(page.status).toBe(200);
    events.push(...((await page.json()) as SentryEvent[]));
    const link = /<([^>]+)>; rel="next"; results="true"/.exec(page.headers.get('link') ?? '')?.[1];
    next = link && new URL(link, program.url).pathname + new URL(link, program.url).search;
  }
  return events;
}

const problemsOf = ({ payload }: EventDetail) =>
  ((payload.errors ?? []) as { type: string; name: string }[]).map(({ type, name }) => `${type} ${name}`);

describe('a request that cannot be read is refused with what to change', () => {
  const id = newId();
  const text = `{"event_id":"${id}"}\n{"type":"event"}\n{"message":"x"}\n`;
  const form = { 'content-type': 'multipart/form-data; boundary=b' };
  const file = (name: string) =>
    `--b\r\ncontent-disposition: form-data; name="${name}"; filename="a"\r\n\r\nx\r\n--b--\r\n`;

  test.each<[string, () => Buffer | string, Refusal]>([
    ['no body', () => '', [400, 'body_empty']],
    ['no envelope', () => 'hello', [400, 'envelope_invalid']],
    [
      'a header line without end',
      () => `{"event_id":"${id}","a":"${'x'.repeat(MIB)}`,
      [400, 'envelope_invalid'],
    ],
    ['an envelope in UTF-16', () => Buffer.from(text, 'utf16le'), [400, 'envelope_invalid']],
    [
      'an event in UTF-16',
      () => envelope(id, Buffer.from('{"message":"x"}', 'utf16le')),
      [400, 'json_invalid'],
    ],
    [
      'an item that was cut',
      () => envelope(id, '{"message":"x"}').subarray(0, -4),
      [400, 'envelope_invalid'],
    ],
    ['an item longer than it says', () => envelope(id, '{"a":1}', { length: 3 }), [400, 'envelope_invalid']],
    ['an item shorter than it says', () => envelope(id, '{}', { length: 300 }), [400, 'envelope_invalid']],
    ['a length that is none', () => envelope(id, '{}', { length: 1e300 }), [400, 'envelope_invalid']],
    ['a length below zero', () => envelope(id, '{}', { length: -1 }), [400, 'envelope_invalid']],
    ['JSON that was cut', () => envelope(id, '{"message":"x'), [400, 'json_invalid']],
    ['no JSON', () => envelope(id, 'NaN'), [400, 'json_invalid']],
    ['a list for an event', () => envelope(id, '[{}]'), [400, 'event_invalid']],
    ['129 levels of nesting', () => envelope(id, nested(129)), [400, 'json_too_deep']],
    ['200,000 levels of nesting', () => envelope(id, '['.repeat(200_000)), [400, 'json_too_deep']],
    ['an event id of another kind', () => envelope('no-hex', '{}'), [400, 'event_id_invalid']],
    [
      'an event of a byte more than 1 MiB',
      () => envelope(id, `{}${' '.repeat(MIB - 1)}`),
      [413, 'item_too_large'],
    ],
    [
      '1,001 items',
      () => `{"event_id":"${id}"}\n${'{"type":"log"}\n{}\n'.repeat(1001)}`,
      [400, 'too_many_items'],
    ],
  ])('%s', async (_, body, refusal) => {
    await expectRefused(await post(body()), refusal);
  });

  test.each<[string, string, string, Record<string, string>, Refusal]>([
    ['a minidump without a form', 'minidump', 'x', form, [400, 'multipart_invalid']],
    ['a form without a minidump', 'minidump', file('log'), form, [400, 'minidump_missing']],
    ['a minidump that is none', 'minidump', file('upload_file_minidump'), form, [400, 'minidump_invalid']],
    ['a crash report that is none', 'unreal', 'x', {}, [400, 'crash_report_invalid']],
    ['a security report that was cut', 'security', '{"csp-report":', {}, [400, 'json_invalid']],
    ['a security report of nothing', 'security', '{}', {}, [400, 'report_invalid']],
    ['an old event that was cut', 'store', '{"message":', {}, [400, 'json_invalid']],
    ['an old event that is a list', 'store', '[]', {}, [400, 'event_invalid']],
  ])('%s, at a door of its own', async (_, door, body, headers, refusal) => {
    const path = door === 'unreal' ? `/api/1/unreal/${KEY}/` : `/api/1/${door}/`;
    const kind = door === 'security' ? 'security' : 'event';
    await expectRefused(await post(body, path, headers), refusal, kind);
  });

  const packers: Record<string, (bytes: Buffer) => Promise<Buffer>> = {
    gzip: (bytes) => promisify(zlib.gzip)(bytes),
    deflate: (bytes) => promisify(zlib.deflate)(bytes),
    br: (bytes) =>
      promisify(zlib.brotliCompress)(bytes, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 1 } }),
    zstd: (bytes) => promisify(zlib.zstdCompress)(bytes),
  };

  test.each(Object.entries(packers))('five bombs at once in %s', async (encoding, pack) => {
    const bomb = await pack(Buffer.alloc(LARGEST + 20 * MIB, '{}\n'));
    const answers = await Promise.all(
      times(5, () => post(bomb, '/api/1/envelope/', { 'content-encoding': encoding })),
    );
    for (const answer of answers) await expectRefused(answer, [413, 'compression_ratio']);
  });

  test('a bomb in a bomb', async () => {
    const bomb = zlib.gzipSync(zlib.gzipSync(Buffer.alloc(64 * MIB)));
    const answer = await post(bomb, '/api/1/envelope/', { 'content-encoding': 'gzip, gzip' });
    await expectRefused(answer, [413, 'compression_ratio']);
  });

  test('repetitive text that is no bomb, but more than a body may hold', async () => {
    const page = randomBytes(12 * 1024).toString('hex');
    const body = zlib.gzipSync(Buffer.alloc(LARGEST + 1, page), { level: 1 });
    const answer = await post(body, '/api/1/envelope/', { 'content-encoding': 'gzip' });
    await expectRefused(answer, [413, 'decompressed_too_large']);
  });

  test.each(Object.entries(packers))(
    'a body that is not, or not all of, the %s it says',
    async (encoding, pack) => {
      const headers = { 'content-encoding': encoding };
      const whole = await pack(Buffer.from(text));
      for (const body of [Buffer.from(text), whole.subarray(0, -5)])
        await expectRefused(await post(body, '/api/1/envelope/', headers), [400, 'encoding_invalid']);
    },
  );

  test('an encoding that is none', async () => {
    for (const encoding of ['rot13', 'gzip, gzip, gzip'])
      await expectRefused(await post(text, '/api/1/envelope/', { 'content-encoding': encoding }), [
        415,
        'encoding_unknown',
      ]);
  });
});

describe('a sender that may not send is told why', () => {
  const body = envelope(newId(), '{}');
  test.each<[string, string, Refusal]>([
    ['an unknown key', `/api/1/envelope/?sentry_key=${'f'.repeat(32)}`, [403, 'key_unknown']],
    ['a key that is none', '/api/1/envelope/?sentry_key=%00', [403, 'key_unknown']],
    ['a key of 8,000 characters', `/api/1/envelope/?sentry_key=${'k'.repeat(8000)}`, [403, 'key_unknown']],
    ['the key of another project', `/api/2/envelope/?sentry_key=${KEY}`, [403, 'project_mismatch']],
    ['a project that is no number', `/api/__proto__/envelope/?sentry_key=${KEY}`, [403, 'project_mismatch']],
  ])('%s', async (_, path, refusal) => {
    await expectRefused(await post(body, path), refusal);
  });

  test('no key', async () => {
    const answer = await fetch(`${program.url}/api/1/envelope/`, { method: 'POST', body: body as never });
    await expectRefused(answer, [403, 'key_missing']);
  });

  test('two keys that disagree', async () => {
    const headers = { 'x-sentry-auth': `Sentry sentry_key=${'f'.repeat(32)}` };
    await expectRefused(await post(body, '/api/1/envelope/', headers), [403, 'key_conflict']);
  });

  test('a disabled key, until it is enabled again; what it sent before stays', async () => {
    const made = await program.request('POST', '/api/v1/projects/default/keys', { label: 'old' });
    const { id, publicKey } = (await made.json()) as IngestKey;
    const enable = (enabled: boolean) =>
      program.request('PATCH', `/api/v1/projects/default/keys/${id}`, { enabled });
    const path = `/api/1/envelope/?sentry_key=${publicKey}`;
    const [before, after] = [newId(), newId()];
    await expectTaken(await post(envelope(before, '{"message":"before"}'), path), before);
    expect((await enable(false)).status).toBe(200);
    await expectRefused(await post(body, path), [403, 'key_disabled']);
    expect((await enable(true)).status).toBe(200);
    await expectTaken(await post(envelope(after, '{"message":"after"}'), path), after);
    expect((await read(before)).title).toBe('before');
    expect((await read(after)).title).toBe('after');
  });
});

describe('a sender that breaks HTTP, or breaks off', () => {
  const id = newId();
  const body = envelope(id, '{"message":"sent by hand"}').toString();
  const head = (...headers: string[]) =>
    `POST /api/1/envelope/?sentry_key=${KEY} HTTP/1.1\r\nhost: a\r\n${headers.join('\r\n')}\r\n\r\n`;
  const sized = head(`content-length: ${body.length}`);

  test.each<[string, string, boolean, Refusal, RejectionCode[]]>([
    ['no HTTP', '\0\x01\x02\r\n\r\n', false, [400, 'http_invalid'], []],
    ['a length below zero', head('content-length: -5') + body, false, [400, 'http_invalid'], []],
    ['two lengths', head('content-length: 1', 'content-length: 2') + body, false, [400, 'http_invalid'], []],
    [
      'a length and chunks',
      head('content-length: 9', 'transfer-encoding: chunked'),
      false,
      [400, 'http_invalid'],
      [],
    ],
    ['headers of 40 KB', head(`x: ${'a'.repeat(40_000)}`) + body, false, [431, 'headers_too_large'], []],
    [
      'a chunk without a size',
      `${head('transfer-encoding: chunked')}zz\r\n`,
      false,
      [400, 'http_invalid'],
      ['body_incomplete'],
    ],
    [
      'a length of less than it sends',
      head(`content-length: ${body.length - 9}`) + body,
      false,
      [400, 'http_invalid'],
      ['envelope_invalid'],
    ],
    ['half a header, then its side closed', sized.slice(0, 60), true, [400, 'body_incomplete'], []],
    [
      'half a body, then its side closed',
      sized + body.slice(0, 40),
      true,
      [400, 'body_incomplete'],
      ['body_incomplete'],
    ],
    [
      'half a chunk, then its side closed',
      `${head('transfer-encoding: chunked')}40\r\n${body.slice(0, 40)}`,
      true,
      [400, 'body_incomplete'],
      ['body_incomplete'],
    ],
  ])('%s', async (_, bytes, closes, [status, code], counted) => {
    const sender = openConnection();
    sender.socket.write(bytes);
    if (closes) sender.socket.end();
    const answer = await sender.answer;
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).toContain(json({ code, message: REJECTIONS[code][1] }));
    for (const each of counted) owe(`unknown rejected ${each}`);
  });

  test('half a body, then the connection reset', async () => {
    const sender = openConnection();
    sender.socket.write(sized + body.slice(0, 40));
    await eventually(
      async () => sender.socket.bytesWritten,
      (bytes) => bytes > sized.length,
    );
    sender.socket.resetAndDestroy();
    expect(await sender.answer).toBe('');
    owe('unknown rejected body_incomplete');
  });

  test('a whole request, then its side closed: the event is kept, and the sender reads so', async () => {
    const sender = openConnection();
    sender.socket.end(sized + body);
    const answer = await sender.answer;
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).toContain(json({ id }));
    owe('event stored');
    accepted.add(id);
    expect((await read(id)).title).toBe('sent by hand');
  });
});

/** Every field of the event protocol that the program reads. */
const FIELDS = [
  'event_id type timestamp level platform logger transaction server_name release dist environment',
  'fingerprint checksum culprit message logentry exception threads stacktrace template breadcrumbs',
  'user request tags extra contexts modules sdk debug_meta csp nel hpkp expectct expectstaple',
  'errors _meta __proto__ constructor',
].flatMap((line) => line.split(' '));
/** One of every shape that JSON has, and what breaks programs that trust it. */
const WRONG = [
  ...['null', 'true', '0', '1e400', '1180591620717411303424', '""', '"x"', '"\\u0000\\ud800"'],
  ...['[]', '[null]', '[[]]', '{}', '{"toString":1,"valueOf":2}'],
  '{"__proto__":{"x":1},"constructor":{"prototype":{}}}',
  '{"values":[{"stacktrace":{"frames":[{"vars":[]}]}}],"a":{"b":{"c":[{"d":[{}]}]}}}',
];

describe('an event of which one field is of every wrong type is stored, and shown as if the field were right', () => {
  const sent = new Map<string, { id: string; answer: Response }[]>();
  let shown = new Map<string, SentryEvent>();

  beforeAll(async () => {
    await Promise.all(
      FIELDS.map(async (field) => {
        const events = WRONG.map((wrong) => ({
          id: newId(),
          payload: `{"message":"odd ${field}","${field}":${wrong}}`,
        }));
        const answers = events.map(async ({ id, payload }) => ({
          id,
          answer: await post(envelope(id, payload)),
        }));
        sent.set(field, await Promise.all(answers));
      }),
    );
    const ids = [...sent.values()].flat().flatMap(({ id, answer }) => (answer.status === 200 ? [id] : []));
    shown = await eventually(
      async () => new Map((await readAll()).map((event) => [event.eventID, event])),
      (found) => ids.every((id) => found.has(id)),
    );
  });

  test.each(FIELDS.map((field, n) => [field, n] as const))('%s', async (field, n) => {
    const taken: string[] = [];
    for (const { id, answer } of sent.get(field)!) {
      // Only an id must be one: by it the sender finds the event again.
      if (field === 'event_id' && answer.status === 400)
        await expectRefused(answer, [400, 'event_id_invalid']);
      else {
        await expectTaken(answer, id);
        taken.push(id);
      }
    }
    expect(taken.length).toBe(field === 'event_id' ? 2 : WRONG.length);
    const isMessage = field === 'message' || field === 'logentry';
    for (const id of taken) {
      const { entries, title } = shown.get(id)!;
      const message = entries.find(({ type }) => type === 'message')?.data.formatted;
      expect(message ?? '<unlabeled event>').toBe(isMessage ? title : `odd ${field}`);
    }
    // Each wrong value has its turn at every other address, under one field or another.
    const turn = (at: number) => taken[at % taken.length]!;
    const details = [turn(n + 5), turn(n + 10)].map((id) =>
      program.get<EventDetail>(`/api/v1/issues/${shown.get(id)!.groupID}/events/${id}`),
    );
    for (const { id, title } of await Promise.all([readEverywhere(turn(n)), ...details]))
      expect(title).toBe(shown.get(id)!.title);
  });
});

describe('an event with', () => {
  /** What is checked of the event: a problem it must name, or its looks. */
  type Check = string | ((event: EventDetail) => void);
  const atItsArrival = (event: EventDetail) => expect(event.timestamp).toBe(event.receivedAt);
  const formatted = (text: string) => (event: EventDetail) =>
    expect(event.payload.logentry).toEqual({ formatted: text });

  const cases: [string, string | Buffer, ...Check[]][] = [
    [
      '10,000 frames',
      json({
        exception: [{ type: 'Deep', stacktrace: { frames: times(10_000, (n) => ({ function: `f${n}` })) } }],
      }),
      'too_many exception.values.0.stacktrace.frames',
      (event) => {
        const { values } = event.payload.exception as {
          values: { stacktrace: { frames: { function: string }[] } }[];
        };
        const { frames } = values[0]!.stacktrace;
        expect([frames.length, frames[0]!.function, frames.at(-1)!.function]).toEqual([250, 'f0', 'f9999']);
      },
    ],
    [
      'a thousand threads',
      json({ threads: times(1000, (id) => ({ id, stacktrace: { frames: [{ function: 'f' }] } })) }),
      'too_many threads.values',
    ],
    [
      '5,000 breadcrumbs',
      json({ breadcrumbs: times(5000, (n) => ({ message: `crumb ${n}` })) }),
      'too_many breadcrumbs.values',
    ],
    [
      'a thousand tags',
      json({ tags: Object.fromEntries(times(1000, (n) => [`k${n}`, `v${n}`])) }),
      'too_many tags',
      ({ payload }) =>
        expect(
          (payload.tags as [string, string][]).filter(([key, value]) => value === key.replace('k', 'v')),
        ).toHaveLength(200),
    ],
    [
      'fields of another shape',
      json({
        message: 'odd shapes',
        user: 'x',
        extra: 7,
        contexts: { os: true },
        tags: 'a:b',
        level: 'loud',
      }),
      formatted('odd shapes'),
      ...['user', 'extra', 'contexts.os', 'tags', 'level'].map((field) => `invalid_data ${field}`),
    ],
    ['a time of 1970', json({ timestamp: 1 }), 'past_timestamp timestamp', atItsArrival],
    [
      'a time of 2100',
      json({ timestamp: '2100-01-01T00:00:00Z' }),
      'future_timestamp timestamp',
      atItsArrival,
    ],
    ['a time that is none', json({ timestamp: 'yesterday' }), 'invalid_timestamp timestamp', atItsArrival],
    ['a message of 1 MB', json({ message: 'x'.repeat(1_000_000) }), 'value_trimmed logentry.formatted'],
    [
      'a key of 900 KB',
      json({ extra: { ['k'.repeat(900_000)]: ['x'.repeat(9000)] } }),
      `value_trimmed extra.${'k'.repeat(243)}…`,
    ],
    [
      '120 levels of nesting',
      `{"message":"deep","extra":${nested(119)}}`,
      formatted('deep'),
      ({ payload }) => expect(json(payload.extra)).toMatch(/^(\{"a":){7,9}"\{…\}"\}+$/),
    ],
    [
      'a message that would be gigabytes',
      json({
        logentry: {
          message: '{0}'.repeat(2700),
          params: [Object.fromEntries(times(100, (n) => [n, 'x'.repeat(8000)]))],
        },
      }),
      ({ payload }) =>
        expect((payload.logentry as { formatted: string }).formatted.length).toBeLessThan(8193),
    ],
    [
      'bytes that are not UTF-8',
      Buffer.from([...Buffer.from('{"message":"f'), 0xfc, 0x72, 0x20, 0xc3, 0x28, ...Buffer.from('"}')]),
      formatted('f\ufffdr \ufffd('),
    ],
    [
      'NUL and halves of surrogate pairs everywhere',
      '{"message":"\\u0000\\ud800","tags":{"\\u0000":"\\udfff"},"user":{"id":"\\u0000"},"extra":{"\\ud800":"\\u0000"}}',
      formatted('\ufffd\ufffd'),
      ({ payload }) => expect(payload.extra).toEqual({ '\ufffd': '\ufffd' }),
    ],
    [
      'exceptions that are each other’s parent',
      json({
        exception: times(3, (n) => ({
          type: `E${n}`,
          mechanism: { exception_id: n, parent_id: (n + 1) % 3, is_exception_group: true },
        })),
      }),
      ({ payload }) => expect((payload.exception as { values: unknown[] }).values).toHaveLength(3),
    ],
    [
      'ids beyond all numbers',
      '{"exception":[{"type":"E","mechanism":{"exception_id":1180591620717411303424,"parent_id":1e400}},{"type":"F"}]}',
      'invalid_data exception.values.0.mechanism.parent_id',
    ],
    ['exactly 1 MiB', `{"message":"full"${' '.repeat(MIB - 18)}}`, formatted('full')],
    [
      'a thousand frames of long paths',
      json({
        platform: 'native',
        exception: times(4, (s) => ({
          type: 'E',
          stacktrace: { frames: times(250, (n) => ({ package: `${'a/'.repeat(450)}${s}_${n}` })) },
        })),
      }),
      ({ payload }) => {
        const { values } = payload.exception as { values: { stacktrace: { frames: unknown[] } }[] };
        expect(values.map(({ stacktrace }) => stacktrace.frames.length)).toEqual([250, 250, 250, 250]);
      },
    ],
  ];

  /** All at once, as a fleet with one mistake sends them: they meet in one batch. */
  let sent: { id: string; answer: Response }[];
  beforeAll(async () => {
    const answers = cases.map(async ([, payload]) => {
      const id = newId();
      return { id, answer: await post(envelope(id, payload)) };
    });
    sent = await Promise.all(answers);
  });

  test.each(cases.map(([what], n) => [what, n] as const))(
    '%s is stored and shown, and says what was cut',
    async (_, n) => {
      const { id, answer } = sent[n]!;
      await expectTaken(answer, id);
      const event = await readEverywhere(id);
      const [, , ...checks] = cases[n]!;
      for (const check of checks)
        if (typeof check === 'string') expect(problemsOf(event)).toContain(check);
        else check(event);
    },
  );
});

describe('a body of 100 MB', () => {
  test('with an attachment that just fits is kept byte for byte; one byte more is refused', async () => {
    const id = newId();
    const head = `{"event_id":"${id}"}\n{"type":"event"}\n{"message":"large file"}\n{"type":"attachment","filename":"a","length":`;
    const size = LARGEST - Buffer.byteLength(`${head}104857600}\n`);
    const file = Buffer.alloc(size, 'not all bytes are equal\n');
    const body = Buffer.concat([Buffer.from(`${head}${size}}\n`.padEnd(LARGEST - size)), file]);
    await expectTaken(await post(body), id);
    owe('attachment stored');
    const { attachments } = await eventually(
      () => readEverywhere(id),
      (event) => event.attachments.length === 1,
      60_000,
    );
    const download = await program.request('GET', attachments[0]!.url);
    expect(Buffer.from(await download.arrayBuffer()).equals(file)).toBe(true);
    await expectRefused(await post(Buffer.concat([body, Buffer.from('\n')])), [413, 'body_too_large']);
  });

  test('that is one stack trace is refused', async () => {
    const frame = '{"function":"recurse","filename":"/srv/app/deep.py","lineno":1},';
    const frames = frame.repeat(100_000_000 / frame.length).slice(0, -1);
    const payload = `{"exception":[{"type":"RecursionError","stacktrace":{"frames":[${frames}]}}]}`;
    await expectRefused(await post(envelope(newId(), payload)), [413, 'item_too_large']);
  });
});

describe('slow senders, who were there all the time', () => {
  test('in their headers are told that they were too slow', async () => {
    for (const { answer } of slow.inHeaders) {
      expect(await answer).toMatch(/^HTTP\/1\.1 408 /);
      expect(await answer).toContain(
        json({ code: 'request_timeout', message: REJECTIONS.request_timeout[1] }),
      );
    }
  });

  test('at the end of their bodies are answered, and their events are kept', async () => {
    for (const { id, answer } of slow.patient) {
      expect(await answer).toMatch(/^HTTP\/1\.1 200 /);
      expect(await answer).toContain(json({ id }));
      owe('event stored');
      accepted.add(id);
    }
    expect((await read(slow.patient[0]!.id)).title).toBe('a byte a second');
  });

  test('in their bodies are cut off soon after, and count', async () => {
    slow.leave();
    await Promise.all(slow.inBodies.map(({ answer }) => answer));
    owe('unknown rejected body_incomplete', slow.inBodies.length);
    await eventually(
      () => ledger(program, () => true),
      (lines) => lines['unknown rejected body_incomplete'] === owed['unknown rejected body_incomplete'],
    );
  });
});

describe('an event id that comes twice is one event', () => {
  const id = newId();
  const event = '{"message":"only once"}';

  test('in one request', async () => {
    const twice = `{"event_id":"${id}"}\n{"type":"event"}\n${event}\n{"type":"event"}\n${event}\n`;
    await expectTaken(await post(twice), id);
    owe('event dropped invalid_item');
    expect((await readEverywhere(id)).total).toBe(1);
  });

  test('in ten requests at once, with other words', async () => {
    const answers = await Promise.all(times(10, (n) => post(envelope(id, `{"message":"again ${n}"}`))));
    for (const answer of answers) await expectTaken(answer, id);
    owe('event dropped duplicate', 10);
    await eventually(
      () => ledger(program, () => true),
      (lines) => lines['event dropped duplicate'] === 10,
    );
    expect(await readEverywhere(id)).toMatchObject({ title: 'only once', total: 1 });
  });

  test('after a restart', async () => {
    await steady.pause(async () => {
      expect(await program.stop()).toBe(0);
      expect(program.output()).not.toMatch(TROUBLE);
      program = await startProgram({
        dataDirectory: program.dataDirectory,
        port: Number(new URL(program.url).port),
      });
    });
    await expectTaken(await post(envelope(id, event)), id);
    owe('event dropped duplicate');
    await eventually(
      () => ledger(program, () => true),
      (lines) => lines['event dropped duplicate'] === 11,
    );
    expect(await readEverywhere(id)).toMatchObject({ title: 'only once', total: 1 });
  });
});

/** What the program prints at level error and above, or when a child of it dies. */
const TROUBLE = /"level":[56]0|process died/;

test('after all of it every record is accounted for, nothing was lost or set aside, and memory stayed bounded', async () => {
  await steady.stop();
  expect(steady.failures).toEqual([]);
  const total = (lines: Record<string, number>) => Object.values(lines).reduce((sum, each) => sum + each, 0);
  expect(await ledger(program, (lines) => total(lines) >= total(owed))).toEqual(owed);
  expect((await program.get<DeadLetters>('/api/v1/dead-letters')).items).toEqual([]);

  const ids = (await readAll()).map(({ eventID }) => eventID);
  expect(ids.length).toBe(accepted.size);
  expect(new Set(ids)).toEqual(accepted);
  expect(await program.get(`/api/v1/issues/${witness.issueId}/events/${witness.id}`)).toEqual(witness);

  for (let cursor: string | null = ''; cursor !== null; ) {
    const query: string = new URLSearchParams({ query: '', limit: '100', cursor }).toString();
    const list: IssueList = await program.get<IssueList>(`/api/v1/issues?${query}`);
    cursor = list.nextCursor;
  }
  await program.get('/api/0/projects/default/default/issues/?query=');
  expect(residentMost).toBeGreaterThan(0);
  expect(residentMost, `${Math.round(residentMost / MIB)} MiB`).toBeLessThan(RESIDENT_MAX);
  expect(program.output()).not.toMatch(TROUBLE);
});

/** A connection of one's own; `answer` is all that came back by its end. */
function openConnection() {
  const { hostname, port } = new URL(program.url);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
  });
  socket.on('error', () => {});
  const answer = new Promise<string>((resolve) => socket.on('close', () => resolve(text)));
  return { socket, answer };
}

/** A good event every 250 ms, whatever else is going on. */
function startSteadySender() {
  const failures: string[] = [];
  const underWay = new Set<Promise<unknown>>();
  let isPaused = false;
  const timer = setInterval(() => {
    if (isPaused) return;
    const sending = send(json({ exception: [{ type: 'SteadyError', value: 'as always' }] }))
      .catch((error) => failures.push(String(error)))
      .finally(() => underWay.delete(sending));
    underWay.add(sending);
  }, 250);
  const settle = async () => {
    while (underWay.size > 0) await Promise.all(underWay);
  };
  return {
    failures,
    /** Sends nothing while the work is done. */
    async pause(work: () => Promise<void>) {
      isPaused = true;
      await settle();
      await work();
      isPaused = false;
    },
    async stop() {
      clearInterval(timer);
      await settle();
    },
  };
}

/** Two hundred and twenty senders at a byte a second, or silent after half of what they announced. */
function startSlowSenders() {
  const request = (length: number) =>
    `POST /api/1/envelope/?sentry_key=${KEY} HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: ${length}\r\n`;
  const open = (bytes: string) => {
    const sender = openConnection();
    sender.socket.write(bytes);
    return sender;
  };
  const inHeaders = times(70, () => open(`${request(100)}x-slow: `));
  const silent = times(65, () => open(`${request(100)}\r\n${'x'.repeat(50)}`));
  const endless = times(65, () => open(`${request(5000)}\r\n{`));
  const patient = times(20, () => {
    const id = newId();
    const body = envelope(id, '{"message":"a byte a second"}').toString();
    return { id, rest: [...body.slice(-20)], ...open(`${request(body.length)}\r\n${body.slice(0, -20)}`) };
  });
  const timer = setInterval(() => {
    for (const { socket } of [...inHeaders, ...endless]) if (socket.writable) socket.write('x');
    for (const { socket, rest } of patient) if (rest.length > 0) socket.write(rest.shift()!);
  }, 1000);
  return {
    inHeaders,
    inBodies: [...silent, ...endless],
    patient,
    leave() {
      clearInterval(timer);
      for (const { socket } of [...inHeaders, ...silent, ...endless, ...patient]) socket.destroy();
    },
  };
}
