import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JournalReader, JournalWriter } from '#server/journal/contract.ts';
import { openJournal } from '#server/journal/journal.ts';
import { openJournalReader } from '#server/journal/journal-reader.ts';
import { createLog } from '#server/platform/log.ts';
import { Unavailable } from '#server/platform/rejection.ts';
import { type AcceptedRecord, type AcceptedRequest, encodeAccepted } from '#server/record/accepted.ts';
import type { OutcomeCount } from '#server/record/outcome.ts';
import { openFileBlobs } from '#server/store/blobs/file-blobs.ts';
import { openTestMetadata, type TestMetadata } from '#server/store/metadata/test-metadata.ts';
import type { EventRow, OutcomeRow } from '#server/store/telemetry/rows.ts';
import type { TelemetryStore, TelemetryTable } from '#server/store/telemetry/telemetry.ts';
import type { BatchStored } from './batch-stored.ts';
import { Processor } from './processor.ts';
import { Spool } from './spool.ts';

/**
 * The engine as far as these tests go: remembers rows, takes a token once, fails when told to. The real engine
 * runs the same promises in its own contract suite.
 */
class RecordingTelemetry {
  rows: { table: TelemetryTable; row: Record<string, unknown> }[] = [];
  tokens: string[] = [];
  failWith: ((table: TelemetryTable, lines: string) => Error | null) | null = null;

  async insert(table: TelemetryTable, jsonLines: Uint8Array, token: string): Promise<void> {
    const text = Buffer.from(jsonLines).toString();
    const error = this.failWith?.(table, text);
    if (error) throw error;
    if (this.tokens.includes(token)) return;
    this.tokens.push(token);
    for (const line of text.trimEnd().split('\n')) this.rows.push({ table, row: JSON.parse(line) });
  }

  async recentEventIds() {
    return this.events().map(({ project_id, event_id }) => ({ project_id, event_id }));
  }

  async select() {
    return this.events();
  }

  events(): EventRow[] {
    return this.rows.filter(({ table }) => table === 'events').map(({ row }) => row as unknown as EventRow);
  }

  /** The ledger: quantity per `kind outcome reason`. */
  ledger(): Record<string, number> {
    const sums: Record<string, number> = {};
    for (const { table, row } of this.rows) {
      if (table !== 'outcomes') continue;
      const { kind, outcome, reason, quantity } = row as unknown as OutcomeRow;
      const line = [kind, outcome, reason].filter(Boolean).join(' ');
      sums[line] = (sums[line] ?? 0) + quantity;
    }
    return sums;
  }
}

const log = createLog('silent');
const now = Date.UTC(2026, 10, 22, 12);
let directory: string;
let metadata: TestMetadata;
let journal: JournalWriter;
let telemetry: RecordingTelemetry;
let running: Processor[];
let readers: JournalReader[];
let stored: BatchStored[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tandem-process-'));
  metadata = await openTestMetadata();
  await metadata.store.db
    .insertInto('organization')
    .values({ slug: 'default', name: 'Default', created_at: now })
    .execute();
  for (const slug of ['shop', 'api'])
    await metadata.store.db
      .insertInto('project')
      .values({ organization_id: 1, slug, name: slug, platform: '', created_at: now, first_event_at: null })
      .execute();
  journal = await openJournal(join(directory, 'journal'));
  telemetry = new RecordingTelemetry();
  running = [];
  readers = [];
  stored = [];
});

afterEach(async () => {
  for (const processor of running) await processor.stop();
  for (const reader of readers) await reader.close();
  await journal.close();
  await metadata.discard();
  await rm(directory, { recursive: true });
});

async function startProcessor(): Promise<Processor> {
  const reader = openJournalReader(join(directory, 'journal'));
  readers.push(reader);
  const processor = new Processor({
    journal: 'j1',
    reader,
    metadata: metadata.store,
    telemetry: telemetry as unknown as TelemetryStore,
    blobs: await openFileBlobs(join(directory, 'blobs')),
    spool: await Spool.open(join(directory, 'spool')),
    clock: { now: () => now },
    log,
    onStored: (batch) => stored.push(batch),
    onCheckpoint: () => {},
  });
  running.push(processor);
  await processor.start();
  processor.advance(journal.durableEnd);
  return processor;
}

function send(records: Partial<AcceptedRecord>[], request: Partial<AcceptedRequest> = {}): Promise<void> {
  return journal.append(
    encodeAccepted({
      project: 1,
      key: 1,
      receivedAt: now,
      ...request,
      records: records.map((record) => ({
        type: 'event',
        kind: 'event',
        meta: {},
        payload: new Uint8Array(),
        ...record,
      })) as AcceptedRecord[],
    }),
  );
}

const eventId = (n: number) => n.toString(16).padStart(32, '0');
const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const failure = (type: string, user?: string) =>
  json({ exception: { values: [{ type, value: 'x' }] }, user: user ? { id: user } : undefined });
