/**
 * The ledger of a mixed hour, sent in seconds: per key and kind, what was sent is what was stored, dropped, rejected,
 * set aside and, by its own account, never sent. Also when a letter is driven through again and when the engine is
 * killed.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Status } from '#contract/live.ts';
import type { IngestKey } from '#contract/projects.ts';
import type { DeadLetters, Usage } from '#contract/usage.ts';
import { openJournal } from '#server/journal/journal.ts';
import { encodeAccepted } from '#server/record/accepted.ts';
import { run } from './support/clients.ts';
import { eventually, KEY, type Program, processTree, startProgram } from './support/program.ts';

let program: Program;
beforeAll(async () => {
  program = await startProgram();
});
afterAll(() => program.discard());

const newId = () => randomBytes(16).toString('hex');

function post(body: string, key = KEY) {
  return fetch(`${program.url}/api/1/envelope/?sentry_key=${key}`, { method: 'POST', body });
}
const item = (type: string, payload: string, id = newId()) =>
  `{"event_id":"${id}"}\n{"type":"${type}"}\n${payload}\n`;

type Lines = Record<string, number>;

/** The lines of one key, as `{'event stored': 3}`. */
async function linesOf(key: IngestKey): Promise<Lines> {
  const { lines } = await program.get<Usage>('/api/v1/usage?period=1h');
  const found: Lines = {};
  for (const { keyId, kind, outcome, reason, quantity } of lines) {
    if (keyId !== key.id) continue;
    const line = [kind, outcome, reason].filter(Boolean).join(' ');
    found[line] = (found[line] ?? 0) + quantity;
  }
  return found;
}

/** All outcomes of a kind together: how many of it were sent, or would have been. */
function sumOf(lines: Lines, kind: string): number {
  return Object.entries(lines)
    .filter(([line]) => line.startsWith(`${kind} `))
    .reduce((sum, [, quantity]) => sum + quantity, 0);
}

async function mainKey(): Promise<IngestKey> {
  const keys = await program.get<IngestKey[]>('/api/v1/projects/default/keys');
  return keys.find(({ publicKey }) => publicKey === KEY)!;
}

async function makeKey(label: string): Promise<IngestKey> {
  const answer = await program.request('POST', '/api/v1/projects/default/keys', { label });
  return (await answer.json()) as IngestKey;
}

async function changeKey(key: IngestKey, parts: Partial<IngestKey>): Promise<void> {
  const answer = await program.request('PATCH', `/api/v1/projects/default/keys/${key.id}`, parts);
  expect(answer.status).toBe(200);
}

async function runMixedHour(key: string, story: string[] = []): Promise<{ event: number; log: number }> {
  const { code, output } = await run(process.execPath, ['e2e/programs/mixed-hour.mjs', ...story], {
    environment: { SENTRY_DSN: program.dsn.replace(KEY, key) },
  });
  expect(code, output).toBe(0);
  return JSON.parse(output.trim().split('\n').at(-1)!);
}

/** One request of a sender's hour: its items, what the sender would say it sent, and the lines that must come of it. */
interface Request {
  items: [type: string, payload: string, header?: Record<string, unknown>][];
  sends: Lines;
  becomes: Lines;
  /** Not new: the event that the sender sent first. */
  again?: boolean;
  /** Answered 400. */
  refused?: boolean;
}

const event = (minute: number) =>
  JSON.stringify({
    timestamp: Date.now() / 1000 - (60 - minute) * 60,
    release: 'shop@1.4.0',
    exception: [{ type: 'CheckoutError', value: `minute ${minute}` }],
  });
const session = (attrs: object) =>
  JSON.stringify({ sid: newId(), init: true, status: 'ok', started: new Date().toISOString(), attrs });
const release = { release: 'shop@1.4.0' };
const spanTimes = () => ({ start_timestamp: Date.now() / 1000 - 1, end_timestamp: Date.now() / 1000 });
const span = () =>
  JSON.stringify({ name: 'SELECT cart', trace_id: newId(), span_id: newId().slice(16), ...spanTimes() });
