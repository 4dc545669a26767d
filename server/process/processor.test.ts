import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Unavailable } from '#server/platform/rejection.ts';
import type { AcceptedRecord, AcceptedRequest } from '#server/record/accepted.ts';
import type { OutcomeCount } from '#server/record/outcome.ts';
import type { Processor } from './processor.ts';
import { Spool } from './spool.ts';
import { eventId, failure, json, NOW, openTestProcess, type TestProcess, until } from './test-process.ts';

let process: TestProcess;
let { directory, metadata, journal, telemetry, stored, send } = {} as TestProcess;
beforeEach(async () => {
  process = await openTestProcess();
  ({ directory, metadata, journal, telemetry, stored, send } = process);
});
afterEach(() => process.discard());

const sendFailure = (n: number, type = 'PaymentError', user = 'u1', request: Partial<AcceptedRequest> = {}) =>
  send([{ payload: failure(type, user) }], { eventId: eventId(n), ...request });
const issues = () => metadata.store.db.selectFrom('issue').selectAll().orderBy('id').execute();
const deadLetter = async () => {
  const letter = {
    project_id: 1,
    key_id: 1,
    kind: 'session',
    reason: 'processing_failed',
    message: '',
    bytes: 1,
  };
  const { id } = await metadata.store.db
    .insertInto('dead_letter')
    .values({ ...letter, blob: 'x', position: '1:0', created_at: NOW, redriven_at: null })
    .returning('id')
    .executeTakeFirstOrThrow();
  return String(id);
};
/** Tells the processor what was sent since it was started. */
const advance = (processor: Processor) => processor.advance(journal.durableEnd);

const setFilters = (rules: object) =>
  metadata.store.db
    .insertInto('project_filter')
    .values({ project_id: 1, rules: JSON.stringify(rules), updated_at: NOW })
    .onConflict((conflict) => conflict.column('project_id').doUpdateSet({ rules: JSON.stringify(rules) }))
    .execute();

describe('filters of a project', () => {
  it('drop with a reason what they are for, in their project only, and from the next batch on', async () => {
    await setFilters({ errorTypes: ['Payment*'] });
    await sendFailure(1);
    await sendFailure(2, 'TypeError');
    await sendFailure(3, 'PaymentError', 'u1', { project: 2 });
    const processor = await process.start();
    await until(() => telemetry.events().length === 2);
    expect(telemetry.ledger()).toEqual({ 'event stored': 2, 'event dropped filtered_error_type': 1 });
    await setFilters({ errorTypes: [] });
    await sendFailure(4);
    advance(processor);
    await until(() => telemetry.events().length === 3);
    expect(telemetry.ledger()).toMatchObject({ 'event stored': 3 });
  });

  it('drop the files of what they drop', async () => {
    await setFilters({ errorTypes: ['Payment*'] });
    const file = {
      type: 'attachment',
      kind: 'attachment',
      meta: { name: 'a.log', contentType: 'text/plain', attachmentType: 'event.attachment' },
      payload: Buffer.from('x'),
    } as const;
    await send([{ payload: failure('PaymentError') }, file], { eventId: eventId(1) });
    await process.start();
    await until(() => Object.keys(telemetry.ledger()).length === 2);
    expect(telemetry.ledger()).toEqual({
      'event dropped filtered_error_type': 1,
      'attachment dropped filtered_error_type': 1,
    });
  });

  it('decide a batch once: rules that change before its rows are in change nothing of it', async () => {
    await setFilters({ errorTypes: ['Payment*'] });
    await sendFailure(1);
    await sendFailure(2, 'TypeError');
    telemetry.failWith = () => new Unavailable('telemetry_unavailable', 'away');
    const first = await process.start();
    await until(async () => (await issues()).length === 1);
    await first.stop();
    await setFilters({ errorTypes: [] });
    telemetry.failWith = null;
    await process.start();
    await until(() => telemetry.events().length === 1);
    expect(telemetry.ledger()).toEqual({ 'event stored': 1, 'event dropped filtered_error_type': 1 });
  });

  it('keep some of a flood whole and count the rest with its issue and users', async () => {
    await setFilters({ issueEventsPerMinute: 3 });
    for (let n = 0; n < 10; n += 1) await sendFailure(n, 'PaymentError', `u${n}`);
    const processor = await process.start();
    await until(() => telemetry.rows.filter(({ table }) => table === 'sampled_events').length === 7);
    expect(telemetry.ledger()).toEqual({ 'event stored': 3, 'event dropped sampled': 7 });
    await sendFailure(10, 'PaymentError', 'u10');
    await sendFailure(9, 'PaymentError', 'u9');
    advance(processor);
    await until(() => telemetry.ledger()['event dropped duplicate'] === 1);
    const [issue] = await issues();
    expect(issue).toMatchObject({ event_count: 11, user_count: 11 });
    // Sent again after a restart.
    await processor.stop();
    await sendFailure(8, 'PaymentError', 'u8');
    advance(await process.start());
    await until(() => telemetry.ledger()['event dropped duplicate'] === 2);
    expect((await issues())[0]).toMatchObject({ event_count: 11, user_count: 11 });
    expect(telemetry.events().map(({ event_id }) => event_id)).toContain(issue!.last_event_id);
  });
});

