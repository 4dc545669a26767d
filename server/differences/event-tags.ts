/**
 * Tags of occurrences against those of the project's other issues. What one trace, request or person within five minutes
 * ran into is one occurrence, and an issue lends so many at most: one that happens all the time is not what all others are
 * measured by. Whether and how it was caught is left out: that is what the issue is, not what was different.
 */
import type { IssueDifferences } from '#contract/differences.ts';
import { PAIRS, sinceManyEvents } from '#server/issues/issue-tags.ts';
import type { IssueStores } from '#server/issues/issues.ts';
import { type Asking, selectOf } from './asking.ts';
import { FINDINGS_MAX, type Findings, nothing, tooFew, UNITS_WITH_MIN } from './finding.ts';
import { EVENT_TIME, type Occurrences } from './occurrences.ts';
import { EVENT_UNIT } from './units.ts';

/** The newest of each other issue, and of all of them. */
const OF_ISSUE_MAX = 100;
const OTHERS_MAX = 5_000;
const OCCURRENCES_MAX = 1_000;
const VALUE_CHARS_MAX = 200;

export interface TagFindings extends Findings {
  others: IssueDifferences['others'];
}

export async function compareTags(
  stores: IssueStores,
  asking: Asking,
  { of, environment, from, to }: Occurrences,
): Promise<TagFindings> {
  const inTime = `${EVENT_TIME} AND ({environment:String} = '' OR environment = {environment:String})`;
  const other = 'project_id IN {projects:Array(UInt32)} AND grouping_hash NOT IN {hashes:Array(String)}';
  const params = {
    ...of.params,
    ...{ environment, to, from },
    since: await sinceManyEvents(stores, of.projects, other, of.params, from),
  };
  const columns = `grouping_hash, timestamp, ${EVENT_UNIT} AS unit, ${PAIRS} AS pairs`;
  const events = `(
    SELECT true AS ours, * FROM (SELECT ${columns} FROM events WHERE ${of.where} AND ${inTime}
      ORDER BY timestamp DESC LIMIT ${OCCURRENCES_MAX})
    UNION ALL
    SELECT false AS ours, * FROM (SELECT ${columns} FROM events WHERE ${other} AND ${inTime}
        AND timestamp >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')
      ORDER BY timestamp DESC LIMIT ${OF_ISSUE_MAX} BY grouping_hash LIMIT ${OTHERS_MAX}))`;
  const select = <Row>(sql: string) => selectOf<Row>(asking, of.projects, sql, params);
  // A trace in which both happened is an occurrence of the issue.
  const units = `SELECT unit, max(ours) AS is_ours, groupArray(pairs) AS all_pairs, any(grouping_hash) AS hash
    FROM ${events} GROUP BY unit`;
  const [counted] = await select<{ cases: number; others: number; issues: number }>(
    `SELECT countIf(is_ours) AS cases, countIf(NOT is_ours) AS others, uniqExactIf(hash, NOT is_ours) AS issues
      FROM (${units})`,
  );
  const cases = Number(counted?.cases ?? 0);
  const healthy = Number(counted?.others ?? 0);
  const others = { occurrences: cases, others: healthy, issues: Number(counted?.issues ?? 0) };
  const few = tooFew('events', cases, healthy);
  if (few) return { ...nothing(few), others };
  const rows = await select<{
    key: string;
    value: string;
    cases: number;
    others: number;
    units: string;
    tested: number;
  }>(
    `SELECT key, value, cases, others, toString(units) AS units, count() OVER () AS tested
      FROM (
        SELECT pair.1 AS key, pair.2 AS value, countIf(is_ours) AS cases, countIf(NOT is_ours) AS others,
          groupBitXor(cityHash64(unit)) AS units
        FROM (SELECT unit, is_ours, arrayDistinct(arrayFlatten(arrayMap(one -> CAST(one, 'Array(Tuple(String, String))'), all_pairs))) AS pairs
          FROM (${units}))
        ARRAY JOIN pairs AS pair
        WHERE key NOT IN ('handled', 'mechanism') AND length(pair.2) <= ${VALUE_CHARS_MAX}
        GROUP BY key, value)
      WHERE cases + others >= ${UNITS_WITH_MIN} AND cases + others < ${cases + healthy}
      ORDER BY cases / ${cases} - others / ${healthy} DESC, key, value LIMIT ${FINDINGS_MAX}`,
  );
  return {
    findings: rows.map(({ key, value, cases: having, others: without, units: hash }) => ({
      source: 'events',
      ...{ key, value },
      units: hash,
      occurrences: Number(having),
      occurrencesOf: cases,
      healthy: Number(without),
      healthyOf: healthy,
      moreThan: null,
      before: null,
      leadMs: null,
    })),
    tested: Number(rows[0]?.tested ?? 0),
    notTold: [],
    others,
  };
}
