/**
 * The ledger: what became of everything that was ever sent, per ingest key and kind. Read from the outcomes in
 * telemetry, which are sums by the hour; so the numbers of the current hour still grow, and the backlog says by
 * how much at most.
 */
import type { Trend } from '#contract/issues.ts';
import type { Usage } from '#contract/usage.ts';
import { hourlySteps, type Period, toTrend } from '#server/query/trend.ts';
import { OUTCOMES, type Outcome } from '#server/record/outcome.ts';
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';
import { explainOutcome } from './explain-outcome.ts';

/** Lines shown: keys x kinds x reasons. SDKs choose the words of their reasons, so there is a bound. */
const LINES_MAX = 5_000;

interface LedgerRow {
  project: number;
  key: number;
  kind: string;
  outcome: Outcome;
  reason: string;
  sum: number;
  volume: number;
}

const SINCE = `project_id IN {projects:Array(UInt32)} AND hour >= toDateTime64({from:UInt32}, 3, 'UTC')`;

/** Largest lines first. Project 0 holds what was refused before any key was recognised. */
export async function readLedger(
  telemetry: TelemetryStore,
  projects: readonly number[],
  period: Period,
  now: number,
): Promise<Pick<Usage, 'from' | 'to' | 'lines' | 'series'>> {
  const steps = hourlySteps(period, now);
  const params = { from: steps.fromSeconds, step: steps.stepSeconds };
  const [rows, counted] = await Promise.all([
    telemetry.select<LedgerRow>(
      projects,
      `SELECT project_id AS project, key_id AS key, kind, outcome, reason, sum(quantity) AS sum, sum(bytes) AS volume
        FROM outcomes WHERE ${SINCE}
        GROUP BY project, key, kind, outcome, reason HAVING sum != 0
        ORDER BY sum DESC, project, key, kind, outcome, reason LIMIT ${LINES_MAX}`,
      { params },
    ),
    telemetry.select<{ outcome: Outcome; step: number; sum: number }>(
      projects,
      `SELECT outcome, intDiv(toUnixTimestamp(hour) - {from:UInt32}, {step:UInt32}) AS step, sum(quantity) AS sum
        FROM outcomes WHERE ${SINCE} GROUP BY outcome, step`,
      { params },
    ),
  ]);
  const series = OUTCOMES.map((outcome): { outcome: Outcome; trend: Trend } => ({
    outcome,
    trend: toTrend(
      steps,
      counted.filter((row) => row.outcome === outcome).map((row) => [row.step, Number(row.sum)] as const),
    ),
  }));
  return {
    from: new Date(steps.fromSeconds * 1000).toISOString(),
    to: new Date(now).toISOString(),
    lines: rows.map((row) => ({
      projectId: String(row.project),
      keyId: String(row.key),
      kind: row.kind,
      outcome: row.outcome,
      reason: row.reason,
      explanation: explainOutcome(row.outcome, row.reason),
      quantity: Number(row.sum),
      bytes: Number(row.volume),
    })),
    series,
  };
}
