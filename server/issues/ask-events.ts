/**
 * Which issues had an event like this? The answer of telemetry to one part of an issue search, as grouping
 * hashes. What a roll-up knows is asked there; the rest reads the events of the period, within a time limit.
 * Where that is not enough the question is asked again about the last day alone, and a notice says so.
 */
import { Rejection } from '#server/platform/rejection.ts';
import { BoundValues } from '#server/query/bound-values.ts';
import { type SearchFilter, searchTerms } from '#server/query/search-filter.ts';
import { canonicalKey, eventFieldOf } from './event-fields.ts';
import { eventCondition } from './event-search.ts';
import { releasesOfTerms } from './event-terms.ts';
import type { AskEvents } from './issue-search.ts';
import type { IssueStores } from './issues.ts';

/** How long one question may take, ms: a list that a person waits for. */
const QUESTION_MS_MAX = 3_000;
/** Hashes taken as an answer: twice the issues of a large installation; 40 bytes each. */
const HASHES_MAX = 20_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** `notices` collects what was cut short. */
export function askEvents(
  stores: Pick<IssueStores, 'telemetry' | 'releases'>,
  projects: readonly number[],
  period: { from: number; now: number },
  notices: Set<string>,
): AskEvents {
  async function ask(filter: SearchFilter, from: number): Promise<string[]> {
    const bound = new BoundValues();
    const releases = await releasesOfTerms(stores, projects, filter);
    const { table, time, spanMs } = sourceOf(filter, period.now - from);
    const rows = await stores.telemetry.select<{ key: string }>(
      projects,
      `SELECT DISTINCT concat(toString(project_id), ':', grouping_hash) AS key FROM ${table}
        WHERE project_id IN {projects:Array(UInt32)} AND ${time} >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
          AND ${eventCondition(filter, bound, { releases, kinds: new Map(), now: period.now })}
        LIMIT ${HASHES_MAX + 1}`,
      {
        params: { ...bound.params, from: from - (from % spanMs) },
        timeoutMs: QUESTION_MS_MAX,
        rowsMax: HASHES_MAX + 1,
      },
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

/** What people search by and a roll-up keeps, and what its spans may add to a period before they change its sense. */
const ROLL_UPS: readonly (EventSource & { keys: readonly string[]; periodMsMin: number })[] = [
  {
    table: 'events_six_hourly',
    time: 'hour',
    spanMs: 6 * HOUR_MS,
    keys: ['environment', 'release'],
    periodMsMin: 7 * DAY_MS,
  },
  { table: 'events_hourly', time: 'hour', spanMs: HOUR_MS, keys: ['environment'], periodMsMin: 0 },
];
const EVENTS: EventSource = { table: 'events', time: 'timestamp', spanMs: 1 };

interface EventSource {
  table: string;
  time: string;
  /** A row stands for this much time: the span that the period begins in counts as a whole. */
  spanMs: number;
}

/** The smallest table that knows every key of the question. */
function sourceOf(filter: SearchFilter, periodMs: number): EventSource {
  const terms = [...searchTerms(filter)];
  const knows = (keys: readonly string[]) =>
    terms.every((term) => {
      if (term.is === 'text') return false;
      if (keys.includes(canonicalKey(term.key))) return true;
      return keys.includes('release') && eventFieldOf(term).is === 'release';
    });
  return ROLL_UPS.find(({ keys, periodMsMin }) => periodMs >= periodMsMin && knows(keys)) ?? EVENTS;
}
