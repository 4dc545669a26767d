/**
 * The values of one key among the records of a search, the most frequent first: what the side of the explorer
 * shows. Counts are exact; only how many values are told is bounded.
 */
import type { LogFacet } from '#contract/logs.ts';
import { withoutAbsentKeys } from '#server/query/plan/absent-keys.ts';
import { all } from '#server/query/plan/plan.ts';
import { readTable } from '#server/query/plan/run-plan.ts';
import { type LogQuestion, planOf, readingOf } from './log-queries.ts';
import { fieldOf, isLevelKey } from './log-search.ts';
import type { LogStores } from './logs.ts';

export const FACET_VALUES_MAX = 100;
/** Longer values are cut when told; they differ early, and nobody reads them at the side of a page. */
const VALUE_CHARS_MAX = 500;

export async function logFacet(
  stores: LogStores,
  question: LogQuestion,
  { key, limit }: { key: string; limit: number },
): Promise<LogFacet> {
  const plan = planOf(question);
  const reading = readingOf(stores);
  const { text, has } = fieldOf(key);
  const by = await withoutAbsentKeys(reading, plan, [text]);
  const { rows, allGroups, allRecords } = await readTable(
    reading,
    { ...plan, filter: all(plan.filter, has) },
    { by, measures: [{ is: 'records' }], groupsMax: limit },
    limit,
  );
  const nothing = isLevelKey(key) ? 'unknown' : '';
  return {
    key,
    values: rows.map(({ keys, records }) => ({
      value: [...(keys[0] || nothing)].slice(0, VALUE_CHARS_MAX).join(''),
      records,
    })),
    distinctValues: allGroups,
    records: allRecords,
  };
}
