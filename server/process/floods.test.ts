import { expect, test } from 'vitest';
import { createLog } from '#server/platform/log.ts';
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';
import { Floods } from './floods.ts';

const NOON = Date.UTC(2026, 10, 23, 12);
const HOUR = NOON / 3_600_000;

/** A ledger of 1,000 errors in each hour of three days, and `kept` in this one. */
function ledgerWith(kept: number, fails = false): TelemetryStore {
  const hours = Array.from({ length: 72 }, (_, back) => ({ hour: HOUR - back - 1, events: 1_000 }));
  const select = async () => {
    if (fails) throw new Error('the engine is away');
    return [...hours, { hour: HOUR, events: kept }];
  };
  return { select } as unknown as TelemetryStore;
}
const floods = (telemetry: TelemetryStore) => new Floods({ telemetry, log: createLog('silent') });
const perMinute = { spikeProtection: false, issueEventsPerMinute: 2 };
const guarded = { spikeProtection: true, issueEventsPerMinute: null };

test('so many of one kind are kept in a minute, and of each kind by itself', async () => {
  const turn = await floods(ledgerWith(0)).turn([], NOON);
  const reasons = ['a', 'a', 'a', 'b', 'a'].map((hash) =>
    turn.ofEvent({ project: 1, hash, rules: perMinute }),
  );
  expect(reasons).toEqual([null, null, 'sampled', null, 'sampled']);
  expect(turn.ofEvent({ project: 2, hash: 'a', rules: perMinute })).toBeNull();
});

test('a batch that is tried again counts once, and the next minute begins anew', async () => {
  const all = floods(ledgerWith(0));
  const event = { project: 1, hash: 'a', rules: perMinute };
  const failed = await all.turn([], NOON);
  expect([failed.ofEvent(event), failed.ofEvent(event)]).toEqual([null, null]);
  const again = await all.turn([], NOON);
  expect([again.ofEvent(event), again.ofEvent(event)]).toEqual([null, null]);
  again.commit();
  expect((await all.turn([], NOON + 1_000)).ofEvent(event)).toBe('sampled');
  expect((await all.turn([], NOON + 60_000)).ofEvent(event)).toBeNull();
});

test('a spike is dropped from the limit on, and what this hour had already counts', async () => {
  const all = floods(ledgerWith(4_999));
  const event = { project: 1, hash: 'a', rules: guarded };
  const turn = await all.turn([1], NOON);
  expect([turn.ofEvent(event), turn.ofEvent(event)]).toEqual([null, 'spike_protection']);
  turn.commit();
  expect((await all.turn([1], NOON)).ofEvent(event)).toBe('spike_protection');
});

test('an engine that is away protects from nothing and holds nothing up', async () => {
  const turn = await floods(ledgerWith(9_999, true)).turn([1], NOON);
  expect(turn.ofEvent({ project: 1, hash: 'a', rules: guarded })).toBeNull();
});