describe('a batch', () => {
  it('becomes rows, issues, users and ledger lines that agree', async () => {
    for (let n = 0; n < 30; n += 1)
      await sendFailure(n, n % 3 === 0 ? 'TypeError' : 'PaymentError', `u${n % 4}`);
    await process.start();
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
    const first = await process.start();
    await until(() => telemetry.events().length === 1);
    await sendFailure(1);
    advance(first);
    await until(() => telemetry.ledger()['event dropped duplicate'] === 2);
    await first.stop();
    await sendFailure(1);
    await sendFailure(2);
    await process.start();
    await until(() => telemetry.events().length === 2);
    expect((await issues())[0]?.event_count).toBe(2);
    expect(telemetry.ledger()).toEqual({ 'event stored': 2, 'event dropped duplicate': 3 });
  });

  it('keeps why events are grouped once per hash, and again after the issue was deleted', async () => {
    const explained = async () => {
      const rows = await metadata.store.db.selectFrom('hash_grouping').selectAll().execute();
      return rows.map(({ hash, grouping }) => [hash, JSON.parse(grouping).hashes[0]]);
    };
    const hash = () => telemetry.events()[0]!.grouping_hash;
    await sendFailure(1);
    await sendFailure(2);
    const processor = await process.start();
    await until(() => telemetry.events().length === 2);
    expect(await explained()).toEqual([[hash(), hash()]]);
    await metadata.store.db.deleteFrom('issue').execute();
    expect(await explained()).toEqual([]);
    await sendFailure(3);
    advance(processor);
    await until(() => telemetry.events().length === 3);
    expect(await explained()).toEqual([[hash(), hash()]]);
  });

  it('takes the same event id in two projects', async () => {
    await sendFailure(1);
    await sendFailure(1, 'PaymentError', 'u1', { project: 2 });
    await process.start();
    await until(() => telemetry.events().length === 2);
  });

  it('keeps the refusals that the door counted, whose frame belongs to no project', async () => {
    const counts: OutcomeCount[] = [
      {
        at: NOW,
        project: 1,
        key: 1,
        kind: 'event',
        outcome: 'rejected',
        reason: 'rate_limited',
        quantity: 7,
        bytes: 0,
      },
      {
        at: NOW,
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
    await process.start();
    await until(() => telemetry.rows.length > 0);
    expect(telemetry.ledger()).toEqual({
      'event rejected rate_limited': 7,
      'unknown rejected key_unknown': 2,
    });
  });

  it('drops records of a deleted project, and says so', async () => {
    await sendFailure(1, 'PaymentError', 'u1', { project: 99 });
    await process.start();
    await until(() => telemetry.ledger()['event dropped project_deleted'] === 1);
    expect(telemetry.events()).toEqual([]);
  });
});

describe('while the engine is away', () => {
  const pending = () => metadata.store.db.selectFrom('pending_batch').select('batch').execute();

  it('the ledger does not call stored what cannot be queried', async () => {
    telemetry.failWith = (table) => (table === 'events' ? new Unavailable('engine_away', 'away') : null);
    await sendFailure(1);
    await process.start();
    await until(async () => (await issues())[0]?.event_count === 1);
    await sleep(200);
    expect(telemetry.ledger()).toEqual({});
    telemetry.failWith = null;
    await until(() => telemetry.ledger()['event stored'] === 1);
  });

  it('one more batch is decided, and both are forgotten when they are in', async () => {
    telemetry.failWith = () => new Unavailable('engine_away', 'away');
    await sendFailure(1);
    const processor = await process.start();
    for (const n of [2, 3]) {
      await until(async () => (await pending()).length === n - 1);
      await sendFailure(n);
      advance(processor);
    }
    await sleep(200);
    expect(await pending()).toHaveLength(2);
    telemetry.failWith = null;
    await until(() => telemetry.events().length === 3);
    await until(async () => (await pending()).length === 0);
    await until(async () => (await readdir(join(directory, 'spool'))).length === 0);
    expect(telemetry.tokens.filter((token) => token.endsWith('-events'))).toEqual(
      [1, 2, 3].map((batch) => `j1-${batch}-events`),
    );
  });

  it('feedback waits for the event of the batch before it', async () => {
    telemetry.failWith = () => new Unavailable('engine_away', 'away');
    await sendFailure(1);
    const processor = await process.start();
    await until(async () => (await pending()).length === 1);
    const report = json({
      event_id: eventId(1),
      name: 'Ada',
      email: 'ada@example.test',
      comments: 'It broke.',
    });
    await send([{ type: 'user_report', kind: 'feedback', payload: report }], { eventId: eventId(1) });
    advance(processor);
    await sleep(200);
    telemetry.failWith = null;
    const feedback = () => metadata.store.db.selectFrom('feedback').select('issue_id').execute();
    await until(async () => (await feedback()).length === 1);
    expect(await feedback()).toEqual([{ issue_id: (await issues())[0]!.id }]);
  });
});

describe('after a crash', () => {
  it('inserts what was decided once, with the same token, though it was counted before', async () => {
    telemetry.failWith = () => new Unavailable('engine_away', 'the engine is away');
    for (let n = 0; n < 5; n += 1) await sendFailure(n);
    const crashed = await process.start();
    await until(async () => (await issues())[0]?.event_count === 5);
    await crashed.stop();
    expect(telemetry.events()).toEqual([]);

    telemetry.failWith = null;
    const second = await process.start();
    await until(() => telemetry.events().length === 5);
    await sendFailure(9);
    advance(second);
    await until(() => telemetry.events().length === 6);
    expect((await issues())[0]?.event_count).toBe(6);
    expect(telemetry.tokens.filter((token) => token.endsWith('-events'))).toEqual([
      'j1-1-events',
      'j1-2-events',
    ]);
  });

  it('leaves no spool file behind once a later batch is committed', async () => {
    await sendFailure(1);
    const processor = await process.start();
    await until(() => telemetry.events().length === 1);
    await sendFailure(2);
    advance(processor);
    await until(() => telemetry.events().length === 2);
    await until(async () =>
      (await readdir(join(directory, 'spool'))).every((name) => !name.startsWith('1-')),
    );
  });

  it('forgets a spool file whose batch was never committed', async () => {
    await (await Spool.open(join(directory, 'spool'))).write('77.spool', [
      { table: 'events', rows: Buffer.from('{}\n') },
    ]);
    await process.start();
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
    await process.start();
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
    await process.start();
    await until(() => telemetry.events().length === 1);
    expect(telemetry.ledger()).toEqual({ 'event stored': 1, 'event dead_lettered processing_failed': -1 });
  });

  it('that is in the journal again more than once, after a crash or two clicks, is taken up once', async () => {
    const id = await deadLetter();
    const session = {
      type: 'session',
      kind: 'session',
      payload: json({ sid: '1', attrs: { release: 'r@1' } }),
    };
    const redriven = () => send([session as Partial<AcceptedRecord>], { redriveOf: id });
    await redriven();
    await redriven();
    const processor = await process.start();
    await until(() => telemetry.rows.length > 0);
    await redriven();
    await sendFailure(1);
    advance(processor);
    await until(() => telemetry.events().length === 1);
    expect(telemetry.ledger()).toEqual({
      'session stored': 1,
      'session dead_lettered processing_failed': -1,
      'event stored': 1,
    });
    expect(telemetry.rows.filter(({ table }) => table === 'sessions')).toHaveLength(1);
    const letters = await metadata.store.db.selectFrom('dead_letter').selectAll().execute();
    expect(letters).toMatchObject([{ redriven_at: NOW }]);
  });

  it('whose project is gone comes off the dead letters as well', async () => {
    await send([{ payload: failure('PaymentError') }], { eventId: eventId(1), redriveOf: '7', project: 99 });
    await process.start();
    await until(() => telemetry.rows.length > 0);
    expect(telemetry.ledger()).toEqual({
      'event dropped project_deleted': 1,
      'event dead_lettered processing_failed': -1,
    });
  });

  it('keeps a row aside that the engine refuses, and stores the rest of the batch', async () => {
    telemetry.failWith = (table, lines) =>
      table === 'events' && lines.includes(eventId(3)) ? new Error('cannot parse the row') : null;
    for (let n = 1; n <= 6; n += 1) await sendFailure(n);
    await process.start();
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
          aggregates: [{ started: NOW / 1000, exited: 40, crashed: 2 }],
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
    await process.start();
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
    const processor = await process.start();
    await until(() => telemetry.ledger()['feedback stored'] === 1);
    await sendFailure(1);
    advance(processor);
    await until(() => telemetry.events().length === 1);
    expect(await metadata.store.db.selectFrom('feedback').select('issue_id').execute()).toEqual([
      { issue_id: 1 },
    ]);
  });
});

describe('what was sent again because the answer was lost', () => {
  const envelope: Partial<AcceptedRecord>[] = [
    { payload: failure('PaymentError') },
    attachment('log.txt', 'hello'),
    attachment('again.txt', 'hello'),
  ];
  const report = {
    type: 'user_report',
    kind: 'feedback',
    payload: json({ event_id: eventId(1), comments: 'Hm' }),
  };
  const feedback = {
    type: 'feedback',
    kind: 'feedback',
    payload: json({ contexts: { feedback: { message: 'Hm' } } }),
  };

  it('is there once: event, attachments, feedback and reports, in one batch and across batches and starts', async () => {
    const sendAll = async () => {
      await send(envelope, { eventId: eventId(1) });
      await send([report as Partial<AcceptedRecord>]);
      await send([feedback as Partial<AcceptedRecord>], { eventId: eventId(2) });
    };
    await sendAll();
    await sendAll();
    const first = await process.start();
    await until(() => telemetry.ledger()['feedback dropped duplicate'] === 2);
    await sendAll();
    advance(first);
    await until(() => telemetry.ledger()['feedback dropped duplicate'] === 4);
    await first.stop();
    await sendAll();
    await process.start();
    await until(() => telemetry.ledger()['feedback dropped duplicate'] === 6);
    expect(telemetry.ledger()).toEqual({
      'event stored': 1,
      'event dropped duplicate': 3,
      'attachment stored': 2,
      'attachment dropped duplicate': 6,
      'feedback stored': 2,
      'feedback dropped duplicate': 6,
    });
    const { db } = metadata.store;
    expect((await db.selectFrom('attachment').select('name').execute()).map(({ name }) => name)).toEqual([
      'log.txt',
      'again.txt',
    ]);
    expect(await db.selectFrom('feedback').selectAll().execute()).toHaveLength(2);
    expect(await db.selectFrom('dead_letter').selectAll().execute()).toEqual([]);
  });
});

describe('very many records at once', () => {
  it('fit their statements', async () => {
    for (let request = 0; request < 5; request += 1)
      await send(
        Array.from({ length: 1000 }, (_, n) => ({
          type: 'user_report',
          kind: 'feedback',
          payload: json({ event_id: eventId(n), comments: `${request}` }),
        })),
      );
    await process.start();
    await until(() => telemetry.ledger()['feedback stored'] === 5000);
    expect(telemetry.tokens).toEqual(['j1-1-outcomes']);
  });

  it('are taken in batches of a bounded number of rows, though they are few bytes', async () => {
    const aggregates = Array.from({ length: 100 }, () => ({ started: NOW / 1000, exited: 1, crashed: 1 }));
    for (let request = 0; request < 8; request += 1)
      await send(
        Array.from({ length: 20 }, () => ({
          type: 'sessions',
          kind: 'session',
          payload: json({ attrs: { release: '1' }, aggregates }),
        })),
      );
    await process.start();
    await until(() => telemetry.ledger()['session stored'] === 8 * 20 * 200);
    expect(telemetry.tokens.filter((token) => token.endsWith('sessions')).length).toBeGreaterThan(1);
  });

  it('feedback for events that never come does not hide the one whose event comes', async () => {
    await send([
      { type: 'user_report', kind: 'feedback', payload: json({ event_id: eventId(7), comments: 'early' }) },
    ]);
    for (let request = 0; request < 2; request += 1)
      await send(
        Array.from({ length: 1000 }, (_, n) => ({
          type: 'user_report',
          kind: 'feedback',
          payload: json({ event_id: eventId(1_000_000 + request * 1000 + n), comments: 'noise' }),
        })),
      );
    const processor = await process.start();
    await until(() => telemetry.ledger()['feedback stored'] === 2001);
    await sendFailure(7);
    advance(processor);
    await until(() => telemetry.events().length === 1);
    const linked = await metadata.store.db
      .selectFrom('feedback')
      .select(['message', 'issue_id'])
      .where('issue_id', 'is not', null)
      .execute();
    expect(linked).toEqual([{ message: 'early', issue_id: 1 }]);
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
