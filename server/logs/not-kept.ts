/**
 * Log records of a period that noise rules counted and did not keep, by pattern. Exact to the minute; a search is asked of
 * them as far as it can be, and the answer says how far that was.
 */
import type { LogsNotKept } from '#contract/logs.ts';
import { BoundValues } from '#server/query/bound-values.ts';
import { filterSql } from '#server/query/plan/filter-sql.ts';
import type { PlanFilter } from '#server/query/plan/plan.ts';
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';
import { countedFilter } from './counted-filter.ts';

/** Patterns with rules: 500 a project at most. */
const PATTERNS_MAX = 10_000;
const MINUTE_MS = 60_000;

export interface NotKept {
  told: LogsNotKept;
  /** Those with the most first. */
  counts: ReadonlyMap<string, number>;
}

interface Asked {
  projects: readonly number[];
  from: number;
  to: number;
  filter: PlanFilter;
}

export async function recordsNotKept(
  telemetry: Pick<TelemetryStore, 'select'>,
  { projects, from, to, filter }: Asked,
): Promise<NotKept> {
  const known = countedFilter(filter);
  const bound = new BoundValues();
  const condition = filterSql(known.filter, bound);
  const rows = await telemetry.select<{ pattern: string; met: number }>(
    projects,
    `SELECT toString(pattern_id) AS pattern, sum(records) AS met FROM noise_counts
      WHERE project_id IN {projects:Array(UInt32)} AND fate != 'demoted'
        AND minute >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND minute < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
        AND ${condition}
      GROUP BY pattern_id ORDER BY met DESC, pattern_id LIMIT ${PATTERNS_MAX}`,
    { params: { ...bound.params, from: Math.floor(from / MINUTE_MS) * MINUTE_MS, to } },
  );
  const counts = new Map(rows.map(({ pattern, met }) => [pattern, Number(met)]));
  return {
    told: {
      records: rows.reduce((sum, { met }) => sum + Number(met), 0),
      patterns: rows.length,
      of: !known.isWhole ? 'at-most' : isEverything(filter) ? 'period' : 'search',
    },
    counts,
  };
}

const isEverything = (filter: PlanFilter) => filter.is === 'all' && filter.of.length === 0;
