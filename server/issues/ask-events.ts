/**
 * Which issues had an event like this? The answer of telemetry to one part of an issue search, as grouping
 * hashes. What the hourly roll-up knows is asked there; the rest reads the events of the period, within a time
 * limit. Where that is not enough the question is asked again about the last day alone, and a notice says so.
 */
import { Rejection } from '#server/platform/rejection.ts';
import { BoundValues } from '#server/query/bound-values.ts';
import { type SearchFilter, searchTerms } from '#server/query/search-filter.ts';
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';
import { canonicalKey, eventCondition } from './event-search.ts';
import type { AskEvents } from './issue-search.ts';

/** How long one question may take, ms: a list that a person waits for. */
const QUESTION_MS_MAX = 3_000;
/** Hashes taken as an answer: twice the issues of a large installation; 40 bytes each. */
const HASHES_MAX = 20_000;
const DAY_MS = 86_400_000;

/** `notices` collects what was cut short. */
export function askEvents(
  telemetry: TelemetryStore,
  projects: readonly number[],
  period: { from: number; now: number },
  notices: Set<string>,
): AskEvents {
  async function ask(filter: SearchFilter, from: number): Promise<string[]> {
    const bound = new BoundValues();
    const inRollUp = isInRollUp(filter);
    const since = 'fromUnixTimestamp64Milli({from:Int64})';
    const seen = inRollUp ? `hour >= toStartOfHour(${since})` : `timestamp >= ${since}`;
    const rows = await telemetry.select<{ key: string }>(
      projects,
      `SELECT DISTINCT concat(toString(project_id), ':', grouping_hash) AS key FROM ${inRollUp ? 'events_hourly' : 'events'}
        WHERE project_id IN {projects:Array(UInt32)} AND ${seen}
          AND ${eventCondition(filter, bound, period.now)}
        LIMIT ${HASHES_MAX + 1}`,
      { params: { ...bound.params, from }, timeoutMs: QUESTION_MS_MAX, rowsMax: HASHES_MAX + 1 },
    );
    if (rows.length > HASHES_MAX)
      notices.add(
        `More than ${HASHES_MAX} kinds of events match; some issues are missing. Narrow the search or the period.`,
      );
    return rows.slice(0, HASHES_MAX).map(({ key }) => key);
  }

  return async (filter) => {
    try {
      return await ask(filter, period.from);
    } catch (error) {
      const isTooMuch = error instanceof Rejection && error.code === 'query_too_costly';
      if (!isTooMuch || period.from >= period.now - DAY_MS) throw error;
      notices.add(
        'The events of the whole period could not be searched in time; only the last 24 hours were.',
      );
      return ask(filter, period.now - DAY_MS);
    }
  };
}

/** The roll-up keeps the environment of events and nothing else that people search by. */
function isInRollUp(filter: SearchFilter): boolean {
  return [...searchTerms(filter)].every(
    (term) => term.is !== 'text' && canonicalKey(term.key) === 'environment',
  );
}
