/** The bars of monitors: check-ins of a period counted by time, environment and status, in one question. */
import { sql } from 'kysely';
import type { CheckInStatus, MONITOR_PERIODS, Timeline } from '#contract/monitors.ts';
import { iso } from '#server/issues/issues.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import { LATE_MS } from './judge.ts';

export type Period = (typeof MONITOR_PERIODS)[number];

const HOUR_MS = 3_600_000;
/** What one bar stands for: 48, 56 and 60 of them. */
const STEP_MS: Readonly<Record<Period, number>> = {
  '24h': HOUR_MS / 2,
  '7d': 3 * HOUR_MS,
  '30d': 12 * HOUR_MS,
};
const STEPS: Readonly<Record<Period, number>> = { '24h': 48, '7d': 56, '30d': 60 };

export interface Span {
  from: number;
  stepMs: number;
  steps: number;
}

/** The last bar is under way. */
export function spanOf(period: Period, now: number): Span {
  const stepMs = STEP_MS[period];
  const steps = STEPS[period];
  return { from: (Math.floor(now / stepMs) + 1 - steps) * stepMs, stepMs, steps };
}

interface Counted {
  monitor_id: number;
  environment: string;
  bar: number;
  status: string;
  late: number;
  count: number;
}

export async function readTimelines(
  db: MetadataDb,
  monitorIds: readonly number[],
  span: Span,
): Promise<ReadonlyMap<number, readonly Counted[]>> {
  if (monitorIds.length === 0) return new Map();
  const { from, stepMs, steps } = span;
  const { rows } = await sql<Counted>`
    select monitor_id, environment, bar, status, late, count(*) as count from (
      select monitor_id, environment, status,
        cast((started_at - ${from}) / ${stepMs} as bigint) as bar,
        case when status = 'ok' and started_at - expected_at > ${LATE_MS} then 1 else 0 end as late
      from check_in
      where monitor_id in (${sql.join([...monitorIds])})
        and started_at >= ${from} and started_at < ${from + stepMs * steps}
    ) as placed
    group by monitor_id, environment, bar, status, late`.execute(db);
  return Map.groupBy(
    rows.map((row) => ({ ...row, bar: Number(row.bar), count: Number(row.count) })),
    (row) => row.monitor_id,
  );
}

export function timelineOf(counted: readonly Counted[], { from, stepMs, steps }: Span): Timeline {
  const bars = new Map<number, Partial<Record<CheckInStatus, number>>>();
  for (const { bar, status, late, count } of counted) {
    const counts = bars.get(bar) ?? {};
    const shown = (late ? 'late' : status) as CheckInStatus;
    counts[shown] = (counts[shown] ?? 0) + count;
    bars.set(bar, counts);
  }
  return {
    from: iso(from),
    stepSeconds: stepMs / 1000,
    steps,
    bars: [...bars].sort(([a], [b]) => a - b).map(([at, counts]) => ({ at, counts })),
  };
}
