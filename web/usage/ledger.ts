/**
 * The ledger made readable: every record ever sent ended as exactly one outcome. Sums by outcome, by kind and by
 * reason, and the check that two independent countings, the lines and the chart, agree.
 */
import type { Usage } from '#contract/usage.ts';

type Line = Usage['lines'][number];
export type Outcome = Line['outcome'];

export const OUTCOMES: readonly { id: Outcome; label: string; meaning: string; fill: string; dot: string }[] =
  [
    {
      id: 'stored',
      label: 'Stored',
      meaning: 'Processed, and found by every query.',
      fill: 'fill-bar-strong',
      dot: 'bg-bar-strong',
    },
    {
      id: 'dropped',
      label: 'Dropped',
      meaning: 'Accepted, then left out by a rule.',
      fill: 'fill-bar',
      dot: 'bg-bar',
    },
    {
      id: 'rejected',
      label: 'Rejected',
      meaning: 'Refused; the sender was told why.',
      fill: 'fill-level-warning',
      dot: 'bg-level-warning',
    },
    {
      id: 'dead_lettered',
      label: 'Dead-lettered',
      meaning: 'Could not be processed; kept below to try again.',
      fill: 'fill-level-error',
      dot: 'bg-level-error',
    },
    {
      id: 'discarded',
      label: 'Discarded',
      meaning: 'Thrown away by the SDK before sending, and reported.',
      fill: 'fill-level-info',
      dot: 'bg-level-info',
    },
  ];

export interface KindRow {
  kind: string;
  sent: number;
  bytes: number;
  byOutcome: Record<Outcome, number>;
  /** Why some were not stored, the most frequent first. */
  reasons: { outcome: Outcome; reason: string; explanation: string; quantity: number; keys: KeyShare[] }[];
  /** What each key sent of this kind. */
  keys: KeyShare[];
}

export interface KeyShare {
  projectId: string;
  keyId: string;
  quantity: number;
}

export interface Ledger {
  sent: number;
  bytes: number;
  byOutcome: Record<Outcome, number>;
  kinds: KindRow[];
  /** Outcomes for which lines and chart differ; empty when the ledger balances. */
  differences: { outcome: Outcome; lines: number; chart: number }[];
}

const none = (): Record<Outcome, number> => ({
  stored: 0,
  dropped: 0,
  rejected: 0,
  dead_lettered: 0,
  discarded: 0,
});
const descending = (a: { quantity: number }, b: { quantity: number }) => b.quantity - a.quantity;

export function readLedger(usage: Pick<Usage, 'lines' | 'series'>): Ledger {
  const kinds = Object.entries(Object.groupBy(usage.lines, (line) => line.kind))
    .map(([kind, lines = []]) => kindRow(kind, lines))
    .toSorted((a, b) => b.sent - a.sent);
  const byOutcome = sumByOutcome(usage.lines);
  const chart = none();
  for (const { outcome, trend } of usage.series)
    if (outcome in chart) chart[outcome as Outcome] += trend.counts.reduce((sum, count) => sum + count, 0);
  return {
    sent: usage.lines.reduce((sum, line) => sum + line.quantity, 0),
    bytes: usage.lines.reduce((sum, line) => sum + line.bytes, 0),
    byOutcome,
    kinds,
    differences: OUTCOMES.map(({ id }) => ({ outcome: id, lines: byOutcome[id], chart: chart[id] })).filter(
      (each) => each.lines !== each.chart,
    ),
  };
}

function kindRow(kind: string, lines: readonly Line[]): KindRow {
  const unstored = Object.values(
    Object.groupBy(
      lines.filter((line) => line.outcome !== 'stored'),
      (line) => `${line.outcome} ${line.reason}`,
    ),
  ).flatMap((same = []) => {
    const [first] = same;
    return first
      ? [
          {
            outcome: first.outcome,
            reason: first.reason,
            explanation: first.explanation,
            quantity: sum(same),
            keys: byKey(same),
          },
        ]
      : [];
  });
  return {
    kind,
    sent: sum(lines),
    bytes: lines.reduce((total, line) => total + line.bytes, 0),
    byOutcome: sumByOutcome(lines),
    reasons: unstored.toSorted(descending),
    keys: byKey(lines),
  };
}

const sum = (lines: readonly Line[]) => lines.reduce((total, line) => total + line.quantity, 0);

function byKey(lines: readonly Line[]): KeyShare[] {
  return Object.values(Object.groupBy(lines, (line) => `${line.projectId} ${line.keyId}`))
    .flatMap((same = []) =>
      same[0] ? [{ projectId: same[0].projectId, keyId: same[0].keyId, quantity: sum(same) }] : [],
    )
    .toSorted(descending);
}

function sumByOutcome(lines: readonly Line[]): Record<Outcome, number> {
  const sums = none();
  for (const line of lines) sums[line.outcome] += line.quantity;
  return sums;
}
