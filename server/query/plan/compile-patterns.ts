/** The statements behind a list of patterns; see compile-plan.ts for what is always true of them. */
import { BoundValues } from '#server/query/bound-values.ts';
import { type CompiledPlan, TIE, whereOf } from './compile-plan.ts';
import { textSql } from './filter-sql.ts';
import type { Plan, PlanText } from './plan.ts';

/** `newest`: by when the pattern was first seen of all that is kept. */
export type PatternOrder = 'records' | 'errors' | 'newest';

const ORDERS = {
  records: 'records DESC, pattern_id',
  errors: 'errors / records DESC, records DESC, pattern_id',
  // They are chosen and put in order by when they were first seen; see compileNewest.
  newest: 'records DESC, pattern_id',
} satisfies Record<PatternOrder, string>;

/** Services told of each pattern. */
const SERVICES_MAX = 3;
/** Error and fatal: the numbers 17 to 24, by four. */
const ERROR_LEVEL = 5;

/**
 * A row per pattern, counted, and how many patterns and records there are in all. Counted by service and level first:
 * the rows of that are few, and what is costly to add up is added up over them.
 */
export function compilePatterns(
  plan: Plan,
  { order, limit, only }: { order: PatternOrder; limit: number; only?: readonly string[] | undefined },
): CompiledPlan {
  const bound = new BoundValues();
  const told = only ? `WHERE pattern_id IN ${bound.bind('Array(UInt64)', only)}` : '';
  return {
    sql: `SELECT * FROM (
        SELECT pattern_id, toString(pattern_id) AS pattern, sum(records_in) AS records,
          sumIf(records_in, level_in >= ${ERROR_LEVEL}) AS errors, toString(toUnixTimestamp64Nano(max(newest))) AS last,
          sumMap(map(level_in, records_in)) AS levels,
          arraySort(pair -> (-toInt64(pair.2), pair.1), CAST(sumMap(map(service_in, records_in)), 'Array(Tuple(String, UInt64))')) AS pairs,
          arrayMap(pair -> pair.1, arraySlice(pairs, 1, ${SERVICES_MAX})) AS services, length(pairs) AS all_services,
          toString(argMax(newest_tie, newest)) AS last_tie,
          toString(toUnixTimestamp64Nano(min(oldest))) AS first, toString(argMin(oldest_tie, oldest)) AS first_tie,
          count() OVER () AS all_patterns, sum(records) OVER () AS all_records
        FROM (
          SELECT pattern_id, toString(service) AS service_in, toUInt8(ceil(severity_number / 4)) AS level_in,
            count() AS records_in, min(timestamp) AS oldest, argMin(${TIE}, timestamp) AS oldest_tie,
            max(timestamp) AS newest, argMax(${TIE}, timestamp) AS newest_tie
          FROM logs WHERE ${whereOf(plan, bound).join(' AND ')} GROUP BY pattern_id, service_in, level_in
        ) GROUP BY pattern_id
      ) ${told} ORDER BY ${ORDERS[order]} LIMIT ${bound.bind('Int64', limit)}`,
    params: bound.params,
  };
}

/** Steps of so many nanoseconds since 1970, the first begins with `from`. */
export interface TrendSteps {
  from: bigint;
  length: bigint;
}

/** A row per pattern, and per text when there is one, with the steps that have records and how many. */
export function compilePatternTrends(
  plan: Plan,
  patterns: readonly string[],
  { steps: { from, length }, by }: { steps: TrendSteps; by: PlanText },
): CompiledPlan {
  const bound = new BoundValues();
  const step = `intDiv(toUnixTimestamp64Nano(timestamp) - ${bound.bind('Int64', String(from))}, ${bound.bind('Int64', String(length))})`;
  const where = [...whereOf(plan, bound), `pattern_id IN ${bound.bind('Array(UInt64)', patterns)}`];
  return {
    sql: `SELECT toString(pattern_id) AS pattern, by, groupArray(step) AS steps, groupArray(records_in) AS records
      FROM (SELECT pattern_id, ${textSql(by, bound)} AS by, ${step} AS step, count() AS records_in
        FROM logs WHERE ${where.join(' AND ')} GROUP BY pattern_id, by, step)
      GROUP BY pattern_id, by`,
    params: bound.params,
  };
}

/** The patterns of a plan that were first seen last, in this order. */
export function compileNewest(plan: Plan, limit: number): CompiledPlan {
  const bound = new BoundValues();
  return {
    sql: `SELECT toString(pattern_id) AS pattern FROM logs
      WHERE project_id IN {projects:Array(UInt32)}
        AND pattern_id IN (SELECT pattern_id FROM logs WHERE ${whereOf(plan, bound).join(' AND ')})
      GROUP BY pattern_id ORDER BY min(timestamp) DESC, pattern_id LIMIT ${bound.bind('Int64', limit)}`,
    params: bound.params,
  };
}

/** When patterns were first seen of all that is kept, and in which release; under '' the same of everything. */
export function compileFirstSeen(patterns: readonly string[]): CompiledPlan {
  const bound = new BoundValues();
  const ids = bound.bind('Array(UInt64)', patterns);
  return {
    sql: `SELECT if(pattern_id IN ${ids}, toString(pattern_id), '') AS pattern,
        toString(toUnixTimestamp64Nano(min(timestamp))) AS first, toString(argMin(release, timestamp)) AS release
      FROM logs WHERE project_id IN {projects:Array(UInt32)} GROUP BY pattern`,
    params: bound.params,
  };
}

/** When each pattern was first seen between two times; without `since` of all that is kept. */
export function compileSeenPatterns({
  since,
  until,
  limit,
}: {
  since: number | null;
  until: number;
  limit: number;
}): CompiledPlan {
  const bound = new BoundValues();
  const time = (at: number) => `fromUnixTimestamp64Milli(${bound.bind('Int64', String(at))}, 'UTC')`;
  return {
    sql: `SELECT toString(pattern_id) AS pattern, toUnixTimestamp64Milli(min(timestamp)) AS at FROM logs
      WHERE project_id IN {projects:Array(UInt32)} AND timestamp < ${time(until)}
        ${since === null ? '' : `AND timestamp >= ${time(since)}`}
      GROUP BY pattern_id LIMIT ${bound.bind('Int64', limit)}`,
    params: bound.params,
  };
}

export interface PatternPlace {
  pattern: string;
  /** Nanoseconds. */
  time: string;
  tie: string;
}

/** The bodies of single records, two of each pattern at most, in the order of time, cut after some characters. */
export function compilePatternSamples(places: readonly PatternPlace[], charsMax: number): CompiledPlan {
  const bound = new BoundValues();
  const times = bound.bind(
    'Array(Int64)',
    places.map(({ time }) => time),
  );
  const patterns = bound.bind(
    'Array(UInt64)',
    places.map(({ pattern }) => pattern),
  );
  const ties = bound.bind(
    'Array(UInt64)',
    places.map(({ tie }) => tie),
  );
  return {
    sql: `SELECT toString(pattern_id) AS pattern, toString(toUnixTimestamp64Nano(timestamp)) AS time, toString(${TIE}) AS tie,
        project_id, substringUTF8(body, 1, ${bound.bind('Int64', charsMax)}) AS body
      FROM logs WHERE project_id IN {projects:Array(UInt32)}
        AND timestamp IN (SELECT fromUnixTimestamp64Nano(arrayJoin(${times}), 'UTC'))
        AND pattern_id IN ${patterns} AND ${TIE} IN ${ties}
      ORDER BY pattern_id, timestamp, ${TIE} LIMIT 2 BY pattern_id`,
    params: bound.params,
  };
}