const transaction = () => {
  const { start_timestamp, end_timestamp: timestamp } = spanTimes();
  const trace = { trace_id: newId(), span_id: newId().slice(16) };
  return JSON.stringify({ transaction: 'GET /', start_timestamp, timestamp, contexts: { trace } });
};
const many = (count: number) => JSON.stringify({ items: Array.from({ length: count }, () => ({})) });

/** What a sender does in a minute, one after the other: good, useless, counted only, reported, and broken. */
const minuteOf = (minute: number): Request[] => [
  { items: [['event', event(minute)]], sends: { event: 1 }, becomes: { 'event stored': 1 } },
  {
    items: [
      ['event', event(minute)],
      ['attachment', 'a log', { filename: 'a.log' }],
      ['session', session(release)],
    ],
    sends: { event: 1, attachment: 1, session: 1 },
    becomes: { 'event stored': 1, 'attachment stored': 1, 'session stored': 1 },
  },
  {
    items: [['event', event(minute)]],
    again: true,
    sends: { event: 1 },
    becomes: { 'event dropped duplicate': 1 },
  },
  {
    items: [
      ['event', event(minute)],
      ['event', event(minute)],
      ['session', '['],
    ],
    sends: { event: 2, session: 1 },
    becomes: { 'event stored': 1, 'event dropped invalid_item': 1, 'session dropped invalid_item': 1 },
  },
  {
    items: [['session', session({})]],
    sends: { session: 1 },
    becomes: { 'session dropped no_release': 1 },
  },
  {
    items: [
      [
        'raw_security',
        '{"csp-report":{"document-uri":"https://shop.example/","violated-directive":"img-src"}}',
      ],
    ],
    sends: { security: 1 },
    becomes: { 'security stored': 1 },
  },
  {
    items: [['feedback', '{"contexts":{"feedback":{"message":"It does not load."}}}']],
    sends: { feedback: 1 },
    becomes: { 'feedback stored': 1 },
  },
  {
    items: [['check_in', `{"check_in_id":"${newId()}","monitor_slug":"import","status":"ok"}`]],
    sends: { check_in: 1 },
    becomes: { 'check_in stored': 1 },
  },
  {
    items: [
      ['transaction', transaction()],
      ['transaction', '{}'],
    ],
    sends: { transaction: 2 },
    becomes: { 'transaction stored': 1, 'transaction dropped invalid_item': 1 },
  },
  {
    items: [['span', `{"version":2,"items":[${span()},${span()},{}]}`, { item_count: 3 }]],
    sends: { span: 3 },
    becomes: { 'span stored': 2, 'span rejected span_invalid': 1 },
  },
  {
    items: [
      ['log', `{"items":[${Array(5).fill('{"body":"cart loaded"}')},{}]}`, { item_count: 6 }],
      ['trace_metric', many(2), { item_count: 2 }],
      ['profile', '{}'],
      ['replay_event', '{}'],
    ],
    sends: { log: 6, metric: 2, profile: 1, replay: 1 },
    becomes: {
      'log stored': 5,
      'log rejected log_invalid': 1,
      'metric dropped kind_not_stored': 2,
      'profile dropped kind_not_stored': 1,
      'replay dropped kind_not_stored': 1,
    },
  },
  { items: [['hologram', '{}']], sends: { unknown: 1 }, becomes: { 'unknown dropped unknown_item': 1 } },
  {
    items: [
      [
        'client_report',
        '{"discarded_events":[{"category":"error","reason":"sample_rate","quantity":4},{"category":"span","reason":"before_send","quantity":2}]}',
      ],
    ],
    sends: { event: 4, span: 2 },
    becomes: { 'event discarded sample_rate': 4, 'span discarded before_send': 2 },
  },
  {
    items: [['event', '{"message":']],
    refused: true,
    sends: { event: 1 },
    becomes: { 'event rejected json_invalid': 1 },
  },
];

