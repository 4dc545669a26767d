/** The outbox and its dispatcher over both engines: what is enqueued is delivered, in order, once, also when things go wrong. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ChannelTiming } from '#contract/channels.ts';
import { insertTestProjects } from '#server/issues/test-projects.ts';
import { createLog } from '#server/platform/log.ts';
import { createOutbound } from '#server/platform/outbound.ts';
import { createSecretBox } from '#server/platform/secret-box.ts';
import type { Notification } from '#server/record/notification.ts';
import { createLease, LeaseLost } from '#server/store/metadata/lease.ts';
import { openTestMetadata, type TestMetadata } from '#server/store/metadata/test-metadata.ts';
import { startTestPostgres, type TestPostgres } from '#server/store/metadata/test-postgres.ts';
import { addChannel, changeChannel, findChannel } from './channel-store.ts';
import { readDeliveries, readDelivery, retryDelivery } from './deliveries.ts';
import { type Dispatcher, openDispatcher } from './dispatcher.ts';
import { GIVE_UP_MS } from './messages.ts';
import type { DeliveryResult } from './notify.ts';
import { createEnqueue } from './outbox.ts';
import { AT_NIGHT, notification } from './test-notifications.ts';
import { startTestReceiver, type TestReceiver } from './test-receiver.ts';
import { createWay } from './ways.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

describe.each(['sqlite', 'postgres'] as const)('notifications on %s', (engine) => {
  let test: TestMetadata;
  let receiver: TestReceiver;
  let now = AT_NIGHT;
  let dispatcher: Dispatcher;
  let results: DeliveryResult[];
  const clock = { now: () => now };
  const secrets = createSecretBox(Buffer.alloc(32, 7));
  const enqueue = createEnqueue({ clock });

  beforeAll(async () => {
    test = await openTestMetadata(engine === 'postgres' ? await postgres.createDatabase() : '');
    await insertTestProjects(test.store.db);
  });
  afterAll(() => test.discard());
  beforeEach(async () => {
    receiver = await startTestReceiver();
    now = AT_NIGHT;
    results = [];
    dispatcher = await open('ours');
  });
  afterEach(async () => {
    await receiver.close();
    await test.store.db.deleteFrom('channel').execute();
  });

  const open = (program: string) =>
    openDispatcher({
      ...{
        metadata: test.store,
        secrets,
        program,
        log: createLog('silent'),
        random: () => 1,
        emailOf: async () => null,
      },
      way: createWay({ outbound: createOutbound({ allow: [receiver.host] }), mail: null, clock }),
      onResult: (_, result) => results.push(result),
      urlOf: (channel, message) =>
        `https://tandem.example.com/settings/notifications/${channel}?delivery=${message}`,
    });
  const viewer = { organization: { id: 1, slug: 'ours', name: 'Ours' } } as Parameters<typeof addChannel>[1];
  const stores = () => ({ metadata: test.store, secrets, clock });
  const add = async (name = 'ops', timing: Partial<ChannelTiming> = {}, kind = 'webhook') => {
    const settings: Record<string, string> =
      kind === 'pagerduty' ? { routingKey: 'k'.repeat(32), apiUrl: receiver.url } : { url: receiver.url };
    const { id } = await addChannel(stores(), viewer, { kind, name, settings, timing });
    return String(id);
  };
  const tell = (channel: string, ...given: Partial<Notification>[]) =>
    test.store.transaction([], async (transaction) => {
      for (const each of given) await enqueue(transaction, notification(each), [channel]);
    });
  const turn = async () => {
    // A look begins what there is room for; the next begins what came meanwhile.
    for (let looks = 0; looks < 20; looks += 1) {
      await dispatcher.look();
      await dispatcher.settle();
    }
  };
  const said = () =>
    receiver.received.map(({ body }) => {
      const {
        type,
        title,
        notification: one,
        total,
      } = body as {
        type: string;
        title: string;
        total?: number;
        notification?: Notification;
      };
      return total === undefined ? `${type} ${one?.id} ${one?.state}` : `${type} of ${total}: ${title}`;
    });
  const deliveries = async (channel: string) =>
    (await readDeliveries(test.store.db, await findChannel(test.store.db, 1, channel), { limit: 100 })).items;

  it('delivers what was enqueued with what it tells of, and nothing of what was rolled back', async () => {
    const channel = await add();
    await tell(channel, { id: 'a' });
    await expect(
      test.store.transaction([], async (transaction) => {
        await enqueue(transaction, notification({ id: 'b' }), [channel]);
        throw new Error('the change failed');
      }),
    ).rejects.toThrow('the change failed');
    await turn();
    expect(said()).toEqual(['notification a firing']);
    expect(await deliveries(channel)).toMatchObject([
      {
        what: 'notification',
        status: 'delivered',
        attempts: 1,
        answerStatus: 200,
        answer: 'ok',
        notifications: 1,
      },
    ]);
  });

  it('delivers a notification once to each channel, however often it is enqueued', async () => {
    const [one, other] = [await add('one'), await add('other')];
    for (let times = 0; times < 3; times += 1)
      await test.store.transaction([], (transaction) =>
        enqueue(transaction, notification({ id: 'a' }), [one, other, one, 'nonsense', '999999']),
      );
    await turn();
    await tell(one, { id: 'a' });
    await turn();
    expect(said()).toEqual(['notification a firing', 'notification a firing']);
  });

  it('does not let another organization write to a channel', async () => {
    const channel = await add();
    await tell(channel, { organizationId: '2' });
    await turn();
    expect(said()).toEqual([]);
  });

  it('tries again, later each time, until it is taken', async () => {
    const channel = await add();
    receiver.answers = [{ status: 500, body: 'down' }, { status: 503 }, { status: 502 }];
    await tell(channel, { id: 'a' });
    const waits: number[] = [];
    for (let tries = 0; tries < 4; tries += 1) {
      await turn();
      const [{ nextTryAt } = { nextTryAt: null }] = await deliveries(channel);
      if (nextTryAt === null) continue;
      waits.push(Date.parse(nextTryAt) - now);
      now = Date.parse(nextTryAt) - 1;
      const before = receiver.received.length;
      await turn();
      expect(receiver.received.length).toBe(before);
      now += 1;
    }
    expect(waits).toEqual([2_000, 4_000, 8_000]);
    expect(results).toEqual(['retried', 'retried', 'retried', 'delivered']);
    expect(said()).toHaveLength(4);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  });

  it('waits as long as the other side asks', async () => {
    const channel = await add();
    receiver.answers = [{ status: 429, headers: { 'retry-after': '120' } }];
    await tell(channel, { id: 'a' }, { id: 'b', firingKey: 'other' });
    await turn();
    now += 119_000;
    await turn();
    expect(said()).toHaveLength(1);
    now += 1_000;
    await turn();
    expect(said()).toEqual(['notification a firing', 'notification a firing', 'notification b firing']);
  });

  it('gives up what cannot be taken at once, and what was not taken for a day', async () => {
    const channel = await add();
    receiver.answers = [{ status: 400, body: 'invalid_blocks' }];
    await tell(channel, { id: 'a' });
    await turn();
    expect(await deliveries(channel)).toMatchObject([
      { status: 'failed', attempts: 1, answer: 'invalid_blocks' },
    ]);
    receiver.answer = () => ({ status: 500 });
    await tell(channel, { id: 'b' });
    await turn();
    now += GIVE_UP_MS;
    await turn();
    expect(await deliveries(channel)).toMatchObject([
      { status: 'failed', attempts: 2 },
      { status: 'failed' },
    ]);
    receiver.answer = () => ({});
    await retryDelivery(test.store, await findChannel(test.store.db, 1, channel), {
      ...{ deliveryId: (await deliveries(channel))[0]!.id, now },
    });
    await turn();
    expect(await deliveries(channel)).toMatchObject([
      { status: 'delivered', attempts: 3 },
      { status: 'failed' },
    ]);
  });

  it('never lets the end of a firing overtake its beginning', async () => {
    const channel = await add();
    receiver.answer = ({ body }) =>
      (body as { notification?: Notification }).notification?.id === 'a' ? { status: 500 } : {};
    await tell(channel, { id: 'a', firingKey: 'x' }, { id: 'a2', firingKey: 'x', state: 'resolved' });
    for (let tries = 0; tries < 6; tries += 1) {
      await turn();
      now += 10 * MINUTE;
    }
    // Others may pass a message that is not taken, its own end may not.
    await tell(channel, { id: 'b', firingKey: 'y' });
    await turn();
    expect(new Set(said())).toEqual(new Set(['notification a firing', 'notification b firing']));
    receiver.answer = () => ({});
    now += 10 * MINUTE;
    await turn();
    expect(said().slice(-2)).toEqual(['notification a firing', 'notification a2 resolved']);
  });

  it('says the first of a storm one by one and the rest in one message, exactly', async () => {
    const channel = await add('ops', { stormAfter: 5, stormWindowSeconds: 60 });
    await tell(
      channel,
      ...Array.from({ length: 1_000 }, (_, at) => ({
        ...{ id: `s${at}`, firingKey: `k${at}`, title: `Issue ${at}` },
        rule: at % 4 === 0 ? { id: '1', name: 'Users' } : { id: '2', name: 'New issues' },
        ...(at === 777 ? { priority: 'critical' as const } : { priority: 'warning' as const }),
        ...(at % 10 === 9 ? { state: 'resolved' as const } : {}),
      })),
    );
    await turn();
    expect(said()).toHaveLength(5);
    now += 59_000;
    await tell(channel, { id: 'late', firingKey: 'late', priority: 'info' });
    await turn();
    expect(said()).toHaveLength(5);
    now += 1_000;
    await turn();
    expect(said().slice(5)).toEqual([
      'summary of 996: Many at once: 996 notifications, 896 firing, 100 resolved',
    ]);
    const body = receiver.received.at(-1)!.body as {
      notifications: Notification[];
      facts: object[];
      more: string;
      url: string;
    };
    expect(body.notifications[0]!.id).toBe('s777');
    expect([body.notifications.length, body.more]).toEqual([20, 'and 976 more']);
    expect(body.facts).toEqual([
      { name: 'New issues', value: '747' },
      { name: 'Users', value: '248' },
      { name: 'New issues in production', value: '1' },
    ]);
    const [summary] = await deliveries(channel);
    expect(body.url).toBe(
      `https://tandem.example.com/settings/notifications/${channel}?delivery=${summary!.id}`,
    );
    const detail = await readDelivery(
      test.store.db,
      await findChannel(test.store.db, 1, channel),
      summary!.id,
    );
    expect([detail.entries.length, detail.more]).toEqual([996, 0]);
    // While it goes on, a summary a window; then one by one again.
    now += 1_000;
    await tell(channel, { id: 't1' }, { id: 't2', firingKey: 't2' });
    await turn();
    expect(said()).toHaveLength(6);
    now += 60_000;
    await turn();
    expect(said().at(-1)).toMatch(/^summary of 2:/);
    now += 61_000;
    await tell(channel, { id: 't3' });
    await turn();
    expect(said().at(-1)).toBe('notification t3 firing');
  });

  it('leaves incidents apart, however many they are', async () => {
    const channel = await add('pager', { stormAfter: 2, digest: 'hourly' }, 'pagerduty');
    await tell(channel, ...Array.from({ length: 7 }, (_, at) => ({ id: `p${at}`, firingKey: `p${at}` })));
    await turn();
    expect(receiver.received).toHaveLength(7);
  });

  it.each([
    ['quarter_hourly', {}, Date.UTC(2026, 10, 23, 3, 15)],
    ['hourly', {}, Date.UTC(2026, 10, 23, 4)],
    ['daily', { at: '08:30', timeZone: 'Europe/Vienna' }, Date.UTC(2026, 10, 23, 7, 30)],
    ['daily', { at: '04:00', timeZone: 'Europe/Vienna' }, Date.UTC(2026, 10, 24, 3)],
  ] as const)('gathers a digest: %s %o', async (digest, rest, due) => {
    const channel = await add('ops', { digest, ...rest });
    await tell(channel, { id: 'a' }, { id: 'b', firingKey: 'b' });
    await turn();
    now = due - 1;
    await tell(channel, { id: 'c', firingKey: 'c', state: 'resolved' });
    await turn();
    expect(said()).toEqual([]);
    now = due;
    await turn();
    expect(said()).toEqual(['digest of 3: Digest: 3 notifications, 2 firing, 1 resolved']);
  });

  it('drops what waits when the channel is paused, and takes nothing meanwhile', async () => {
    const channel = await add('ops', { digest: 'hourly' });
    await tell(channel, { id: 'a' });
    await changeChannel(stores(), await findChannel(test.store.db, 1, channel), { paused: true });
    await tell(channel, { id: 'b' });
    await changeChannel(stores(), await findChannel(test.store.db, 1, channel), { paused: false });
    now += HOUR;
    await turn();
    expect(said()).toEqual([]);
  });

  it('lets one of several programs deliver, and another take over from one that died', async () => {
    const channel = await add();
    const theirs = await open('theirs');
    const numbers = Array.from({ length: 8 }, (_, at) => at);
    await tell(channel, ...numbers.map((at) => ({ id: `c${at}`, firingKey: `c${at}` })));
    for (const _ of numbers) {
      await Promise.all([dispatcher.look(), theirs.look()]);
      await Promise.all([dispatcher.settle(), theirs.settle()]);
    }
    expect(said()).toEqual(numbers.map((at) => `notification c${at} firing`));

    // Killed between the answer and its record: said again, by another one when the lease is over.
    await tell(channel, { id: 'last' });
    const name = `channel:${channel}`;
    const dead = createLease(test.store, { name, holder: 'dead', ms: 2 * MINUTE, clock });
    expect(await dead.look()).toEqual({ isHeld: true, isNew: true });
    await turn();
    expect(said()).toHaveLength(8);
    // By the clock of the database, which no test can set.
    await test.store.db.updateTable('lease').set({ expires_at: 0 }).where('name', '=', name).execute();
    await turn();
    await expect(test.store.transaction([], (transaction) => dead.hold(transaction))).rejects.toThrow(
      LeaseLost,
    );
    expect(said().at(-1)).toBe('notification last firing');
  });

  it('goes on with the other channels while one does not answer', async () => {
    const slow = await startTestReceiver();
    let release = () => {};
    const until = new Promise<void>((resolve) => {
      release = resolve;
    });
    slow.answer = () => ({ until });
    const { id } = await addChannel(stores(), viewer, {
      ...{ kind: 'webhook', name: 'slow', settings: { url: slow.url } },
    });
    dispatcher = await openDispatcher({
      ...{
        metadata: test.store,
        secrets,
        program: 'ours',
        log: createLog('silent'),
        random: () => 1,
        emailOf: async () => null,
      },
      way: createWay({ outbound: createOutbound({ allow: [receiver.host, slow.host] }), mail: null, clock }),
      onResult: () => {},
      urlOf: () => 'https://tandem.example.com',
    });
    const channel = await add();
    await tell(String(id), { id: 's' });
    await dispatcher.look();
    await expect.poll(() => slow.received.length).toBe(1);
    await tell(channel, { id: 'q' });
    await dispatcher.look();
    await expect.poll(() => said()).toEqual(['notification q firing']);
    release();
    await dispatcher.settle();
    await slow.close();
  });
});
