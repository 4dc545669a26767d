/** Exceptions found in logs, from the lane of logs to issues: once each, whoever else tells of them, whenever it ends. */
import { afterEach, expect, test } from 'vitest';
import { LANES } from '#server/process/lanes.ts';
import {
  eventId,
  json,
  NOW,
  openTestProcess,
  type TestProcess,
  until,
} from '#server/process/test-process.ts';
import { encodeLogBatch, type LogRecord } from '#server/record/log.ts';
import { tellLogErrors } from './tell-log-errors.ts';

const opened: TestProcess[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.discard();
});

const TRACE = 'a'.repeat(32);
const PYTHON = `checkout failed
Traceback (most recent call last):
  File "/app/shop/cart.py", line 12, in checkout
    charge(card)
  File "/app/shop/pay.py", line 7, in charge
    raise PaymentRefused("card declined")
shop.pay.PaymentRefused: card declined`;

const record = (body: string, more: Partial<LogRecord> = {}): LogRecord => ({
  body,
  time: `${NOW}000000`,
  severityNumber: 17,
  ...more,
});

/** The same error as the SDK has it: module and function, not the path. */
const sdkEvent = (id: number, trace?: string, at = NOW) =>
  json({
    event_id: eventId(id),
    timestamp: at / 1000,
    platform: 'python',
    exception: {
      values: [
        {
          type: 'PaymentRefused',
          module: 'shop.pay',
          value: 'card declined',
          stacktrace: {
            frames: [
              {
                module: 'shop.cart',
                function: 'checkout',
                filename: 'shop/cart.py',
                lineno: 12,
                in_app: true,
              },
              { module: 'shop.pay', function: 'charge', filename: 'shop/pay.py', lineno: 7, in_app: true },
            ],
          },
        },
      ],
    },
    contexts: trace ? { trace: { trace_id: trace } } : {},
    breadcrumbs: { values: [{ message: 'clicked' }] },
  });

const withFingerprint = (payload: Buffer) =>
  json({ ...JSON.parse(payload.toString()), fingerprint: ['a kind of its own'] });

async function open() {
  const errors = await openTestProcess();
  const logs = await openTestProcess('', errors);
  opened.push(errors, logs);
  const { db } = errors.metadata.store;
  let now = NOW;
  const clock = { now: () => now };
  const lane = await logs.start({ metadata: errors.metadata.store, settings: LANES.bulk, clock });
  let errorsLane = await errors.start({ clock });
  const told = (append = (parts: Uint8Array[]) => errors.journal.append(parts)) =>
    tellLogErrors({ db, clock, journal: 'j2', append, log: undefined as never, isTaking: () => true });
  const processed = async () => {
    errorsLane.advance(errors.journal.durableEnd);
    const { segment, offset } = errors.journal.durableEnd;
    await until(async () => {
      const at = await db.selectFrom('checkpoint').selectAll().where('name', '=', 'j1').executeTakeFirst();
      return at?.segment === segment && at.offset === offset;
    });
  };
  return {
    db,
    errors,
    told,
    processed,
    async log(...records: LogRecord[]) {
      const batch = { groups: [{ records, resource: { 'service.name': 'shop' } }] };
      const payload = Buffer.from(encodeLogBatch(batch));
      const meta = { quantity: records.length, source: 'otlp' };
      await logs.send([{ type: 'logs', kind: 'log', meta, payload }]);
      lane.advance(logs.journal.durableEnd);
      const { segment, offset } = logs.journal.durableEnd;
      await until(async () => {
        const at = await db.selectFrom('checkpoint').selectAll().where('name', '=', 'j2').executeTakeFirst();
        return at?.segment === segment && at.offset === offset;
      });
    },
    /** What waits is told and processed. */
    async tell() {
      now += 6_000;
      if ((await told()) > 0) await processed();
    },
    async sdk(payload: Buffer, id: number) {
      await errors.send([{ payload }], { eventId: eventId(id), receivedAt: now });
      await processed();
    },
    async restart() {
      await errorsLane.stop();
      errorsLane = await errors.start({ clock });
    },
    issues: () => db.selectFrom('issue').select(['title', 'event_count']).orderBy('id').execute(),
    links: () => db.selectFrom('log_error').select(['log_id', 'hash', 'sdk_event_id', 'told']).execute(),
    ledger: () => errors.telemetry.ledger(),
  };
}