function add(to: Lines, lines: Lines): void {
  for (const [line, quantity] of Object.entries(lines)) to[line] = (to[line] ?? 0) + quantity;
}

/** What counts against a limit: one of these per request. Attachments go with their event. */
const LIMITED = ['event', 'security', 'feedback', 'transaction', 'span', 'log'];

/** Whether a line is about what counts against a limit. */
function isCounted(line: string): boolean {
  const [kind, outcome, reason] = line.split(' ');
  return LIMITED.includes(kind!) && (outcome === 'stored' || reason === 'duplicate');
}

/** How much of a limit a request takes. */
function countedOf(becomes: Lines): number {
  return Object.entries(becomes).reduce((sum, [line, quantity]) => sum + (isCounted(line) ? quantity : 0), 0);
}

/** The lines of a request whose event is over the limit of its key. */
function overLimit(becomes: Lines): Lines {
  const lines: Lines = {};
  for (const [line, quantity] of Object.entries(becomes)) {
    const [kind] = line.split(' ');
    const isHeldBack = kind === 'attachment' || isCounted(line);
    add(lines, { [isHeldBack ? `${kind} rejected rate_limited` : line]: quantity });
  }
  return lines;
}

test('an hour of mixed traffic: of every key and kind, what was sent is what became of it', async () => {
  /** Sends sixty minutes, one request after the other; `limit`: how many of `LIMITED` may pass. */
  async function sendHour(label: string, { limit = Number.POSITIVE_INFINITY, disabledFrom = 60 } = {}) {
    const key = await makeKey(label);
    if (Number.isFinite(limit)) await changeKey(key, { rateLimit: { count: limit, windowSeconds: 86_400 } });
    const first = newId();
    const sent: Lines = {};
    const owed: Lines = {};
    let left = limit;
    for (let minute = 0; minute < 60; minute += 1) {
      if (minute === disabledFrom) await changeKey(key, { enabled: false });
      for (const [n, request] of minuteOf(minute).entries()) {
        const id = request.again || (minute === 0 && n === 0) ? first : newId();
        const counted = countedOf(request.becomes);
        const isOver = counted > left;
        const body = request.items.map(([type, payload, header]) => {
          return `${JSON.stringify({ type, length: payload.length, ...header })}\n${payload}\n`;
        });
        const { status } = await post(`{"event_id":"${id}"}\n${body.join('')}`, key.publicKey);
        if (minute >= disabledFrom) {
          expect(status).toBe(403);
          // Reports are not read either: one item each, of no kind that is sent.
          const holds = request.items[0]![0] === 'client_report' ? { unknown: 1 } : request.sends;
          add(sent, holds);
          for (const [kind, count] of Object.entries(holds))
            add(owed, { [`${kind} rejected key_disabled`]: count });
          continue;
        }
        const keepsSession = request.becomes['session stored'] !== undefined;
        expect(status, body.join('')).toBe(request.refused ? 400 : isOver && !keepsSession ? 429 : 200);
        if (!isOver) left -= counted;
        add(sent, request.sends);
        add(owed, isOver ? overLimit(request.becomes) : request.becomes);
      }
    }
    return { key, sent, owed };
  }

  const hours = await Promise.all([
    sendHour('without a limit'),
    sendHour('with a limit', { limit: 100 }),
    sendHour('disabled after half an hour', { disabledFrom: 30 }),
  ]);
  for (const { key, sent, owed } of hours) {
    const all = (lines: Lines) => Object.values(lines).reduce((sum, each) => sum + each, 0);
    const lines = await eventually(
      () => linesOf(key),
      (found) => all(found) >= all(sent),
    );
    expect(lines).toEqual(owed);
    const kinds = Object.keys(sent);
    expect(Object.fromEntries(kinds.map((kind) => [kind, sumOf(lines, kind)]))).toEqual(sent);
  }

  // And the ledger's word is the table's: what it calls stored is there, each once.
  const ids = (await readEvents()).map(({ eventID }) => eventID);
  const stored = (line: string) => hours.reduce((sum, { owed }) => sum + (owed[line] ?? 0), 0);
  expect(ids.length).toBe(stored('event stored') + stored('security stored'));
  expect(new Set(ids).size).toBe(ids.length);
});

