import { expect, test } from 'vitest';
import { createLog } from '#server/platform/log.ts';
import type { AcceptedRecord } from '#server/record/accepted.ts';
import {
  NO_QUOTAS,
  type Quota,
  type QuotaCategory,
  type Quotas,
  type QuotaUse,
} from '#server/record/quota.ts';
import { createAdmission } from './admit.ts';
import type { KnownKey } from './keys.ts';
import { openQuotaCounter, type QuotaMemory, type Sent } from './quota.ts';

const NOON = Date.UTC(2026, 10, 23, 12);
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const NO_LIMIT: Quota = { recordsPerDay: null, bytesPerDay: null, recordsPerMinute: null };
const limited = (category: QuotaCategory, quota: Partial<Quota>): Quotas => ({
  ...NO_QUOTAS,
  [category]: { ...NO_LIMIT, ...quota },
});
const logs = (quantity: number, bytes = quantity * 10): Sent => ({ kind: 'log', quantity, bytes });

function memoryOf(uses: QuotaUse[] = []): QuotaMemory & { saved: QuotaUse[] } {
  const memory = {
    saved: uses,
    load: async () => memory.saved,
    save: async (fresh: readonly QuotaUse[]) => {
      memory.saved = [...fresh];
    },
  };
  return memory;
}
const open = (memory: QuotaMemory = memoryOf()) => openQuotaCounter(memory, createLog('silent'));

test('a quota lets a day through, says when the next begins, and begins anew with it', async () => {
  const counter = await open();
  const quotas = limited('logs', { recordsPerDay: 1_000 });
  const take = (quantity: number, now: number) => counter.take(1, quotas, logs(quantity), now);
  expect(take(600, NOON)).toBeNull();
  expect(take(600, NOON)).toEqual({
    kinds: ['log'],
    retryAfterSeconds: 600,
    scope: 'project',
    reason: 'quota_exceeded',
    detail: '1000 records a day of logs; it begins anew at 2026-11-24T00:00:00.000Z',
  });
  expect(take(400, NOON)).toBeNull();
  const midnight = Date.UTC(2026, 10, 24);
  expect(take(1, midnight - 5_000)).toMatchObject({ retryAfterSeconds: 5 });
  expect(take(1_000, midnight)).toBeNull();
  await counter.close();
});

test('bytes, and records of a minute, have limits of their own', async () => {
  const counter = await open();
  const bytes = limited('spans', { bytesPerDay: 1_000 });
  const span = (size: number): Sent => ({ kind: 'transaction', quantity: 1, bytes: size });
  expect(counter.take(1, bytes, span(900), NOON)).toBeNull();
  expect(counter.take(1, bytes, span(200), NOON)?.detail).toContain('1000 bytes a day of spans');
  const burst = limited('logs', { recordsPerMinute: 100 });
  expect(counter.take(2, burst, logs(100), NOON)).toBeNull();
  expect(counter.take(2, burst, logs(1), NOON + 15_000)).toMatchObject({ retryAfterSeconds: 45 });
  expect(counter.take(2, burst, logs(100), NOON + MINUTE_MS)).toBeNull();
  await counter.close();
});

test('errors go on when logs are used up, other projects too, and what has no quota', async () => {
  const counter = await open();
  const quotas = limited('logs', { recordsPerDay: 1 });
  counter.take(1, quotas, logs(1), NOON);
  const passes = (project: number, kind: Sent['kind']) =>
    counter.take(project, quotas, { kind, quantity: 1, bytes: 1 }, NOON) === null;
  expect(passes(1, 'log')).toBe(false);
  for (const kind of ['event', 'span', 'session', 'check_in', 'attachment', 'feedback'] as const)
    expect([kind, passes(1, kind)]).toEqual([kind, true]);
  expect(passes(2, 'log')).toBe(true);
  await counter.close();
});

test('a batch that is larger than the quota passes as the first of the day, or it never could', async () => {
  const counter = await open();
  const quotas = limited('logs', { recordsPerDay: 10 });
  expect(counter.take(1, quotas, logs(5_000), NOON)).toBeNull();
  expect(counter.take(1, quotas, logs(1), NOON)).not.toBeNull();
  await counter.close();
});

test('what could not be kept after all is given back', async () => {
  const counter = await open();
  const quotas = limited('logs', { recordsPerDay: 10 });
  counter.take(1, quotas, logs(10), NOON);
  counter.giveBack(1, logs(10), NOON);
  expect(counter.useOf(1, NOON).logs).toEqual({ records: 0, bytes: 0 });
  expect(counter.take(1, quotas, logs(10), NOON)).toBeNull();
  await counter.close();
});

test('a restart goes on from what was used; a new day does not', async () => {
  const memory = memoryOf();
  const quotas = limited('logs', { recordsPerDay: 10 });
  const first = await open(memory);
  first.take(1, quotas, logs(8), NOON);
  first.take(2, null, logs(8), NOON);
  await first.close();
  // What has no limit is not written.
  expect(memory.saved.map(({ project }) => project)).toEqual([1]);
  const second = await open(memory);
  expect(second.take(1, quotas, logs(3), NOON)).not.toBeNull();
  expect(second.take(1, quotas, logs(3), NOON + DAY_MS)).toBeNull();
  await second.close();
});

test('a clock that is set back over midnight gives nobody a second quota', async () => {
  const counter = await open();
  const quotas = limited('logs', { recordsPerDay: 10 });
  counter.take(1, quotas, logs(10), NOON);
  expect(counter.take(1, quotas, logs(1), NOON - DAY_MS)).not.toBeNull();
  await counter.close();
});

test('counts that cannot be written are kept for the next try', async () => {
  const memory = memoryOf();
  let fails = true;
  const { save } = memory;
  memory.save = async (uses) => {
    if (fails) {
      fails = false;
      throw new Error('the metadata is away');
    }
    await save(uses);
  };
  const counter = await open(memory);
  counter.take(1, limited('logs', { recordsPerDay: 10 }), logs(8), NOON);
  await counter.close();
  expect(memory.saved).toEqual([]);
  await counter.close();
  expect(memory.saved).toMatchObject([{ project: 1, category: 'logs', records: 8 }]);
});

test('at the door: what is over the quota is taken out, and a key at its limit costs the project nothing', async () => {
  const counter = await open();
  const admission = createAdmission({ level: 0 }, counter);
  const key: KnownKey = {
    ...{ id: 1, projectId: 1, enabled: true, projectExists: true },
    rateLimit: { count: 3, windowSeconds: 60 },
    quotas: limited('logs', { recordsPerDay: 2 }),
  };
  const record = (kind: AcceptedRecord['kind']): AcceptedRecord => ({
    ...{ type: 'event', kind, meta: {} },
    payload: new Uint8Array(1),
  });
  const sent = ['log', 'event', 'log', 'log', 'event', 'session'] as const;
  const { kept, refused, limits } = admission.admit(key, sent.map(record), NOON);
  expect(kept.map(({ kind }) => kind)).toEqual(['log', 'event', 'log', 'session']);
  expect(refused.map(({ record, code }) => `${record.kind} ${code}`)).toEqual([
    'log quota_exceeded',
    'event rate_limited',
  ]);
  expect(limits.map(({ reason, scope }) => `${reason} ${scope}`)).toEqual([
    'quota_exceeded project',
    'rate_limited key',
  ]);
  expect(counter.useOf(1, NOON).events.records).toBe(1);
  await counter.close();
});
