/**
 * The values of one key among the records of a search, the most frequent first: what the side of the explorer
 * shows. Counts are exact; only how many values are told is bounded.
 */
import type { LogFacet } from '#contract/api.ts';
import { BoundValues } from '#server/query/bound-values.ts';
import { parseSearch } from '#server/query/search.ts';
import type { LogQuestion } from './log-queries.ts';
import { isLevelKey, keyExpression, logCondition } from './log-search.ts';
import { type LogStores, levelOf } from './logs.ts';

export const FACET_VALUES_MAX = 100;
/** Longer values are cut when told; they differ early, and nobody reads them at the side of a page. */
const VALUE_CHARS_MAX = 500;

interface FacetRow {
  value: string;
  records: number;
  distinct_values: number;
  all_records: number;
}

export async function logFacet(
  stores: LogStores,
  { projects, query, from, to }: LogQuestion,
  { key, limit }: { key: string; limit: number },
): Promise<LogFacet> {
  const bound = new BoundValues();
  const condition = logCondition(parseSearch(query), bound);
  const isLevel = isLevelKey(key);
  // Four numbers make a level, as in OpenTelemetry; 0 is none.
  const { value, has } = isLevel
    ? { value: 'toString(intDiv(severity_number + 3, 4) * 4)', has: '1' }
    : keyExpression(key, bound);
  const rows = await stores.telemetry.select<FacetRow>(
    projects,
    `SELECT leftUTF8(value, ${VALUE_CHARS_MAX}) AS value, records,
        count() OVER () AS distinct_values, sum(records) OVER () AS all_records
      FROM (
        SELECT ${value} AS value, count() AS records FROM logs
        WHERE project_id IN {projects:Array(UInt32)} AND ${condition} AND ${has}
          AND timestamp >= fromUnixTimestamp64Milli({from:Int64}) AND timestamp < fromUnixTimestamp64Milli({to:Int64})
        GROUP BY value
      )
      ORDER BY records DESC, value LIMIT {limit:UInt32}`,
    { params: { ...bound.params, from, to, limit } },
  );
  return {
    key,
    values: rows.map((row) => ({
      value: isLevel ? levelOf(Number(row.value)) : row.value,
      records: row.records,
    })),
    distinctValues: rows[0]?.distinct_values ?? 0,
    records: rows[0]?.all_records ?? 0,
  };
}