test('what an SDK samples away, holds back and sends, and what is sent to it by hand, adds up', async () => {
  const made = await runMixedHour(KEY);
  const id = newId();
  const event = '{"message":"sent twice"}';
  for (const body of [
    ...[item('event', event, id), item('event', event, id), item('hologram', '{}'), item('hologram', 'x')],
    ...[item('transaction', transaction()), item('replay_event', '{}'), item('replay_recording', '[]')],
  ])
    expect((await post(body)).status).toBe(200);
  expect((await post(item('event', '{"message":'))).status).toBe(400);

  const key = await mainKey();
  const lines = await eventually(
    () => linesOf(key),
    (found) =>
      sumOf(found, 'event') >= made.event + 3 &&
      sumOf(found, 'log') >= made.log &&
      sumOf(found, 'replay') >= 2,
  );
  expect(sumOf(lines, 'event')).toBe(made.event + 3);
  expect(sumOf(lines, 'log')).toBe(made.log);
  expect(lines).toMatchObject({
    'event dropped duplicate': 1,
    'event rejected json_invalid': 1,
    'event discarded sample_rate': expect.any(Number),
    'log stored': made.log,
    'transaction stored': 1,
    'replay dropped kind_not_stored': 2,
    'span stored': 2,
    'unknown dropped unknown_item': 2,
  });
});

test('a key with a limit: what passes, what is refused, and what the SDK keeps to itself for that add up', async () => {
  const key = await makeKey('of an SDK');
  await changeKey(key, { rateLimit: { count: 3, windowSeconds: 3600 } });
  const { event } = await runMixedHour(key.publicKey, ['limited']);
  const lines = await eventually(
    () => linesOf(key),
    (found) => sumOf(found, 'event') >= event,
  );
  expect(sumOf(lines, 'event')).toBe(event);
  expect(lines).toMatchObject({
    'event stored': 3,
    'event rejected rate_limited': 1,
    'event discarded ratelimit_backoff': event - 4,
  });
});

test('a letter that is repaired and driven through again goes from the dead letters to the stored', async () => {
  const key = await mainKey();
  const before = await linesOf(key);
  await program.stop();
  await appendBrokenEvent(program.dataDirectory, Number(key.id));
  program = await startProgram({ dataDirectory: program.dataDirectory });

  const broken = await eventually(
    () => linesOf(key),
    (found) => 'event dead_lettered processing_failed' in found,
  );
  expect(broken['event dead_lettered processing_failed']).toBe(1);
  expect(sumOf(broken, 'event')).toBe(sumOf(before, 'event') + 1);

  const { items } = await program.get<DeadLetters>('/api/v1/dead-letters');
  expect(items).toMatchObject([{ kind: 'event', reason: 'processing_failed', redrivenAt: null }]);
  await repairLetter(program.dataDirectory);
  const redrive = () => program.request('POST', `/api/v1/dead-letters/${items[0]!.id}/redrive`);
  expect((await redrive()).status).toBe(204);
  // Too soon: process has perhaps not come to it. It counts once all the same.
  expect([204, 409]).toContain((await redrive()).status);
  const repaired = await eventually(
    () => linesOf(key),
    (found) => !('event dead_lettered processing_failed' in found),
  );
  expect((await redrive()).status).toBe(409);
  expect(repaired['event stored']).toBe((before['event stored'] ?? 0) + 1);
  expect(sumOf(repaired, 'event')).toBe(sumOf(broken, 'event'));
});

