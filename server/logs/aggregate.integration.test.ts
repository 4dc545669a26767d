/** Aggregates and comparisons on the real engine; the expected numbers were computed by hand. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOG_COLUMNS, logRows } from '#server/process/logs/log-rows.ts';
import { patternOf } from '#server/process/patterns/pattern.ts';
import { encodeLogBatch } from '#server/record/log.ts';
import { startTestTelemetry, type TestTelemetry } from '#server/store/telemetry/start-test-telemetry.ts';
import { nativeRows } from '#server/store/telemetry/test-native.ts';
import { type AggregateWanted, aggregateLogs } from './log-aggregate.ts';
import { compareLogs } from './log-comparison.ts';
import type { PatternStores } from './log-patterns.ts';

const NOON = Date.UTC(2026, 10, 22, 12);
const MINUTE = 60_000;

interface Said {
  /** Milliseconds from noon. */
  at: number;
  body: string;
  service?: string;
  level?: string;
  attributes?: Record<string, string | number>;
}

let telemetry: TestTelemetry;
let stores: PatternStores;
let batches = 0;

async function write(project: number, said: readonly Said[]): Promise<void> {
  const groups = said.map(({ at, body, service = 'shop', level = 'INFO', attributes = {} }) => ({
    resource: { 'service.name': service },
    records: [{ time: `${NOON + at}000000`, severityText: level, body, attributes }],
  }));
  const part = logRows(encodeLogBatch({ groups }), { project, receivedAt: NOON, source: 'test' });
  const rows = nativeRows(LOG_COLUMNS, [part]);
  await telemetry.store.insert('logs', rows, `batch ${batches++}`, 'Native');
}
const times = (count: number, say: (index: number) => Said): Said[] =>
  Array.from({ length: count }, (_, index) => say(index));

beforeAll(async () => {
  telemetry = await startTestTelemetry();
  stores = {
    telemetry: telemetry.store,
    clock: { now: () => NOON },
    listProjects: async () => [],
    templateOf: (body) => patternOf(body).template,
  };
  await write(1, [
    { at: 1000, body: 'a', attributes: { duration: 10, route: '/pay', customer: 'ann', country: 'de' } },
    { at: 2000, body: 'b', attributes: { duration: 30, route: '/pay', customer: 'bob', country: 'fr' } },
    { at: MINUTE, body: 'c', attributes: { duration: 5, route: '/cart', customer: 'ann', country: 'de' } },
    {
      at: 2 * MINUTE,
      body: 'd',
      attributes: { duration: 'soon', route: '/cart', customer: 'eve', country: 'de' },
    },
    { at: 3 * MINUTE, body: 'e', attributes: { duration: 'nan', route: '/home' }, level: 'ERROR' },
    { at: 3 * MINUTE + 1, body: 'f', attributes: { duration: 1 }, level: 'ERROR' },
  ]);
  await write(2, [{ at: 1000, body: 'of others', attributes: { duration: 1_000_000 } }]);
});
afterAll(() => telemetry.stop());

const question = (query = '', project = 1) => ({
  projects: [project],
  query,
  from: NOON,
  to: NOON + 4 * MINUTE,
});
const ask = (wanted: Partial<AggregateWanted>, query = '') =>
  aggregateLogs(stores, question(query), {
    measure: 'count',
    field: '',
    by: [],
    limit: 10,
    steps: false,
    ...wanted,
  });

