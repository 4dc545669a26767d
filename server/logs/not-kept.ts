/**
 * Log records of a period that noise rules counted and did not keep, by pattern. Exact to the minute, and of all records of the
 * period: what is not kept cannot be searched.
 */
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';

/** Patterns with rules: 500 a project at most. */
const PATTERNS_MAX = 10_000;
const MINUTE_MS = 60_000;

export interface NotKept {
  of(pattern: string): number;
  all: number;
}

export async function recordsNotKept(
  telemetry: Pick<TelemetryStore, 'select'>,
  { projects, from, to }: { projects: readonly number[]; from: number; to: number },
): Promise<NotKept> {
  const rows = await telemetry.select<{ pattern: string; met: number }>(
    projects,
    `SELECT toString(pattern_id) AS pattern, sum(records) AS met FROM noise_counts
      WHERE project_id IN {projects:Array(UInt32)} AND fate != 'demoted'
        AND minute >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND minute < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
      GROUP BY pattern_id ORDER BY met DESC, pattern_id LIMIT ${PATTERNS_MAX}`,
    { params: { from: Math.floor(from / MINUTE_MS) * MINUTE_MS, to } },
  );
  const counts = new Map(rows.map(({ pattern, met }) => [pattern, Number(met)]));
  return {
    of: (pattern) => counts.get(pattern) ?? 0,
    all: rows.reduce((sum, { met }) => sum + Number(met), 0),
  };
}