const sendFailure = (n: number, type = 'PaymentError', user = 'u1', request: Partial<AcceptedRequest> = {}) =>
  send([{ payload: failure(type, user) }], { eventId: eventId(n), ...request });

async function until(what: () => Promise<boolean> | boolean): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    if (await what()) return;
    await sleep(25);
  }
  throw new Error('waited 10 s in vain');
}

const issues = () => metadata.store.db.selectFrom('issue').selectAll().orderBy('id').execute();

describe('a batch', () => {
  it('becomes rows, issues, users and ledger lines that agree', async () => {
    for (let n = 0; n < 30; n += 1)
      await sendFailure(n, n % 3 === 0 ? 'TypeError' : 'PaymentError', `u${n % 4}`);
    await startProcessor();
    await until(() => telemetry.events().length === 30);
    expect(
      (await issues()).map((issue) => [
        issue.number,
        issue.exception_type,
        issue.event_count,
        issue.user_count,
      ]),
    ).toEqual([
      [1, 'TypeError', 10, 4],
      [2, 'PaymentError', 20, 4],
    ]);
    expect(telemetry.ledger()).toEqual({ 'event stored': 30 });
    await until(() => stored.length > 0);
    expect(stored[0]?.messages[0]).toMatchObject({ projectId: '1', newIssueIds: ['1', '2'], events: 30 });
  });

  it('counts an event id once, in one batch and across batches and starts', async () => {
    await sendFailure(1);
    await sendFailure(1);
    const first = await startProcessor();
    await until(() => telemetry.events().length === 1);
    await sendFailure(1);
    first.advance(journal.durableEnd);
    await until(() => telemetry.ledger()['event dropped duplicate'] === 2);
    await first.stop();
    await sendFailure(1);
    await sendFailure(2);
    await startProcessor();
    await until(() => telemetry.events().length === 2);
    expect((await issues())[0]?.event_count).toBe(2);
    expect(telemetry.ledger()).toEqual({ 'event stored': 2, 'event dropped duplicate': 3 });
  });

  it('takes the same event id in two projects', async () => {
    await sendFailure(1);
    await sendFailure(1, 'PaymentError', 'u1', { project: 2 });
    await startProcessor();
    await until(() => telemetry.events().length === 2);
  });

  it('keeps the refusals that the door counted, whose frame belongs to no project', async () => {
    const counts: OutcomeCount[] = [
      {
        at: now,
        project: 1,
        key: 1,
        kind: 'event',
        outcome: 'rejected',
        reason: 'rate_limited',
        quantity: 7,
        bytes: 0,
      },
      {
        at: now,
        project: 0,
        key: 0,
        kind: 'unknown',
        outcome: 'rejected',
        reason: 'key_unknown',
        quantity: 2,
        bytes: 0,
      },
    ];
    await send([{ type: 'counts', kind: 'unknown', meta: { counts } }], { project: 0, key: 0 });
    await startProcessor();
    await until(() => telemetry.rows.length > 0);
    expect(telemetry.ledger()).toEqual({
      'event rejected rate_limited': 7,
      'unknown rejected key_unknown': 2,
    });
  });

  it('drops records of a deleted project, and says so', async () => {
    await sendFailure(1, 'PaymentError', 'u1', { project: 99 });
    await startProcessor();
    await until(() => telemetry.ledger()['event dropped project_deleted'] === 1);
    expect(telemetry.events()).toEqual([]);
  });
});

describe('after a crash', () => {
  it('inserts what was decided once, with the same token, though it was counted before', async () => {
    telemetry.failWith = () => new Unavailable('engine_away', 'the engine is away');
    for (let n = 0; n < 5; n += 1) await sendFailure(n);
    const crashed = await startProcessor();
    await until(async () => (await issues())[0]?.event_count === 5);
    await crashed.stop();
    expect(telemetry.events()).toEqual([]);

    telemetry.failWith = null;
    await startProcessor();
    await until(() => telemetry.events().length === 5);
    await sendFailure(9);
    running.at(-1)!.advance(journal.durableEnd);
    await until(() => telemetry.events().length === 6);
    expect((await issues())[0]?.event_count).toBe(6);
    expect(telemetry.tokens.filter((token) => token.endsWith('-events'))).toEqual([
      'j1-1-events',
      'j1-2-events',
    ]);
  });

  it('leaves no spool file behind once a later batch is committed', async () => {
    await sendFailure(1);
    const processor = await startProcessor();
    await until(() => telemetry.events().length === 1);
    await sendFailure(2);
    processor.advance(journal.durableEnd);
    await until(() => telemetry.events().length === 2);
    await until(async () => (await readdir(join(directory, 'spool'))).length <= 1);
    expect(await readdir(join(directory, 'spool'))).not.toContain('1.spool');
  });

  it('forgets a spool file whose batch was never committed', async () => {
    await (await Spool.open(join(directory, 'spool'))).write('77.spool', [
      { table: 'events', jsonLines: Buffer.from('{}\n') },
    ]);
    await startProcessor();
    await until(async () => (await readdir(join(directory, 'spool'))).length === 0);
    expect(telemetry.rows).toEqual([]);
  });
});