describe('an aggregate', () => {
  it('counts records by a field, the most first, and those without it too', async () => {
    const { groups, all, others, allGroups } = await ask({ by: ['route'] });
    expect(groups.map(({ keys, value }) => [keys[0], value])).toEqual([
      ['/cart', 2],
      ['/pay', 2],
      ['', 1],
      ['/home', 1],
    ]);
    expect([all.value, others, allGroups]).toEqual([6, null, 4]);
  });

  it.each<[AggregateWanted['measure'], number]>([
    ['sum', 46],
    ['avg', 11.5],
    ['min', 1],
    ['max', 30],
  ])('%s of a field is of its numbers alone, and tells how many those are', async (measure, value) => {
    const { all, isApproximate } = await ask({ measure, field: 'duration' });
    expect(all).toEqual({ value, records: 6, measured: 4, points: [] });
    expect(isApproximate).toBe(false);
  });

  it('says that quantiles are approximate', async () => {
    const { all, isApproximate } = await ask({ measure: 'p50', field: 'duration' });
    expect(isApproximate).toBe(true);
    expect(all.value).toBeGreaterThanOrEqual(5);
    expect(all.value).toBeLessThanOrEqual(10);
  });

  it('counts different values, of records that have the field', async () => {
    expect((await ask({ measure: 'distinct', field: 'customer' })).all).toMatchObject({
      value: 3,
      records: 6,
      measured: 4,
    });
  });

  it('measures those that are not told together, whatever the measure', async () => {
    const { groups, others, allGroups } = await ask({
      measure: 'avg',
      field: 'duration',
      by: ['route'],
      limit: 1,
    });
    expect(groups).toMatchObject([{ keys: ['/pay'], value: 20, records: 2, measured: 2 }]);
    // 5 of /cart and 1 of none: (5 + 1) / 2.
    expect(others).toMatchObject({ value: 3, records: 4, measured: 2 });
    expect(allGroups).toBe(4);
  });

  it('groups by two fields', async () => {
    const { groups } = await ask({ by: ['route', 'country'], limit: 2 }, 'has:country');
    expect(groups.map(({ keys, value }) => [...keys, value])).toEqual([
      ['/cart', 'de', 2],
      ['/pay', 'de', 1],
    ]);
  });

  it('has a point for every step, of others and of all too', async () => {
    const { groups, others, all, stepMs, from } = await ask({
      measure: 'sum',
      field: 'duration',
      by: ['route'],
      limit: 1,
      steps: true,
    });
    const at = (points: (number | null)[]) =>
      points.flatMap((point, step) => (point === null ? [] : [[from + step * stepMs - NOON, point]]));
    expect(stepMs).toBe(5000);
    expect(at(groups[0]!.points)).toEqual([[0, 40]]);
    expect(at(others!.points)).toEqual([
      [MINUTE, 5],
      [3 * MINUTE, 1],
    ]);
    expect(at(all.points)).toEqual([
      [0, 40],
      [MINUTE, 5],
      [3 * MINUTE, 1],
    ]);
  });

  it('is per second where a rate was asked for', async () => {
    const { all } = await ask({ measure: 'rate', steps: true });
    expect(all.value).toBe(6 / 240);
    expect(all.points.slice(0, 2)).toEqual([2 / 5, 0]);
  });

  it('groups a flood of long texts by their first 200 characters', async () => {
    await write(3, [
      { at: 0, body: 'x', attributes: { sql: `${'s'.repeat(300)}1` } },
      { at: 0, body: 'x', attributes: { sql: `${'s'.repeat(300)}2` } },
    ]);
    const wanted = { measure: 'count', field: '', by: ['sql'], limit: 10, steps: true } as const;
    const { groups } = await aggregateLogs(stores, question('', 3), wanted);
    expect(groups).toMatchObject([{ keys: ['s'.repeat(200)], value: 2 }]);
  });

  it('of nothing is nothing', async () => {
    const { all, groups } = await ask({ measure: 'max', field: 'duration', by: ['route'] }, 'zzz');
    expect([all.value, all.records, groups]).toEqual([null, 0, []]);
  });

  it('asks for the field that is measured', async () => {
    await expect(ask({ measure: 'sum' })).rejects.toThrow('needs the name of a field');
  });
});