test('a stack trace in a log line becomes an event of an issue, and each names the other', async () => {
  const shop = await open();
  await shop.log(record('all is well'), record(PYTHON, { traceId: TRACE }));
  await shop.tell();

  expect(await shop.issues()).toEqual([{ title: 'PaymentRefused: card declined', event_count: 1 }]);
  await until(() => shop.errors.telemetry.events().length === 1);
  const [event] = shop.errors.telemetry.events();
  expect(event).toMatchObject({ service: 'shop', trace_id: TRACE, platform: 'python', level: 'error' });
  const payload = JSON.parse(event!.payload);
  expect(payload.exception.values[0].stacktrace.frames.at(-1)).toMatchObject({
    function: 'charge',
    lineno: 7,
    in_app: true,
  });
  expect(await shop.links()).toMatchObject([
    { log_id: payload.contexts.log.id, hash: event!.grouping_hash, told: 1 },
  ]);
  await until(() => shop.ledger()['event stored'] === 1);
  expect(shop.ledger()).toEqual({ 'log stored': 2, 'event stored': 1 });
});

test('an SDK that sent the same error first stands for it', async () => {
  const shop = await open();
  await shop.sdk(sdkEvent(1, TRACE), 1);
  await shop.log(record(PYTHON, { traceId: TRACE }));
  await shop.tell();

  expect(await shop.issues()).toMatchObject([{ event_count: 1 }]);
  expect(await shop.links()).toMatchObject([{ sdk_event_id: eventId(1) }]);
  await until(() => shop.ledger()['event dropped duplicate_of_sdk'] === 1);
});

test('an SDK that sends the same error afterwards adds to it what it knows, and no count', async () => {
  const shop = await open();
  await shop.log(record(PYTHON, { traceId: TRACE }));
  await shop.tell();
  await shop.sdk(sdkEvent(1, TRACE), 1);

  expect(await shop.issues()).toMatchObject([{ event_count: 1 }]);
  expect(await shop.links()).toMatchObject([{ sdk_event_id: eventId(1) }]);
  const files = await shop.db.selectFrom('attachment').select(['event_id', 'name']).execute();
  expect(files).toEqual([
    { event_id: shop.errors.telemetry.events()[0]!.event_id, name: `${eventId(1)}.json` },
  ]);
});

test('they stay one issue when each comes alone later, though text and SDK are grouped by different frames', async () => {
  const shop = await open();
  await shop.sdk(sdkEvent(1, TRACE), 1);
  await shop.log(record(PYTHON, { traceId: TRACE }));
  await shop.tell();
  await shop.log(record(PYTHON, { traceId: 'b'.repeat(32), time: `${NOW + 1_800_000}000000` }));
  await shop.tell();

  expect(await shop.issues()).toMatchObject([{ event_count: 2 }]);
  const hashes = () => new Set(shop.errors.telemetry.events().map((event) => event.grouping_hash));
  await until(() => hashes().size === 2);
});

test('a program that only logged, and has an SDK now, keeps its issue', async () => {
  const shop = await open();
  await shop.log(record(PYTHON));
  await shop.tell();
  await shop.sdk(sdkEvent(1, undefined, NOW + 3_600_000), 1);
  expect(await shop.issues()).toMatchObject([{ event_count: 2 }]);
});

test('a program whose logs come later than its SDK keeps its issue, and knows what is from logs', async () => {
  const shop = await open();
  await shop.sdk(sdkEvent(1), 1);
  await shop.log(record(PYTHON, { time: `${NOW + 3_600_000}000000` }));
  await shop.tell();
  expect(await shop.issues()).toMatchObject([{ event_count: 2 }]);
  const hashes = await shop.db.selectFrom('issue_hash').select(['event_count', 'log_count']).execute();
  expect(hashes).toEqual([
    { event_count: 1, log_count: 0 },
    { event_count: 1, log_count: 1 },
  ]);
});

