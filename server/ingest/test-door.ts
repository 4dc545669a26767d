/** For tests: the door behind a real listener, with a journal that only remembers unless the test brings one. */
import { createBodies } from '#server/http/body.ts';
import { createListener, type ListenerOptions } from '#server/http/listener.ts';
import type { JournalWriter } from '#server/journal/contract.ts';
import type { Clock } from '#server/platform/clock.ts';
import { createLog, type Log } from '#server/platform/log.ts';
import { createMetrics } from '#server/platform/metrics.ts';
import { type AcceptedRequest, type CountsMeta, decodeAccepted } from '#server/record/accepted.ts';
import type { OutcomeCount } from '#server/record/outcome.ts';
import { reject } from '#server/record/rejections.ts';
import { createAcceptance } from './acceptance.ts';
import { createAdmission } from './admit.ts';
import { createIngest } from './ingest.ts';
import type { KnownKey } from './keys.ts';
import type { PressureLevel } from './pressure.ts';
import type { Protocol } from './protocol.ts';
import { openQuotaCounter } from './quota.ts';
import { createRefusals } from './refusals.ts';

export const KEY = 'a1b2c3d4e5f60718293a4b5c6d7e8f90';

export interface TestDoor {
  /** `http://127.0.0.1:port` */
  address: string;
  port: number;
  /** Frames as the journal that remembers got them; the refusals' frames included. */
  frames: AcceptedRequest[];
  /** Lines of all counts records so far, refusals included. */
  counts(): Promise<OutcomeCount[]>;
  /** What the journal does with a frame before it remembers it. */
  onAppend: (parts: readonly Uint8Array[]) => Promise<void>;
  pressure: { level: PressureLevel };
  bytesInFlight(): number;
  close(): Promise<void>;
}

export async function openTestDoor(options: {
  protocols: readonly Protocol[];
  keys?: Record<string, Partial<KnownKey>>;
  bodyBytesMax?: number;
  bytesInFlightMax?: number;
  clock?: Clock;
  append?: JournalWriter['append'];
  log?: Log;
  listener?: Partial<ListenerOptions>;
}): Promise<TestDoor> {
  const { protocols, keys = { [KEY]: {} }, bodyBytesMax = 100 * 1024 * 1024, bytesInFlightMax } = options;
  const clock = options.clock ?? { now: () => 1_764_000_000_000 };
  const log = options.log ?? createLog('silent');
  const metrics = createMetrics();
  const bodies = createBodies({ bodyBytesMax, bytesInFlightMax, reject });
  const pressure: { level: PressureLevel } = { level: 0 };
  const frames: AcceptedRequest[] = [];

  async function remember(parts: readonly Uint8Array[]) {
    await door.onAppend(parts);
    frames.push(decodeAccepted(Buffer.concat(parts)));
  }
  const append = options.append ?? remember;
  let refusals = createRefusals({ append, clock, log });
  const quotas = await openQuotaCounter({ load: async () => [], save: async () => {} }, log);
  const listener = await createListener({
    log,
    metrics,
    reject,
    version: '0',
    publicUrl: '',
    trustedProxies: 0,
    ingest: [
      createIngest({
        protocols,
        keys: {
          find: async (publicKey) => (keys[publicKey] ? { ...KNOWN_KEY, ...keys[publicKey] } : null),
        },
        acceptance: createAcceptance({
          append: (_lane, parts) => append(parts),
          admission: createAdmission(pressure, quotas),
          refusals: { add: (line) => refusals.add(line), close: () => refusals.close() },
          metrics,
        }),
        withBody: bodies.withBody,
        clock,
        metrics,
      }),
    ],
    viewers: [],
    nouns: [],
    health: { notReady: () => [] },
    webDirectory: '/nowhere',
    ...options.listener,
  });
  const address = await listener.listen('127.0.0.1', 0);

  const door: TestDoor = {
    address,
    port: Number(new URL(address).port),
    frames,
    pressure,
    onAppend: async () => {},
    bytesInFlight: () => bodies.bytesInFlight,
    async counts() {
      await refusals.close();
      refusals = createRefusals({ append, clock, log });
      const records = frames.flatMap((frame) => frame.records).filter((record) => record.type === 'counts');
      return records.flatMap((record) => (record.meta as unknown as CountsMeta).counts);
    },
    async close() {
      await listener.close();
      await refusals.close();
      await quotas.close();
      metrics.close();
    },
  };
  return door;
}

const KNOWN_KEY: KnownKey = {
  id: 7,
  projectId: 1,
  enabled: true,
  rateLimit: null,
  quotas: null,
  projectExists: true,
};