test('an engine that is killed comes back; the page says so; nothing is lost, nothing counts twice', async () => {
  const key = await mainKey();
  const before = await linesOf(key);
  const sent: string[] = [];
  let isSending = true;
  const sending = (async () => {
    while (isSending) {
      const id = newId();
      const answer = await post(item('event', '{"exception":[{"type":"KilledError","value":"x"}]}', id));
      expect(answer.status).toBe(200);
      sent.push(id);
      await sleep(20);
    }
  })();
  await sleep(1000);
  process.kill(enginePid(program), 'SIGKILL');
  const status = () => program.get<Status>('/api/v1/status');
  const restarting = await eventually(status, ({ engine }) => engine === 'restarting');
  expect(restarting.problems.join()).toContain('The telemetry engine is being started again');
  expect((await program.request('GET', '/health/ready')).status).toBe(503);
  await eventually(status, ({ engine, problems }) => engine === 'ready' && problems.length === 0);
  expect((await program.request('GET', '/health/ready')).status).toBe(200);
  await sleep(1000);
  isSending = false;
  await sending;

  const after = await eventually(
    () => linesOf(key),
    (found) => (found['event stored'] ?? 0) >= before['event stored']! + sent.length,
  );
  expect(after['event stored']).toBe(before['event stored']! + sent.length);
  const counts = new Map<string, number>();
  for (const { eventID } of await readEvents()) counts.set(eventID, (counts.get(eventID) ?? 0) + 1);
  expect(sent.filter((id) => counts.get(id) !== 1)).toEqual([]);
});

/** The engine's process: the one below the program that runs its entry. */
function enginePid({ child }: Program): number {
  const pid = processTree(child.pid!).find((one) =>
    readFileSync(`/proc/${one}/cmdline`, 'utf8').includes('telemetry/engine/'),
  );
  expect(pid, 'no engine below the program').toBeDefined();
  return pid!;
}

/** What a door with a mistake would have journalled: a request like any other, whose event is no JSON. */
async function appendBrokenEvent(dataDirectory: string, key: number): Promise<void> {
  const database = new DatabaseSync(join(dataDirectory, 'metadata.sqlite'));
  const checkpoint = database.prepare('SELECT segment, "offset" FROM checkpoint').get();
  database.close();
  const journal = await openJournal(join(dataDirectory, 'journal'), {
    checkpoint: checkpoint as { segment: number; offset: number },
  });
  const payload = Buffer.from('{"message":"repaired later"]');
  const record = { type: 'event', kind: 'event', meta: {}, payload } as const;
  await journal.append(
    encodeAccepted({ project: 1, key, receivedAt: Date.now(), eventId: newId(), records: [record] }),
  );
  await journal.close();
}

/** What an operator would do by hand: the one wrong byte of the letter. */
async function repairLetter(dataDirectory: string): Promise<void> {
  const directory = join(dataDirectory, 'blobs/dead-letters');
  const [name] = (await readdir(directory, { recursive: true })).filter((one) => /[0-9a-f]{64}$/.test(one));
  const bytes = await readFile(join(directory, name!));
  bytes.write('}', bytes.lastIndexOf(']'));
  await writeFile(join(directory, name!), bytes);
}

/** Every event of the project, by the Link header. */
async function readEvents(): Promise<{ eventID: string }[]> {
  const events: { eventID: string }[] = [];
  for (let next: string | undefined = '/api/0/projects/default/default/events/'; next; ) {
    const response: Response = await program.request('GET', next);
    expect(response.status).toBe(200);
    events.push(...((await response.json()) as { eventID: string }[]));
    const link = /<([^>]+)>; rel="next"; results="true"/.exec(response.headers.get('link') ?? '')?.[1];
    next = link && new URL(link, program.url).pathname + new URL(link, program.url).search;
  }
  return events;
}
