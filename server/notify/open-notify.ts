/**
 * Notifications, put together: the outbox that alerts write to, the dispatcher that delivers what is in it, the routes by which
 * people look after channels, and what the status says when one fails for long.
 */
import type { FastifyPluginAsync } from 'fastify';
import type { Clock } from '#server/platform/clock.ts';
import type { Log } from '#server/platform/log.ts';
import type { Metrics } from '#server/platform/metrics.ts';
import type { Outbound } from '#server/platform/outbound.ts';
import { repeatedly } from '#server/platform/repeatedly.ts';
import type { SecretBox } from '#server/platform/secret-box.ts';
import type { MetadataStore } from '#server/store/metadata/metadata.ts';
import { channelRoutes } from './channel-routes.ts';
import { expireDeliveries } from './deliveries.ts';
import { startDispatcher } from './dispatcher.ts';
import type { DeliveryDeps } from './notify.ts';
import { createEnqueue, type Enqueue } from './outbox.ts';
import { createSmtp } from './smtp.ts';
import { type FollowerDeps, tellFollowers } from './tell-followers.ts';
import { createWay } from './ways.ts';

/** A channel that fails for longer is said to everybody: shorter, it is the other side's restart. Milliseconds. */
const LONG_MS = 15 * 60_000;
const LOOK_AFTER_EVERY_MS = 60_000;
const FOLLOWERS_EVERY_MS = 2_000;

export interface Notify {
  enqueue: Enqueue;
  routes: FastifyPluginAsync;
  /** Sentences for the status of the program. */
  problems(): string[];
  /** Begins to deliver. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export function openNotify(options: {
  metadata: MetadataStore;
  secrets: SecretBox;
  outbound: Outbound;
  clock: Clock;
  log: Log;
  metrics: Pick<Metrics, 'deliveries'>;
  program: string;
  publicUrl(): string;
  peopleNames: FollowerDeps['peopleNames'];
  emailOf: DeliveryDeps['emailOf'];
  /** Empty: no mail is sent. */
  smtpUrl: string;
  mailFrom: string;
}): Notify {
  const { metadata, secrets, outbound, clock, log, metrics, program, publicUrl, emailOf } = options;
  const mail = options.smtpUrl === '' ? null : createSmtp({ url: options.smtpUrl, from: options.mailFrom });
  const way = createWay({ outbound, mail, clock });
  const enqueue = createEnqueue({ clock });
  let failing = 0;
  let running: { stop(): Promise<void> }[] = [];

  async function lookAfter(): Promise<void> {
    const now = clock.now();
    await expireDeliveries(metadata.db, now);
    const { count } = await metadata.db
      .selectFrom('channel')
      .select((of) => of.fn.countAll<number>().as('count'))
      .where('failing_since', '<', now - LONG_MS)
      .where('user_id', 'is', null)
      .executeTakeFirstOrThrow();
    failing = Number(count);
  }

  return {
    enqueue,
    routes: channelRoutes({ metadata, secrets, clock, way, publicUrl, emailOf }),
    problems: () =>
      failing === 0
        ? []
        : [
            `${failing === 1 ? 'A notification channel fails' : `${failing} notification channels fail`} for more than 15 minutes: see Settings, Notifications.`,
          ],
    async start() {
      running = [
        await startDispatcher({
          ...{ metadata, secrets, way, emailOf, log, program, random: Math.random },
          onResult: (kind, result) => metrics.deliveries.inc({ kind, result }),
          urlOf: (channelId, messageId) =>
            `${publicUrl()}/settings/notifications/${channelId}?delivery=${messageId}`,
        }),
        ...(mail
          ? [
              repeatedly(
                () =>
                  tellFollowers({ metadata, clock, enqueue, publicUrl, peopleNames: options.peopleNames }),
                FOLLOWERS_EVERY_MS,
                (error) => log.warn({ err: error }, 'followers could not be told; trying again'),
              ),
            ]
          : []),
        repeatedly(lookAfter, LOOK_AFTER_EVERY_MS, (error) =>
          log.warn({ err: error }, 'the channels could not be looked after; trying again'),
        ),
      ];
    },
    async stop() {
      await Promise.all(running.map((each) => each.stop()));
    },
  };
}
