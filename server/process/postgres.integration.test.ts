/** `process` on Postgres: several programs at once, and a server that crashes in the middle of commits. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createLog } from '#server/platform/log.ts';
import { encodeLogBatch } from '#server/record/log.ts';
import { startTestPostgres, type TestPostgres } from '#server/store/metadata/test-postgres.ts';
import { LANES } from './lanes.ts';
import { tellLogErrors } from './log-errors/tell-log-errors.ts';
import { eventId, failure, json, NOW, openTestProcess, type TestProcess, until } from './test-process.ts';

let postgres: TestPostgres;
let one: TestProcess;
let url: string;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  url = await postgres.createDatabase();
  one = await openTestProcess(url);
});
afterEach(() => one.discard());

const issues = () => one.metadata.store.db.selectFrom('issue').selectAll().orderBy('number').execute();
const letters = () => one.metadata.store.db.selectFrom('dead_letter').selectAll().execute();

test('two programs that meet the same errors at the same time make one issue of each, numbered without gaps', async () => {
  const two = await openTestProcess(url, one);
  try {
    const events = 600;
    const kinds = 40;
    const feed = async (process: TestProcess, offset: number) => {
      const processor = await process.start();
      for (let n = 0; n < events; n += 1) {
        const payload = failure(`Error${n % kinds}`, `u${n % 7}`);
        await process.send([{ payload }], { eventId: eventId(offset + n), receivedAt: NOW + n });
        processor.advance(process.journal.durableEnd);
      }
    };
    await Promise.all([feed(one, 0), feed(two, 10_000)]);
    await until(() => one.telemetry.events().length === 2 * events);

    const found = await issues();
    expect(found.map(({ number }) => number)).toEqual(Array.from({ length: kinds }, (_, at) => at + 1));
    expect(new Set(found.map(({ exception_type }) => exception_type)).size).toBe(kinds);
    for (const { event_count, user_count } of found)
      expect([event_count, user_count]).toEqual([(2 * events) / kinds, 7]);
    expect(one.telemetry.ledger()).toEqual({ 'event stored': 2 * events });
    expect(await letters()).toEqual([]);
  } finally {
    await two.discard();
  }
});

test('a dead letter that two programs have in their journals again is taken up by one of them', async () => {
  const two = await openTestProcess(url, one);
  try {
    const letter = {
      project_id: 1,
      key_id: 1,
      kind: 'event',
      reason: 'processing_failed',
      message: '',
      bytes: 1,
    };
    for (let id = 1; id <= 20; id += 1)
      await one.metadata.store.db
        .insertInto('dead_letter')
        .values({ ...letter, blob: 'x', position: '1:0', created_at: NOW, redriven_at: null })
        .execute();
    const ids = (await letters()).map(({ id }) => String(id));
    const feed = async (process: TestProcess) => {
      const processor = await process.start();
      for (const [at, redriveOf] of ids.entries()) {
        await process.send([{ payload: failure('E') }], { eventId: eventId(at), redriveOf });
        processor.advance(process.journal.durableEnd);
        await sleep(at % 5 === 0 ? 250 : 0);
      }
      await process.send([{ payload: failure('E') }], { eventId: eventId(process === one ? 100 : 200) });
      processor.advance(process.journal.durableEnd);
    };
    await Promise.all([feed(one), feed(two)]);
    await until(() => one.telemetry.events().length === ids.length + 2);
    expect(one.telemetry.ledger()).toEqual({
      'event stored': ids.length + 2,
      'event dead_lettered processing_failed': -ids.length,
    });
    expect((await letters()).map(({ redriven_at }) => redriven_at)).toEqual(ids.map(() => NOW));
  } finally {
    await two.discard();
  }
});

test('a server that crashes again and again under load costs nothing and doubles nothing', async () => {
  const processor = await one.start();
  const events = 1500;
  let sent = 0;
  const feeding = (async () => {
    for (; sent < events; sent += 1) {
      await one.send([{ payload: failure(`Error${sent % 10}`, `u${sent}`) }], { eventId: eventId(sent) });
      processor.advance(one.journal.durableEnd);
      await sleep(2);
    }
  })();
  for (let crashes = 0; crashes < 4; crashes += 1) {
    await sleep(300 + crashes * 130);
    await postgres.crash();
    await sleep(400);
    await postgres.comeBack();
  }
  await feeding;
  await until(() => one.telemetry.events().length === events);
  const found = await issues();
  expect(found).toHaveLength(10);
  for (const { event_count, user_count } of found)
    expect([event_count, user_count]).toEqual([events / 10, events / 10]);
  expect(one.telemetry.ledger()).toEqual({ 'event stored': events });
  expect(await letters()).toEqual([]);
});

test('an exception in a log is told once by the program that found it, and its SDK stands for it', async () => {
  const logs = await openTestProcess(url, one);
  try {
    const body = 'Error: no cart\n    at total (/app/cart.js:3:9)\n    at main (/app/main.js:7:1)';
    const record = { body, time: `${NOW}000000`, traceId: 'a'.repeat(32) };
    const payload = Buffer.from(
      encodeLogBatch({ groups: [{ records: [record, { ...record, body: 'fine' }] }] }),
    );
    await logs.send([{ type: 'logs', kind: 'log', meta: { quantity: 2, source: 'otlp' }, payload }]);
    await logs.start({ settings: LANES.bulk });
    const { db } = one.metadata.store;
    const links = () => db.selectFrom('log_error').select(['told', 'hash', 'sdk_event_id']).execute();
    await until(async () => (await links()).length === 1);

    const event = {
      exception: { values: [{ type: 'Error', value: 'no cart' }] },
      contexts: { trace: { trace_id: 'a'.repeat(32) } },
    };
    await one.send([{ payload: json(event) }], { eventId: eventId(1) });
    const told = (journal: string) =>
      tellLogErrors({
        ...{ db, journal, clock: { now: () => NOW + 6_000 }, log: createLog('silent'), isTaking: () => true },
        append: (frame) => one.journal.append(frame),
      });
    expect(await told('j1')).toBe(0);
    expect(await told('j2')).toBe(1);
    expect(await told('j2')).toBe(0);
    await one.start();
    await until(async () => (await links())[0]!.sdk_event_id === eventId(1));
    expect(await issues()).toMatchObject([{ event_count: 1 }]);
  } finally {
    await logs.discard();
  }
});

test.each(['sdk', 'log'])('the two halves of one error at two programs are one, %s first', async (first) => {
  const two = await openTestProcess(url, one);
  const logs = await openTestProcess(url, one);
  let now = NOW;
  const clock = { now: () => now };
  const { db } = one.metadata.store;
  const links = () => db.selectFrom('log_error').select(['hash', 'sdk_event_id']).execute();
  const errors = await one.start({ clock });
  const others = await two.start({ clock });
  const sdk = async (value: string, id: number) => {
    const exception = { values: [{ type: 'Error', value }] };
    await two.send([{ payload: json({ exception, timestamp: NOW / 1000 }) }], { eventId: eventId(id) });
    others.advance(two.journal.durableEnd);
  };
  const told = async () => {
    now += 6_000;
    await tellLogErrors({
      ...{ db, journal: 'j3', clock, log: createLog('silent'), isTaking: () => true },
      append: (frame) => one.journal.append(frame),
    });
    errors.advance(one.journal.durableEnd);
    await until(async () => (await links())[0]!.hash !== '');
  };
  try {
    const body = 'Error: no cart\n    at total (/app/cart.js:3:9)\n    at main (/app/main.js:7:1)';
    const records = [{ body, time: `${NOW}000000` }];
    const payload = Buffer.from(encodeLogBatch({ groups: [{ records }] }));
    await logs.send([{ type: 'logs', kind: 'log', meta: { quantity: 1, source: 'otlp' }, payload }]);
    await logs.start({ settings: LANES.bulk, journal: 'j3', clock });
    await until(async () => (await links()).length === 1);
    // Something else, so that the other program has looked at what there is.
    await sdk('no stock', 1);
    await until(() => one.telemetry.events().length === 1);

    if (first === 'log') await told();
    await sdk('no cart', 2);
    if (first === 'sdk') {
      await until(() => one.telemetry.events().length === 2);
      await told();
    }
    await until(async () => (await links())[0]!.sdk_event_id === eventId(2));
    expect(await issues()).toMatchObject([{ event_count: 1 }, { event_count: 1 }]);
  } finally {
    await two.discard();
    await logs.discard();
  }
});
