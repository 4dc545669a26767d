/**
 * What rules would have done to the events stored last: the same code that decides, over the same facts, taken from the
 * payloads. Bounded in events, and in the bytes of payload that are read at once.
 */
import type { FilterPreview } from '#contract/filters.ts';
import type { EventPayload } from '#server/record/event.ts';
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';
import { type EventFacts, factsOf } from './event-facts.ts';
import { compileRules } from './event-filter.ts';
import { type FilterRules, LISTS, NO_RULES } from './filter-rules.ts';

/** Events looked at. */
export const PREVIEW_EVENTS = 1_000;
/** How far back, days: the newest thousand of a project are nearly always younger. */
const DAYS = 30;
/** Characters of a payload that is looked at: two in a thousand are longer, and a thousand of these are 64 MB at most. */
const PAYLOAD_CHARS_MAX = 65_536;
/** Titles shown. */
const TITLES_MAX = 10;
/** More than this share of all events is a rule that was hardly meant so. */
const WIDE_SHARE = 0.5;
/** Fewer events say nothing about shares. */
const WIDE_EVENTS_MIN = 10;

interface Sample {
  title: string;
  facts: EventFacts;
}

export async function previewRules(
  telemetry: TelemetryStore,
  projectId: number,
  rules: FilterRules,
  now: number,
): Promise<FilterPreview> {
  const samples = await newestEvents(telemetry, projectId, now);
  const filter = compileRules(rules);
  const reasons = new Map<string, number>();
  const titles = new Map<string, number>();
  for (const { title, facts } of samples) {
    const reason = filter.ofEvent(facts);
    if (reason === null) continue;
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    titles.set(title, (titles.get(title) ?? 0) + 1);
  }
  const filtered = [...reasons.values()].reduce((sum, count) => sum + count, 0);
  return {
    events: samples.length,
    filtered,
    reasons: [...reasons].map(([reason, events]) => ({ reason, events })),
    titles: [...titles]
      .sort(([, a], [, b]) => b - a)
      .slice(0, TITLES_MAX)
      .map(([title, events]) => ({ title, events })),
    lines: LISTS.flatMap((list) =>
      rules[list].map((line) => {
        const one = compileRules({ ...NO_RULES, [list]: [line] });
        const events = samples.filter(({ facts }) => one.ofEvent(facts) !== null).length;
        const isWide = samples.length >= WIDE_EVENTS_MIN && events > samples.length * WIDE_SHARE;
        return { list, line, events, isWide };
      }),
    ),
  };
}

async function newestEvents(telemetry: TelemetryStore, projectId: number, now: number): Promise<Sample[]> {
  const rows = await telemetry.select<{ title: string; payload: string }>(
    [projectId],
    `SELECT title, payload FROM events
      WHERE project_id IN {projects:Array(UInt32)} AND timestamp >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
        AND length(payload) <= ${PAYLOAD_CHARS_MAX}
      ORDER BY timestamp DESC LIMIT ${PREVIEW_EVENTS}`,
    { params: { from: now - DAYS * 86_400_000 } },
  );
  return rows.map(({ title, payload }) => ({ title, facts: factsOf(JSON.parse(payload) as EventPayload) }));
}
