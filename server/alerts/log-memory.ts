/**
 * What rules about logs know of the past, so that a look does not read all that is kept: which patterns there are and since
 * when, how far back records go, and how the same hour of other days was. It is read whole once after a start, and then only
 * what came since. Bounded; what does not fit is asked again as if nothing were remembered.
 */
import { firstSeen, seenPatterns } from '#server/query/plan/patterns.ts';
import { Deadline } from '#server/query/plan/run-plan.ts';
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';

/** Of one set of projects: 2 MB. A service whose every line is a pattern of its own has more. */
const PATTERNS_MAX = 20_000;
/** Sets of projects that rules are over, those used last. */
const SETS_MAX = 8;
/** Seasons of rules, those used last: of each some 14 numbers for at most a hundred groups. */
const SEASONS_MAX = 100;
/** Records of the time before the last look that came after it, ms. */
const OVERLAP_MS = 600_000;
/** How far back records go changes by retention alone, by the day, ms. */
const OLDEST_KNOWN_MS = 3_600_000;
/** For what all that is kept is read for, ms. */
const ALL_MS_MAX = 10_000;
const NS_OF_MS = 1_000_000n;

export interface LogMemory {
  /** When each pattern of these projects was first seen, ms, of all that happened before; null: there are too many. */
  patterns(projects: readonly number[], until: number): Promise<ReadonlyMap<string, number> | null>;
  /** When the oldest record that is kept happened, ms; null: there is none. */
  oldest(projects: readonly number[], now: number): Promise<number | null>;
  /** What was read for a rule in this writing and at this place in time. */
  season<Read>(rule: { id: number; updatedAt: number }, at: number, read: () => Promise<Read>): Promise<Read>;
}

interface Seen {
  until: number;
  first: Map<string, number>;
  isTooMany: boolean;
}

export function createLogMemory({ telemetry }: { telemetry: Pick<TelemetryStore, 'select'> }): LogMemory {
  const seen = createLastUsed<Promise<Seen>>(SETS_MAX);
  const oldest = createLastUsed<{ at: number; oldest: number }>(SETS_MAX);
  const seasons = createLastUsed<{ of: string; read: unknown }>(SEASONS_MAX);
  const reading = () => ({ telemetry, deadline: new Deadline(ALL_MS_MAX) });
  const keyOf = (projects: readonly number[]) => projects.toSorted((a, b) => a - b).join();

  async function goOn(before: Promise<Seen>, projects: readonly number[], until: number): Promise<Seen> {
    const known = await before.catch(() => null);
    if (known && (known.isTooMany || known.until >= until)) return known;
    const since = known && known.until - OVERLAP_MS;
    const found = await seenPatterns(reading(), projects, { since, until, limit: PATTERNS_MAX + 1 });
    const first = known?.first ?? new Map<string, number>();
    for (const { pattern, at } of found) first.set(pattern, Math.min(at, first.get(pattern) ?? at));
    const isTooMany = first.size > PATTERNS_MAX;
    return { until, first: isTooMany ? new Map() : first, isTooMany };
  }

  return {
    async patterns(projects, until) {
      const key = keyOf(projects);
      // One after the other: rules that are looked at at the same time read once.
      const next = goOn(seen.get(key) ?? Promise.reject(), projects, until);
      seen.set(key, next);
      const { first, isTooMany } = await next;
      return isTooMany ? null : first;
    },
    async oldest(projects, now) {
      const key = keyOf(projects);
      const known = oldest.get(key);
      if (known && Math.abs(now - known.at) < OLDEST_KNOWN_MS) return known.oldest;
      const found = (await firstSeen(reading(), projects, [])).get('')?.first;
      if (found === undefined) return null;
      const at = Number(BigInt(found) / NS_OF_MS);
      oldest.set(key, { at: now, oldest: at });
      return at;
    },
    async season<Read>(
      rule: { id: number; updatedAt: number },
      at: number,
      read: () => Promise<Read>,
    ): Promise<Read> {
      const [key, of] = [String(rule.id), `${rule.updatedAt}@${at}`];
      const known = seasons.get(key);
      if (known?.of === of) return known.read as Read;
      const found = await read();
      seasons.set(key, { of, read: found });
      return found;
    },
  };
}

/** As many as that, those that were used last. */
function createLastUsed<Value>(max: number) {
  const kept = new Map<string, Value>();
  return {
    get(key: string): Value | undefined {
      const value = kept.get(key);
      if (value !== undefined) {
        kept.delete(key);
        kept.set(key, value);
      }
      return value;
    },
    set(key: string, value: Value): void {
      kept.delete(key);
      kept.set(key, value);
      if (kept.size > max) kept.delete(kept.keys().next().value!);
    },
  };
}
