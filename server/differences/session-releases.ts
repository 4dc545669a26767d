/**
 * Releases and environments of occurrences against those of healthy sessions: sessions of release health, which know all
 * users and not those alone whom something happened to. A session that crashed or had errors is left out.
 */
import type { IssueDifferences } from '#contract/differences.ts';
import { type Asking, selectOf } from './asking.ts';
import { type Findings, nothing, tooFew, UNITS_WITH_MIN } from './finding.ts';
import { EVENT_TIME, type Occurrences } from './occurrences.ts';
import { EVENT_UNIT } from './units.ts';

const OCCURRENCES_MAX = 1_000;
/** Values of each key, by how many have them. */
const VALUES_MAX = 200;
/** A session is one, though every change of it is a row; those of servers come summed up. */
const HEALTHY = `
  SELECT toString(release) AS version, toString(environment) AS place, sum(quantity) AS amount FROM sessions
  WHERE session_id = '' AND status NOT IN ('crashed', 'abnormal', 'errored') AND IN_TIME GROUP BY version, place
  UNION ALL
  SELECT version, place, toUInt64(count()) AS amount FROM (
    SELECT toString(any(release)) AS version, toString(any(environment)) AS place
    FROM sessions WHERE session_id != '' AND IN_TIME
    GROUP BY session_id HAVING max(errors) = 0 AND countIf(status IN ('crashed', 'abnormal', 'errored')) = 0)
  GROUP BY version, place`.replaceAll(
  'IN_TIME',
  `project_id IN {projects:Array(UInt32)} AND started >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
    AND started <= fromUnixTimestamp64Milli({to:Int64}, 'UTC')
    AND ({environment:String} = '' OR environment = {environment:String})`,
);

export interface SessionFindings extends Findings {
  sessions: IssueDifferences['sessions'];
}

export async function compareSessions(
  asking: Asking,
  { of, environment, from, to }: Occurrences,
): Promise<SessionFindings> {
  const params = { ...of.params, environment, from, to };
  const rows = await selectOf<{
    key: string;
    value: string;
    cases: number;
    others: number;
    all_cases: number;
    all_others: number;
  }>(
    asking,
    of.projects,
    `SELECT pair.1 AS key, pair.2 AS value, sum(ours) AS cases, sum(theirs) AS others,
        sum(cases) OVER (PARTITION BY key) AS all_cases, sum(others) OVER (PARTITION BY key) AS all_others
      FROM (
        SELECT version, place, toUInt64(0) AS ours, amount AS theirs FROM (${HEALTHY})
        UNION ALL
        SELECT version, place, toUInt64(count()) AS ours, toUInt64(0) AS theirs FROM (
          SELECT any(of_release) AS version, any(of_environment) AS place FROM (
            SELECT toString(release) AS of_release, toString(environment) AS of_environment, ${EVENT_UNIT} AS unit
            FROM events WHERE ${of.where} AND ${EVENT_TIME}
              AND ({environment:String} = '' OR environment = {environment:String})
            ORDER BY timestamp DESC LIMIT ${OCCURRENCES_MAX})
          GROUP BY unit)
        GROUP BY version, place)
      ARRAY JOIN [('release', version), ('environment', place)] AS pair
      GROUP BY key, value ORDER BY cases DESC, others DESC, value LIMIT ${VALUES_MAX} BY key`,
    params,
  );
  const occurrences = Number(rows[0]?.all_cases ?? 0);
  const healthy = Number(rows[0]?.all_others ?? 0);
  // Whoever sends no sessions is not told that there are few.
  if (healthy === 0) return { ...nothing(), sessions: null };
  const sessions = { occurrences, healthy };
  const few = tooFew('sessions', occurrences, healthy);
  if (few) return { ...nothing(few), sessions };
  const tested = rows.filter(({ value, cases, others }) => {
    const having = Number(cases) + Number(others);
    return value !== '' && having >= UNITS_WITH_MIN && having < occurrences + healthy;
  });
  return {
    findings: tested.map(({ key, value, cases, others }) => ({
      source: 'sessions',
      ...{ key, value },
      // Sessions are not known one by one here: nothing is said to be the same.
      units: `${key}:${value}`,
      occurrences: Number(cases),
      occurrencesOf: occurrences,
      healthy: Number(others),
      healthyOf: healthy,
      moreThan: null,
      before: null,
      leadMs: null,
    })),
    tested: tested.length,
    notTold: [],
    sessions,
  };
}