describe('a comparison', () => {
  beforeAll(async () => {
    // Before: 100 of shop, 40 of mail. After: 100 of shop, 10 of mail, 30 errors of pay, of one pattern.
    await write(4, [
      ...times(100, (index) => ({ at: -4 * MINUTE + index, body: `order ${index} placed` })),
      ...times(40, (index) => ({ at: -MINUTE + index, body: 'mail sent', service: 'mail' })),
      ...times(100, (index) => ({ at: index, body: `order ${index} placed` })),
      ...times(10, (index) => ({ at: index, body: 'mail sent', service: 'mail' })),
      ...times(30, (index) => ({ at: MINUTE + index, body: 'card refused', service: 'pay', level: 'ERROR' })),
    ]);
  });
  const compare = (against: 'previous' | 'day' | 'week' = 'previous', own: string[] = []) =>
    compareLogs(stores, question('', 4), { against, own });

  it('tells totals, errors and the same steps of both periods', async () => {
    const { now, before, from, stepMs } = await compare();
    expect([now.records, before.records, now.errors, before.errors]).toEqual([140, 140, 30, 0]);
    expect([from, stepMs]).toEqual([NOON, 5000]);
    expect([now.counts[0], now.counts[12], before.counts[0], before.counts[36]]).toEqual([110, 30, 100, 40]);
    expect([before.from, before.to]).toEqual([NOON - 4 * MINUTE, NOON]);
  });

  it('tells the values whose share changed, with the text of patterns, and leaves the steady out', async () => {
    const { keys } = await compare();
    const changes = Object.fromEntries(
      keys.map(({ key, changes }) => [
        key,
        changes.map(({ value, template, records, recordsBefore, score }) => [
          template || value,
          records,
          recordsBefore,
          Number(score.toFixed(2)),
        ]),
      ]),
    );
    // pay: p = 30/280, error = sqrt(p · (1 − p) · 2/140) = 0.036967, difference 30/140. mail: p = 50/280.
    expect(changes).toEqual({
      level: [
        ['error', 30, 0, 5.8],
        ['info', 110, 140, -5.8],
      ],
      service: [
        ['pay', 30, 0, 5.8],
        ['mail', 10, 40, -4.68],
      ],
      pattern: [
        ['card refused', 30, 0, 5.8],
        ['mail sent', 10, 40, -4.68],
      ],
    });
    expect(keys[1]).toMatchObject({ compared: 3, distinctValues: 3, allChanges: 2 });
  });

  it('compares nothing with a period that has no records, and says so by its total', async () => {
    const { before, keys } = await compare('week', ['route']);
    expect(before.records).toBe(0);
    expect(keys.map(({ key, changes }) => [key, changes.length])).toEqual([
      ['level', 0],
      ['service', 0],
      ['pattern', 0],
      ['route', 0],
    ]);
  });

  it('counts a value that is rare in one period beyond the hundred that are read', async () => {
    await write(5, [
      ...times(300, (index) => ({ at: index, body: 'x', attributes: { tenant: `t${index % 150}` } })),
      { at: 5, body: 'x', attributes: { tenant: 'zz' } },
      ...times(300, (index) => ({
        at: -MINUTE + index,
        body: 'x',
        attributes: { tenant: `t${index % 150}` },
      })),
      ...times(60, (index) => ({ at: -MINUTE + index, body: 'x', attributes: { tenant: 'zz' } })),
    ]);
    const { keys } = await compareLogs(stores, question('', 5), { against: 'previous', own: ['tenant'] });
    const tenant = keys.find(({ key }) => key === 'tenant')!;
    expect(tenant.changes).toMatchObject([{ value: 'zz', records: 1, recordsBefore: 60 }]);
    expect(tenant.distinctValues).toBe(151);
  });

  it('refuses periods that would overlap', async () => {
    const wide = { ...question('', 4), from: NOON - 2 * 86_400_000 };
    await expect(compareLogs(stores, wide, { against: 'day', own: [] })).rejects.toThrow('would overlap');
  });
});
