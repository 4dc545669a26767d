/**
 * The dispatcher looks every second which channels have something to say, and lets a bounded number of them say it at once, each
 * by one program at a time (a lease, for several programs on one Postgres). A channel says one message after the other:
 * what is told of one firing keeps its order, so that `resolved` never overtakes `firing`.
 */
import type { Log } from '#server/platform/log.ts';
import { repeatedly } from '#server/platform/repeatedly.ts';
import { createLease, freeLeases, heldLeases, type Lease, LeaseLost } from '#server/store/metadata/lease.ts';
import { type ChannelRow, channelById, kindOf, timingOf } from './channel-store.ts';
import { MESSAGE_COLUMNS, type MessageRow, readMessage, takeWaiting } from './messages.ts';
import { nextMessage } from './next-message.ts';
import { type DeliveryDeps, deliver, PASSED_AFTER } from './notify.ts';

const TURN_MS = 1_000;
/** Channels that say something at the same time: a slow one holds up few others. */
const CHANNELS_AT_ONCE = 8;
/** A try takes 10 s by HTTP and less than a minute by SMTP; another program takes over after this, milliseconds. */
const LEASE_MS = 120_000;
const LEASES = 'channel:';
/** With something to say, those that waited longest first: some of them are another program's. */
const CHANNELS_LOOKED_AT_MAX = 100;
/** Messages of one channel before another has its turn. */
const MESSAGES_PER_TURN = 50;
/** Messages under way of one channel that are looked at; until one of them is over, no more are begun. */
const UNDER_WAY_MAX = 50;
/** An outage shorter than this is no reason to try at once what waits, milliseconds. */
const OUTAGE_MS = 30_000;

export interface DispatcherDeps extends DeliveryDeps {
  /** Of this program, different from every other that shares the store. */
  program: string;
  log: Log;
  /** Where people see a message with all that is in it. */
  urlOf(channelId: number, messageId: number): string;
}

export interface Dispatcher {
  /** Lets channels that have something to say begin, as many as there is room for. */
  look(): Promise<void>;
  /** When all that began have said it, or have to wait. */
  settle(): Promise<void>;
}

export async function startDispatcher(deps: DispatcherDeps): Promise<{ stop(): Promise<void> }> {
  const dispatcher = await openDispatcher(deps);
  const looks = repeatedly(dispatcher.look, TURN_MS, (error) =>
    deps.log.warn({ err: error }, 'the channels could not be looked at; trying again'),
  );
  return {
    async stop() {
      await looks.stop();
      await dispatcher.settle();
    },
  };
}

export async function openDispatcher(deps: DispatcherDeps): Promise<Dispatcher> {
  await freeLeases(deps.metadata, { holder: deps.program, clock: clockOf(deps), prefix: LEASES });
  const speaking = new Map<number, Promise<void>>();

  const begin = (id: number) =>
    speak(deps, id)
      .catch((error) =>
        deps.log.warn({ err: error, channel: id }, 'a channel could not be served; trying again'),
      )
      .finally(() => speaking.delete(id))
      .then(() => undefined);
  return {
    async look() {
      if (speaking.size >= CHANNELS_AT_ONCE) return;
      for (const id of await channelsWithSomething(deps))
        if (speaking.size < CHANNELS_AT_ONCE && !speaking.has(id)) speaking.set(id, begin(id));
    },
    async settle() {
      while (speaking.size > 0) await Promise.all(speaking.values());
    },
  };
}

const clockOf = ({ way }: DispatcherDeps) => ({ now: () => way.now() });

async function channelsWithSomething(deps: DispatcherDeps): Promise<number[]> {
  const { metadata, way } = deps;
  const now = way.now();
  const others = new Set(await heldLeases(metadata, clockOf(deps), LEASES));
  const rows = await metadata.db
    .selectFrom('channel')
    .select('channel.id')
    .where('channel.paused', '=', 0)
    .where('channel.look_at', '<=', now)
    .where((is) =>
      is.or([
        is.exists(
          is
            .selectFrom('outbox')
            .select('outbox.id')
            .whereRef('outbox.channel_id', '=', 'channel.id')
            .where('outbox.message_id', 'is', null),
        ),
        is.exists(
          is
            .selectFrom('channel_message')
            .select('channel_message.id')
            .whereRef('channel_message.channel_id', '=', 'channel.id')
            .where('channel_message.status', '=', 'sending')
            .where('channel_message.next_try_at', '<=', now),
        ),
      ]),
    )
    .orderBy('channel.look_at')
    .orderBy('channel.id')
    .limit(CHANNELS_LOOKED_AT_MAX)
    .execute();
  return rows.map(({ id }) => id).filter((id) => !others.has(`${LEASES}${id}`));
}