describe('what cannot be processed', () => {
  it('becomes a dead letter beside the events of its request, and the ledger says so', async () => {
    await send(
      [
        { payload: Buffer.from('not json') },
        { type: 'session', kind: 'session', payload: json({ attrs: {} }) },
      ],
      {
        eventId: eventId(1),
      },
    );
    await sendFailure(2);
    await startProcessor();
    await until(() => telemetry.events().length === 1);
    expect(telemetry.ledger()).toEqual({
      'event dead_lettered processing_failed': 1,
      'session dropped no_release': 1,
      'event stored': 1,
    });
    const letters = await metadata.store.db.selectFrom('dead_letter').selectAll().execute();
    expect(letters).toMatchObject([{ project_id: 1, key_id: 1, kind: 'event', reason: 'processing_failed' }]);
    expect(letters[0]?.message).toContain('JSON');
  });

  it('comes off the dead letters of the ledger when it is driven through again', async () => {
    await send([{ payload: failure('PaymentError') }], { eventId: eventId(1), redriveOf: '7' });
    await startProcessor();
    await until(() => telemetry.events().length === 1);
    expect(telemetry.ledger()).toEqual({ 'event stored': 1, 'event dead_lettered processing_failed': -1 });
  });

  it('keeps a row aside that the engine refuses, and stores the rest of the batch', async () => {
    telemetry.failWith = (table, lines) =>
      table === 'events' && lines.includes(eventId(3)) ? new Error('cannot parse the row') : null;
    for (let n = 1; n <= 6; n += 1) await sendFailure(n);
    await startProcessor();
    await until(() => telemetry.events().length === 5);
    await until(
      async () => (await metadata.store.db.selectFrom('dead_letter').selectAll().execute()).length === 1,
    );
    expect(telemetry.events().map((row) => row.event_id)).not.toContain(eventId(3));
  }, 30_000);
});

describe('the other records', () => {
  it('are sessions, check-ins, attachments and feedback in their tables', async () => {
    await send([{ payload: failure('PaymentError') }, attachment('log.txt', 'hello')], {
      eventId: eventId(1),
    });
    await send([
      {
        type: 'sessions',
        kind: 'session',
        payload: json({
          aggregates: [{ started: now / 1000, exited: 40, crashed: 2 }],
          attrs: { release: '1.4.0' },
        }),
      },
    ]);
    await send([checkIn('in_progress')]);
    await send([checkIn('ok', 2.5)]);
    await send([
      {
        type: 'user_report',
        kind: 'feedback',
        payload: json({ event_id: eventId(1), name: 'Ann', comments: 'It broke' }),
      },
    ]);
    await startProcessor();
    await until(() => telemetry.events().length === 1);
    const { db } = metadata.store;
    expect(await db.selectFrom('attachment').select(['name', 'bytes', 'event_id']).execute()).toEqual([
      { name: 'log.txt', bytes: 5, event_id: eventId(1) },
    ]);
    expect(await db.selectFrom('monitor').select(['slug', 'status']).execute()).toEqual([
      { slug: 'nightly', status: 'ok' },
    ]);
    expect(await db.selectFrom('check_in').select(['status', 'duration_ms']).execute()).toEqual([
      { status: 'ok', duration_ms: 2500 },
    ]);
    expect(await db.selectFrom('feedback').select(['name', 'message', 'issue_id']).execute()).toEqual([
      { name: 'Ann', message: 'It broke', issue_id: 1 },
    ]);
    expect(telemetry.ledger()).toEqual({
      'event stored': 1,
      'attachment stored': 1,
      'session stored': 42,
      'check_in stored': 2,
      'feedback stored': 1,
    });
  });

  it('links feedback that came before its event', async () => {
    await send([
      { type: 'user_report', kind: 'feedback', payload: json({ event_id: eventId(1), comments: 'early' }) },
    ]);
    const processor = await startProcessor();
    await until(() => telemetry.ledger()['feedback stored'] === 1);
    await sendFailure(1);
    processor.advance(journal.durableEnd);
    await until(() => telemetry.events().length === 1);
    expect(await metadata.store.db.selectFrom('feedback').select('issue_id').execute()).toEqual([
      { issue_id: 1 },
    ]);
  });
});

function attachment(name: string, text: string): Partial<AcceptedRecord> {
  return {
    type: 'attachment',
    kind: 'attachment',
    meta: { name, contentType: 'text/plain', attachmentType: 'event.attachment' },
    payload: Buffer.from(text),
  };
}

function checkIn(status: string, duration?: number): Partial<AcceptedRecord> {
  return {
    type: 'check_in',
    kind: 'check_in',
    payload: json({ check_in_id: eventId(5), monitor_slug: 'nightly', status, duration }),
  };
}
