import { expect, test } from 'vitest';
import type { Usage } from '#contract/usage.ts';
import { readLedger } from './ledger.ts';

type Line = Usage['lines'][number];
const line = (kind: string, outcome: Line['outcome'], quantity: number, more: Partial<Line> = {}): Line => ({
  projectId: '1',
  keyId: '1',
  kind,
  outcome,
  reason: outcome === 'stored' ? '' : 'duplicate',
  explanation: '',
  quantity,
  bytes: quantity * 10,
  ...more,
});
const series = (counts: Record<string, number[]>): Usage['series'] =>
  Object.entries(counts).map(([outcome, each]) => ({
    outcome,
    trend: { from: '2026-01-01T00:00:00Z', stepSeconds: 60, counts: each },
  }));

const lines = [
  line('event', 'stored', 90),
  line('event', 'stored', 10, { keyId: '2' }),
  line('event', 'dropped', 5),
  line('event', 'rejected', 7, { reason: 'rate_limited' }),
  line('event', 'rejected', 2, { reason: 'rate_limited', keyId: '2' }),
  line('session', 'discarded', 300, { reason: 'sample_rate' }),
];

test('sent is what every outcome comes to', () => {
  const ledger = readLedger({ lines, series: [] });
  expect(ledger.sent).toBe(414);
  expect(ledger.byOutcome).toEqual({
    stored: 100,
    dropped: 5,
    rejected: 9,
    dead_lettered: 0,
    discarded: 300,
  });
});

test('kinds stand in the order of their size, each with its reasons and keys', () => {
  const [session, event] = readLedger({ lines, series: [] }).kinds;
  expect(session).toMatchObject({ kind: 'session', sent: 300 });
  expect(event?.reasons.map(({ reason, quantity }) => [reason, quantity])).toEqual([
    ['rate_limited', 9],
    ['duplicate', 5],
  ]);
  expect(event?.keys.map(({ keyId, quantity }) => [keyId, quantity])).toEqual([
    ['1', 102],
    ['2', 12],
  ]);
});

test('the ledger balances when the chart counts the same', () => {
  const chart = series({ stored: [60, 40], dropped: [5], rejected: [9], discarded: [300] });
  expect(readLedger({ lines, series: chart }).differences).toEqual([]);
});

test('a difference is named with both numbers', () => {
  const chart = series({ stored: [99], dropped: [5], rejected: [9], discarded: [300] });
  expect(readLedger({ lines, series: chart }).differences).toEqual([
    { outcome: 'stored', lines: 100, chart: 99 },
  ]);
});

test('a dead letter driven through again takes itself back', () => {
  const again = [
    line('event', 'dead_lettered', 1),
    line('event', 'dead_lettered', -1),
    line('event', 'stored', 1),
  ];
  expect(readLedger({ lines: again, series: [] })).toMatchObject({
    sent: 1,
    byOutcome: { dead_lettered: 0, stored: 1 },
  });
});
