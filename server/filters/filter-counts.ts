/** What the filters of a project dropped, and what its expected errors cost: read from the ledger, by reason. */
import type { ExpectedCost, FilterCount } from '#contract/filters.ts';
import { EXPECTED_KINDS, EXPECTED_REASONS, expectedReason } from '#server/record/expected.ts';
import { DROP_REASONS } from '#server/record/outcome.ts';
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';
import type { FilterRules } from './filter-rules.ts';

const DAY_MS = 86_400_000;
/** Reasons that are decided here: filters, and what keeps floods small. */
const REASONS = Object.keys(DROP_REASONS).filter((reason) =>
  /^(?:filtered_|expected_|spike_protection$|sampled$|duplicate_of_|too_many_log_errors$)/.test(reason),
);

/** Of the last 24 hours and seven days, by the hour. */
export async function readCounts(
  telemetry: TelemetryStore,
  projectId: number,
  now: number,
): Promise<FilterCount[]> {
  const rows = await telemetry.select<{ reason: string; day: number; week: number }>(
    [projectId],
    `SELECT reason, sumIf(quantity, hour > fromUnixTimestamp64Milli({day:Int64}, 'UTC')) AS day, sum(quantity) AS week
      FROM outcomes
      WHERE project_id IN {projects:Array(UInt32)} AND hour > fromUnixTimestamp64Milli({week:Int64}, 'UTC')
        AND outcome = 'dropped' AND kind != 'attachment' AND reason IN {reasons:Array(String)}
      GROUP BY reason ORDER BY reason`,
    { params: { day: now - DAY_MS, week: now - 7 * DAY_MS, reasons: REASONS } },
  );
  return rows.map(({ reason, day, week }) => ({ reason, day: Number(day), week: Number(week) }));
}

/** Each kind that was seen in the time, the costliest first. `total`: all that was stored of errors, to take a share of. */
export async function readExpected(
  telemetry: TelemetryStore,
  projectId: number,
  days: number,
  rules: FilterRules,
  now: number,
): Promise<{ total: { events: number; bytes: number }; kinds: ExpectedCost[] }> {
  const rows = await telemetry.select<{ outcome: string; reason: string; events: number; size: number }>(
    [projectId],
    `SELECT outcome, reason, sum(quantity) AS events, sum(bytes) AS size FROM outcomes
      WHERE project_id IN {projects:Array(UInt32)} AND hour > fromUnixTimestamp64Milli({from:Int64}, 'UTC')
        AND kind IN ('event', 'security') AND outcome IN ('stored', 'dropped')
      GROUP BY outcome, reason`,
    { params: { from: now - days * DAY_MS } },
  );
  const sums = rows.map((row) => ({ ...row, events: Number(row.events), size: Number(row.size) }));
  const stored = sums.filter(({ outcome }) => outcome === 'stored');
  const kinds = EXPECTED_KINDS.map((kind) => {
    const reason = expectedReason(kind);
    const of = (outcome: string) =>
      sums.find((sum) => sum.outcome === outcome && sum.reason === reason) ?? { events: 0, size: 0 };
    return {
      kind,
      meaning: EXPECTED_REASONS[reason],
      events: of('stored').events,
      bytes: of('stored').size,
      filtered: of('dropped').events,
      filteredBytes: of('dropped').size,
      isFiltered: rules.expected.includes(kind),
    };
  });
  return {
    total: {
      events: stored.reduce((sum, { events }) => sum + events, 0),
      bytes: stored.reduce((sum, { size }) => sum + size, 0),
    },
    kinds: kinds
      .filter(({ events, filtered, isFiltered }) => events > 0 || filtered > 0 || isFiltered)
      .sort((a, b) => b.events + b.filtered - a.events - a.filtered),
  };
}