test('what an SDK sends with a fingerprint stays apart, though logs have told of the same', async () => {
  const shop = await open();
  await shop.log(record(PYTHON));
  await shop.tell();
  await shop.sdk(withFingerprint(sdkEvent(1, undefined, NOW + 3_600_000)), 1);
  expect(await shop.issues()).toMatchObject([{ event_count: 1 }, { event_count: 1 }]);
});

test('where two issues are of the kind, what logs tell gets one of its own', async () => {
  const shop = await open();
  await shop.sdk(sdkEvent(1), 1);
  await shop.sdk(withFingerprint(sdkEvent(2)), 2);
  await shop.log(record(PYTHON, { time: `${NOW + 3_600_000}000000` }));
  await shop.tell();
  expect(await shop.issues()).toMatchObject([{ event_count: 1 }, { event_count: 1 }, { event_count: 1 }]);
});

test.each(['log', 'sdk'])('without a trace one of a moment is the other, %s first', async (first) => {
  const shop = await open();
  const log = () => shop.log(record(PYTHON));
  const sdk = () => shop.sdk(sdkEvent(1, undefined, NOW + 40), 1);
  if (first === 'log') {
    await log();
    await shop.tell();
    await sdk();
  } else {
    await sdk();
    await log();
    await shop.tell();
  }
  expect(await shop.issues()).toMatchObject([{ event_count: 1 }]);
});

test('of three in a log and one of an SDK, three happened', async () => {
  const shop = await open();
  await shop.sdk(sdkEvent(1), 1);
  await shop.log(record(PYTHON), record(PYTHON), record(PYTHON));
  await shop.tell();
  expect((await shop.issues()).reduce((sum, { event_count }) => sum + event_count, 0)).toBe(3);
});

test('another message or another user is another error', async () => {
  const shop = await open();
  await shop.sdk(sdkEvent(1, TRACE), 1);
  await shop.log(record(PYTHON.replaceAll('card declined', 'no money'), { traceId: TRACE }));
  await shop.tell();
  expect((await shop.issues()).reduce((sum, { event_count }) => sum + event_count, 0)).toBe(2);
});

test('a program that ends between the journal and the mark tells again, and it is stored once', async () => {
  const shop = await open();
  await shop.log(record(PYTHON));
  await shop.tell();
  await shop.db.updateTable('log_error').set({ told: 0 }).execute();
  // The payload is gone with the mark; a crash before it leaves both.
  const event = shop.errors.telemetry.events()[0]!;
  await shop.db.updateTable('log_error').set({ payload: event.payload }).execute();
  await shop.restart();
  await shop.tell();
  expect(await shop.issues()).toMatchObject([{ event_count: 1 }]);
  await until(() => shop.ledger()['event dropped duplicate'] === 1);
});

test('a request that is sent again tells of the same error', async () => {
  const shop = await open();
  await shop.log(record(PYTHON));
  await shop.log(record(PYTHON));
  await shop.tell();
  expect(await shop.issues()).toMatchObject([{ event_count: 1 }]);
});

test.each([
  ['off', 21, 0],
  ['error', 13, 0],
  ['error', 17, 1],
  ['warn', 13, 1],
  ['all', 9, 1],
])('from %s on, a record of severity %i becomes %i issues', async (logErrors, severityNumber, issues) => {
  const shop = await open();
  const rules = JSON.stringify({ logErrors });
  await shop.db.insertInto('project_filter').values({ project_id: 1, rules, updated_at: 0 }).execute();
  await shop.log(record(PYTHON, { severityNumber }));
  await shop.tell();
  expect(await shop.issues()).toHaveLength(issues);
});

test('a flood of one pattern is held small, and counted to the last', async () => {
  const shop = await open();
  await shop.log(...Array.from({ length: 500 }, (_, n) => record(PYTHON, { time: `${NOW + n}000000` })));
  await shop.tell();
  expect(await shop.issues()).toMatchObject([{ event_count: 100 }]);
  await until(() => shop.ledger()['event dropped too_many_log_errors'] === 400);
});
