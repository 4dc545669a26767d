/**
 * Delivery: a message is tried, and what came of it is recorded, once for every channel. Delivered, or not yet and when again, or
 * given up: all that happens to a message is decided here. Between the answer and its record a crash may come: then it is said
 * twice, never not at all.
 */
import type { SecretBox } from '#server/platform/secret-box.ts';
import type { Lease } from '#server/store/metadata/lease.ts';
import type { MetadataStore } from '#server/store/metadata/metadata.ts';
import { backOffMs } from './back-off.ts';
import { type Message, NotDelivered, type Reply, type Way } from './channel.ts';
import { type ChannelRow, kindOf, type Settings, settingsOf } from './channel-store.ts';
import type { MessageRow } from './messages.ts';
import { plainText } from './words.ts';

/** Of an answer, for people who look at the deliveries. */
const ANSWER_CHARS_MAX = 500;

/** After so many tries in vain a message lets others, of other firings, pass it: it may be the message that is wrong. */
export const PASSED_AFTER = 3;

export type DeliveryResult = 'delivered' | 'retried' | 'failed';

export interface DeliveryDeps {
  metadata: MetadataStore;
  secrets: SecretBox;
  way: Way;
  /** Where a person has mail; null: they have left. */
  emailOf(organizationId: number, userId: string): Promise<string | null>;
  random: () => number;
  onResult(kind: string, result: DeliveryResult): void;
}

export interface Tried {
  isDelivered: boolean;
  isFinal: boolean;
  retryAfterMs: number | null;
  reply: Reply;
}

/** One try, whatever comes of it. */
export async function tryMessage(
  { secrets, way, emailOf }: Pick<DeliveryDeps, 'secrets' | 'way' | 'emailOf'>,
  channel: ChannelRow,
  message: Message,
): Promise<Tried> {
  try {
    const settings =
      channel.user_id === null
        ? settingsOf(secrets, channel)
        : await ownSettings(emailOf, channel.organization_id, channel.user_id);
    const reply = await kindOf(channel.kind).send(message, settings, way);
    return { isDelivered: true, isFinal: true, retryAfterMs: null, reply: shown(reply) };
  } catch (error) {
    if (error instanceof NotDelivered)
      return {
        ...{ isDelivered: false, isFinal: error.isFinal, retryAfterMs: error.retryAfterMs },
        reply: shown(error.reply),
      };
    // Settings that cannot be read, or a mistake of ours: the channel says so, and goes on when it is put right.
    const text = error instanceof Error ? error.message : String(error);
    return { isDelivered: false, isFinal: false, retryAfterMs: null, reply: shown({ status: null, text }) };
  }
}

async function ownSettings(
  emailOf: DeliveryDeps['emailOf'],
  organizationId: number,
  userId: string,
): Promise<Settings> {
  const to = await emailOf(organizationId, userId);
  if (to === null)
    throw new NotDelivered({ status: null, text: 'They are no member any more.' }, { isFinal: true });
  return { to: [to] };
}

const shown = ({ status, text }: Reply): Reply => ({
  status,
  text: plainText(text.slice(0, ANSWER_CHARS_MAX)),
});

/** Tries a message that is due and records what came of it. `failures`: of the channel before, in a row. */
export async function deliver(
  deps: DeliveryDeps,
  channel: ChannelRow,
  {
    row,
    message,
    failures,
    lease,
  }: { row: MessageRow; message: Message | null; failures: number; lease: Pick<Lease, 'hold'> },
): Promise<DeliveryResult> {
  const { way, random } = deps;
  if (!message) {
    await record(deps, channel, row, { status: 'failed', answer: 'What it told of is gone.' });
    return 'failed';
  }
  const tried = await tryMessage(deps, channel, message);
  const now = way.now();
  const { reply } = tried;
  const answered = { answer_status: reply.status, answer: reply.text };
  if (tried.isDelivered) {
    await record(deps, channel, row, { status: 'delivered', ...answered });
    deps.onResult(channel.kind, 'delivered');
    return 'delivered';
  }
  const nextTryAt = now + backOffMs(row.attempts + 1, tried.retryAfterMs, random);
  const isOver = tried.isFinal || nextTryAt > row.give_up_at;
  // What is about this very message, or seems to be, says nothing about the next.
  const isAlone = tried.isFinal || row.attempts >= PASSED_AFTER;
  const waitMs = isAlone ? (tried.retryAfterMs ?? 0) : backOffMs(failures + 1, tried.retryAfterMs, random);
  await record(deps, channel, row, {
    ...(isOver ? { status: 'failed' as const } : { nextTryAt, lookAt: now + waitMs }),
    ...{ ...answered, lease },
  });
  const result = isOver ? 'failed' : 'retried';
  deps.onResult(channel.kind, result);
  return result;
}

interface Outcome {
  status?: 'delivered' | 'failed';
  nextTryAt?: number;
  lookAt?: number;
  answer: string;
  answer_status?: number | null;
  /**
   * Under it that it was not taken is written: who lost it must not put off what another program says now. That it was
   * taken is true whoever heard it.
   */
  lease?: Pick<Lease, 'hold'>;
}

async function record(
  { metadata, way }: DeliveryDeps,
  channel: ChannelRow,
  row: MessageRow,
  { status, nextTryAt, lookAt = 0, answer, answer_status = null, lease }: Outcome,
): Promise<void> {
  const now = way.now();
  const problem = [answer_status ?? '', answer].filter(Boolean).join(' ');
  await metadata.transaction([], async (transaction) => {
    await lease?.hold(transaction);
    await transaction
      .updateTable('channel_message')
      .set((of) => ({
        ...{ attempts: of('attempts', '+', 1), answer, answer_status },
        ...(status ? { status, finished_at: now } : {}),
        ...(nextTryAt === undefined ? {} : { next_try_at: nextTryAt }),
      }))
      .where('id', '=', row.id)
      .where('status', '=', 'sending')
      .execute();
    await transaction
      .updateTable('channel')
      .set((of) =>
        status === 'delivered'
          ? { failures: 0, failing_since: null, last_problem: '', last_delivered_at: now, look_at: 0 }
          : {
              ...{ failures: of('failures', '+', 1), look_at: lookAt, last_problem: problem },
              failing_since: channel.failing_since ?? now,
            },
      )
      .where('id', '=', channel.id)
      .execute();
  });
}