/** Says what is due for a channel, one message after the other. */
async function speak(deps: DispatcherDeps, id: number): Promise<void> {
  const lease = createLease(deps.metadata, {
    ...{ name: `${LEASES}${id}`, holder: deps.program, ms: LEASE_MS, clock: clockOf(deps) },
  });
  if (!(await lease.look()).isHeld) return;
  try {
    for (let said = 0; said < MESSAGES_PER_TURN; said += 1) {
      const channel = await channelById(deps.metadata.db, id);
      if (!channel || channel.paused === 1) return;
      const step = await nextStep(deps, channel, lease);
      if ('waitUntil' in step) {
        await deps.metadata.db
          .updateTable('channel')
          .set({ look_at: step.waitUntil })
          .where('id', '=', id)
          .execute();
        return;
      }
      if (!(await lease.look()).isHeld) return;
      const row = step.message;
      const message = await readMessage(deps.metadata.db, row, (messageId) => deps.urlOf(id, messageId));
      const result = await deliver(deps, channel, { row, message, failures: channel.failures, lease });
      if (result === 'delivered') await endOutage(deps, channel);
      if (result === 'retried') return;
    }
  } catch (error) {
    // Another program goes on with what is written down.
    if (!(error instanceof LeaseLost)) throw error;
  } finally {
    await lease.release();
  }
}

type Step = { message: MessageRow } | { waitUntil: number };

/** `waitUntil` 0: nothing to do until something comes. */
async function nextStep(deps: DispatcherDeps, channel: ChannelRow, lease: Lease): Promise<Step> {
  const { metadata, way } = deps;
  const now = way.now();
  const underWay = await metadata.db
    .selectFrom('channel_message')
    .select(MESSAGE_COLUMNS)
    .where('channel_id', '=', channel.id)
    .where('status', '=', 'sending')
    .orderBy('id')
    .limit(UNDER_WAY_MAX)
    .execute();
  const keys = await firingKeysOf(deps, underWay);
  const held = new Set<string>();
  let passed: MessageRow | null = null;
  for (const row of underWay) {
    const own = keys.get(row.id) ?? [];
    const isHeld = own.some((key) => held.has(key));
    if (!isHeld && row.attempts < PASSED_AFTER)
      return row.next_try_at <= now ? { message: row } : { waitUntil: row.next_try_at };
    if (!isHeld && row.next_try_at <= now) passed ??= row;
    for (const key of own) held.add(key);
  }
  const soonest = Math.min(...underWay.map(({ next_try_at }) => next_try_at).filter((at) => at > now));
  const later = Number.isFinite(soonest) ? soonest : 0;
  const next =
    underWay.length >= UNDER_WAY_MAX
      ? { waitUntil: later }
      : await beginMessage(deps, channel, { notOf: [...held], later, lease });
  return 'waitUntil' in next && passed ? { message: passed } : next;
}

async function beginMessage(
  { metadata, way, urlOf }: DispatcherDeps,
  channel: ChannelRow,
  { notOf, later, lease }: { notOf: readonly string[]; later: number; lease: Lease },
): Promise<Step> {
  const { db } = metadata;
  const now = way.now();
  const { count, firstAt } = await db
    .selectFrom('outbox')
    .select((of) => [
      of.fn.countAll<number>().as('count'),
      of.fn.min<number | null>('created_at').as('firstAt'),
    ])
    .where('channel_id', '=', channel.id)
    .where('message_id', 'is', null)
    .$if(notOf.length > 0, (query) => query.where('firing_key', 'not in', notOf))
    .executeTakeFirstOrThrow();
  if (firstAt === null) return { waitUntil: later };
  const timing = timingOf(channel);
  const lately = await db
    .selectFrom('channel_message')
    .select(['what', 'created_at as at'])
    .where('channel_id', '=', channel.id)
    .where('created_at', '>', firstAt - timing.stormWindowSeconds * 1_000)
    .where('what', 'in', ['notification', 'summary'])
    .orderBy('id', 'desc')
    .limit(timing.stormAfter + 1)
    .execute();
  const { collapses } = kindOf(channel.kind);
  const next = nextMessage({ count: Number(count), firstAt }, lately.toReversed(), {
    timing,
    collapses,
    now,
  });
  if ('waitUntil' in next)
    return { waitUntil: later === 0 ? next.waitUntil : Math.min(later, next.waitUntil) };
  const message = await metadata.transaction([], async (transaction) => {
    await lease.hold(transaction);
    return takeWaiting(transaction, {
      ...{ channelId: channel.id, notOf, now, urlOf: (messageId) => urlOf(channel.id, messageId) },
      as: next.say === 'one' ? 'notification' : next.as,
    });
  });
  return message ? { message } : { waitUntil: later };
}

/** Of which firings each message tells. */
async function firingKeysOf(
  { metadata }: DispatcherDeps,
  underWay: readonly MessageRow[],
): Promise<ReadonlyMap<number, string[]>> {
  if (underWay.length === 0) return new Map();
  const rows = await metadata.db
    .selectFrom('outbox')
    .select(['message_id', 'firing_key'])
    .distinct()
    .where(
      'message_id',
      'in',
      underWay.map(({ id }) => id),
    )
    .execute();
  const keys = new Map<number, string[]>();
  for (const { message_id, firing_key } of rows)
    keys.set(message_id!, [...(keys.get(message_id!) ?? []), firing_key]);
  return keys;
}

/** The other side is back: what waits for its next try need not wait any longer. */
async function endOutage(
  { metadata, way }: DispatcherDeps,
  { id, failing_since }: ChannelRow,
): Promise<void> {
  const now = way.now();
  if (failing_since === null || now - failing_since < OUTAGE_MS) return;
  await metadata.db
    .updateTable('channel_message')
    .set({ next_try_at: now })
    .where('channel_id', '=', id)
    .where('status', '=', 'sending')
    .where('next_try_at', '>', now)
    .execute();
}
