/**
 * For tests: the requests of a small shop in one day, healthy ones and some that fail, with log records, events and a
 * generator of numbers that are the same each time.
 */
import { randomUUID } from 'node:crypto';
import { DAY, HOUR, hex, type TestIssues } from '#server/issues/test-issues.ts';
import type { LogRow } from '#server/store/telemetry/rows.ts';
import { jsonLines, logRow } from '#server/store/telemetry/test-rows.ts';

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface TestRequest {
  trace: string;
  /** ms. */
  at: number;
  failed: boolean;
  random: () => number;
}

type Line = Partial<LogRow> & { afterMs?: number };

export interface TestTraffic {
  requests: number;
  failures: number;
  seed: number;
  lines(request: TestRequest): Line[];
  event?(request: TestRequest): Parameters<TestIssues['happen']>[0];
}

export const PATTERN = {
  started: 1,
  cart: 2,
  paid: 3,
  upstream503: 4,
  failed: 5,
  noise: 100,
} as const;

/** Spread over the day before the present; the first of them fail. Returns the id of the issue. */
export async function makeTraffic(world: TestIssues, traffic: TestTraffic): Promise<string> {
  const random = randomOf(traffic.seed);
  const requests = Array.from({ length: traffic.requests }, (_, n): TestRequest => {
    const trace = hex(`${traffic.seed}-${n}`);
    return {
      trace,
      at: world.clock.now() - HOUR - Math.floor(random() * (DAY - 2 * HOUR)),
      failed: n < traffic.failures,
      random,
    };
  });
  const rows = requests.flatMap((request) =>
    traffic.lines(request).map(({ afterMs = 0, ...line }, sequence) =>
      logRow({
        ...{ trace_id: request.trace, user_id: '', sequence, attributes: {}, attribute_types: {} },
        timestamp: ((request.at + afterMs) / 1000).toFixed(9),
        received_at: request.at,
        ...line,
      }),
    ),
  );
  await insertLogs(world, rows);
  const results = await world.happen(
    ...requests
      .filter(({ failed }) => failed)
      .map((request) => ({
        ...{ hashes: [hex(`issue ${traffic.seed}`)], timestamp: request.at + 500, trace_id: request.trace },
        ...{ service: 'checkout', transaction: 'POST /pay', environment: 'production' },
        ...traffic.event?.(request),
      })),
  );
  return String(results[0]!.issueId);
}

export async function insertLogs(world: TestIssues, rows: readonly LogRow[]): Promise<void> {
  await world.telemetry.insert('logs', jsonLines(rows), randomUUID());
}
