import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LogRecord } from '#contract/logs.ts';
import { LOG_COLUMNS, logRows } from '#server/process/logs/log-rows.ts';
import { patternOf } from '#server/process/patterns/pattern.ts';
import { encodeLogBatch, type LogGroup } from '#server/record/log.ts';
import { startTestTelemetry, type TestTelemetry } from '#server/store/telemetry/start-test-telemetry.ts';
import { nativeRows } from '#server/store/telemetry/test-native.ts';
import { jsonLines, noiseCountRow } from '#server/store/telemetry/test-rows.ts';
import { logFacet } from './log-facets.ts';
import { logPatterns, type PatternStores } from './log-patterns.ts';
import { listLogs, logHistogram } from './log-queries.ts';
import { surroundings } from './log-surroundings.ts';

const NOON = Date.UTC(2026, 10, 22, 12);
const SECOND = 1000;
const ns = (ms: number, more = 0) => String(BigInt(ms) * 1_000_000n + BigInt(more));

let telemetry: TestTelemetry;
let stores: PatternStores;
let batches = 0;

async function write(project: number, ...groups: LogGroup[]): Promise<void> {
  const part = logRows(encodeLogBatch({ groups }), { project, receivedAt: NOON, source: 'test' });
  const rows = nativeRows(LOG_COLUMNS, [part]);
  await telemetry.store.insert('logs', rows, `batch ${batches++}`, 'Native');
}

beforeAll(async () => {
  telemetry = await startTestTelemetry();
  stores = {
    telemetry: telemetry.store,
    clock: { now: () => NOON },
    listProjects: async () => [],
    templateOf: (body) => patternOf(body).template,
  };
  await write(
    1,
    {
      resource: { 'service.name': 'checkout', 'host.name': 'web-1' },
      records: [
        {
          time: ns(NOON - 10 * SECOND),
          severityText: 'INFO',
          body: 'order 17 placed',
          attributes: { 'user.id': '42', amount: 19.5 },
        },
        {
          time: ns(NOON - 9 * SECOND),
          severityText: 'ERROR',
          body: 'Payment of order 17 failed',
          attributes: { 'user.id': '42', attempt: 3, retry: true },
        },
        { time: ns(NOON - 8 * SECOND), severityText: 'WARN', body: 'stock is 100% used_up' },
      ],
    },
    {
      labels: { app: 'gateway', region: 'eu' },
      records: [
        { time: ns(NOON - 7 * SECOND), body: 'level=error msg="upstream timed out" status=504' },
        { time: ns(NOON - 2 * 86_400_000), body: 'long ago' },
      ],
    },
  );
  await write(2, { records: [{ time: ns(NOON - SECOND), body: 'order of another project' }] });
});
afterAll(() => telemetry.stop());

const question = (query = '', project = 1) => ({
  projects: [project],
  query,
  from: NOON - 3_600_000,
  to: NOON,
});
const bodies = (items: LogRecord[]) => items.map(({ body }) => body);
async function find(query: string): Promise<string[]> {
  const list = await listLogs(stores, question(query), { direction: 'forward', cursor: '', limit: 100 });
  return bodies(list.items).map((body) => body.split(' ').slice(0, 2).join(' '));
}

describe('a search', () => {
  const [placed, failed, stock, gateway] = [
    'order 17',
    'Payment of',
    'stock is',
    'level=error msg="upstream',
  ];
  it.each<[string, string[]]>([
    ['', [placed, failed, stock, gateway]],
    ['order', [placed, failed]],
    ['"order 17 failed"', [failed]],
    ['"of order"', [failed]],
    ['100%', [stock]],
    ['used_up', [stock]],
    ['usedXup', []],
    ['pay*failed', [failed]],
    ['level:error', [failed, gateway]],
    ['level:>=warn', [failed, stock, gateway]],
    ['level:<warn', [placed]],
    ['level:unknown', []],
    ['!level:error', [placed, stock]],
    ['service:checkout', [placed, failed, stock]],
    ['service:gateway', [gateway]],
    ['app:gateway', [gateway]],
    ['region:e*', [gateway]],
    ['user.id:42', [placed, failed]],
    ['attempt:>2', [failed]],
    ['attempt:3 retry:true', [failed]],
    ['amount:<20', [placed]],
    ['has:attempt', [failed]],
    ['!has:user.id', [stock, gateway]],
    ['has:region OR attempt:3', [failed, gateway]],
    ['(order OR stock) !level:error', [placed, stock]],
    ['host.name:web-1 order', [placed, failed]],
    [`body:"it's"`, []],
  ])('%s', async (query, expected) => expect(await find(query)).toEqual(expected));

  it('tells the column of a mistake', async () => {
    await expect(find('level:loud')).rejects.toThrow('expected a level');
    await expect(find('attempt:>many')).rejects.toThrow('expected a number');
  });

  it('never finds records of another project', async () => {
    const other = await listLogs(stores, question('', 2), { direction: 'backward', cursor: '', limit: 100 });
    expect(bodies(other.items)).toEqual(['order of another project']);
  });
});

describe('a record', () => {
  it('is as it was sent, with what was found in it', async () => {
    const { items } = await listLogs(stores, question('attempt:3'), {
      direction: 'backward',
      cursor: '',
      limit: 1,
    });
    expect(items[0]).toEqual({
      id: expect.stringMatching(`^1-${ns(NOON - 9 * SECOND)}-\\d+$`),
      projectId: '1',
      timestamp: ns(NOON - 9 * SECOND),
      level: 'error',
      severityNumber: 17,
      severityText: 'ERROR',
      service: 'checkout',
      host: 'web-1',
      environment: '',
      release: '',
      scope: '',
      eventName: '',
      body: 'Payment of order 17 failed',
      patternId: expect.stringMatching(/^\d+$/),
      traceId: '',
      spanId: '',
      userId: '42',
      sessionId: '',
      requestId: '',
      source: 'test',
      labels: {},
      resource: { 'service.name': 'checkout', 'host.name': 'web-1' },
      attributes: { 'user.id': '42', attempt: 3, retry: true },
    });
  });
});

describe('pages', () => {
  const PROJECT = 3;
  const LINES = 250;
  beforeAll(() =>
    // Three of them in each nanosecond, one whole minute all at once, the rest over two days.
    write(PROJECT, {
      records: Array.from({ length: LINES }, (_, n) => ({
        time: ns(n < 90 ? NOON - 60 * SECOND : NOON - n * 600 * SECOND, Math.floor(n / 3)),
        body: `line ${n}`,
      })),
    }),
  );

  it.each(['backward', 'forward'] as const)('%s show every record once, in order', async (direction) => {
    const seen: LogRecord[] = [];
    const all = { projects: [PROJECT], query: '', from: NOON - 3 * 86_400_000, to: NOON };
    for (let cursor = ''; ; ) {
      const page = await listLogs(stores, all, { direction, cursor, limit: 7 });
      seen.push(...page.items);
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    expect(new Set(bodies(seen)).size).toBe(LINES);
    expect(seen).toHaveLength(LINES);
    const times = seen.map(({ timestamp }) => BigInt(timestamp));
    const sorted = times.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    expect(times).toEqual(direction === 'forward' ? sorted : sorted.toReversed());
  });

  it('refuse a cursor of their own making', async () => {
    for (const cursor of ['nonsense', Buffer.from('logs x 1').toString('base64url')])
      await expect(listLogs(stores, question(), { direction: 'backward', cursor, limit: 1 })).rejects.toThrow(
        'cursor',
      );
  });
});

describe('the histogram', () => {
  it('counts every record of the period by step and level', async () => {
    const histogram = await logHistogram(stores, question());
    expect(histogram.total).toBe(4);
    expect(histogram.stepMs).toBe(30_000);
    const sums = histogram.levels.map(({ level, counts }) => [
      level,
      counts.reduce((sum, count) => sum + count, 0),
    ]);
    expect(Object.fromEntries(sums)).toEqual({ info: 1, error: 2, warn: 1 });
    const last = histogram.levels.map(({ counts }) => counts.at(-1)!).reduce((sum, count) => sum + count, 0);
    expect(last).toBe(4);
  });

  it('says how many records rules did not keep, as far as the search can be asked of them', async () => {
    const counted = { project_id: 9, minute: NOON - 60 * SECOND };
    await telemetry.store.insert(
      'noise_counts',
      jsonLines([
        noiseCountRow({ ...counted, pattern_id: 1, service: 'web', severity_number: 9, records: 100 }),
        noiseCountRow({ ...counted, pattern_id: 2, service: 'web', severity_number: 5, records: 20 }),
        noiseCountRow({ ...counted, pattern_id: 2, service: 'api', severity_number: 5, records: 3 }),
        noiseCountRow({ ...counted, pattern_id: 3, fate: 'demoted', records: 1_000 }),
        noiseCountRow({ ...counted, pattern_id: 4, minute: NOON - 86_400_000, records: 1_000 }),
      ]),
      'counts',
    );
    const notKept = async (query: string) =>
      (await logHistogram(stores, { ...question(query), projects: [9] })).notKept;
    expect(await notKept('')).toEqual({ records: 123, patterns: 2, of: 'period' });
    expect(await notKept('service:web')).toEqual({ records: 120, patterns: 2, of: 'search' });
    expect(await notKept('level:debug !service:web')).toEqual({ records: 3, patterns: 1, of: 'search' });
    expect(await notKept('service:api "timed out"')).toEqual({ records: 3, patterns: 1, of: 'at-most' });
    expect(await notKept('pattern:7')).toEqual({ records: 0, patterns: 0, of: 'search' });
  });

  it('takes the search and the period into account', async () => {
    expect((await logHistogram(stores, question('level:error'))).total).toBe(2);
    expect((await logHistogram(stores, { ...question(), from: NOON - 3 * 86_400_000 })).total).toBe(5);
    expect((await logHistogram(stores, { ...question(), to: NOON - 9 * SECOND })).total).toBe(1);
  });
});

describe('a facet', () => {
  const facet = async (key: string, query = '', limit = 10) => {
    const { values, distinctValues, records } = await logFacet(stores, question(query), { key, limit });
    return {
      values: Object.fromEntries(values.map((each) => [each.value, each.records])),
      distinctValues,
      records,
    };
  };

  it('counts the records of every value, the most frequent first', async () => {
    const { values } = await logFacet(stores, question(), { key: 'service', limit: 10 });
    expect(values).toEqual([
      { value: 'checkout', records: 3 },
      { value: 'gateway', records: 1 },
    ]);
  });

  it.each<[string, Record<string, number>]>([
    ['level', { error: 2, info: 1, warn: 1 }],
    ['host', { 'web-1': 3 }],
    ['environment', {}],
    ['user.id', { 42: 2 }],
    ['attempt', { 3: 1 }],
    ['retry', { true: 1 }],
    ['region', { eu: 1 }],
    ['nothing', {}],
    ["it's \\ {v1:String}", {}],
  ])('of %s', async (key, values) => expect((await facet(key)).values).toEqual(values));

  it('takes the search and the project into account', async () => {
    expect((await facet('level', 'service:checkout')).values).toEqual({ error: 1, info: 1, warn: 1 });
    expect((await logFacet(stores, question('', 2), { key: 'service', limit: 10 })).values).toEqual([]);
  });

  it('tells how much it leaves out', async () => {
    expect(await facet('level', '', 1)).toEqual({ values: { error: 2 }, distinctValues: 3, records: 4 });
  });

  it('is what a filter for its value finds', async () => {
    for (const key of ['level', 'service', 'host', 'user.id', 'attempt', 'retry', 'region'])
      for (const [value, records] of Object.entries((await facet(key)).values))
        expect((await logHistogram(stores, question(`${key}:${value}`))).total).toBe(records);
  });
});

describe('what is around a record', () => {
  const PROJECT = 4;
  const at = (minutes: number, body: string) => ({ time: ns(NOON - minutes * 60 * SECOND), body });
  const idOf = async (body: string) => {
    const all = { projects: [PROJECT], query: `"${body}"`, from: NOON - 9 * 86_400_000, to: NOON + 1 };
    return (await listLogs(stores, all, { direction: 'backward', cursor: '', limit: 1 })).items[0]!.id;
  };
  const around = async (body: string, lines: number) => {
    const { record, older, newer } = await surroundings(stores, [1, PROJECT], await idOf(body), lines);
    return [bodies(newer).toReversed(), record.body, bodies(older)];
  };
  beforeAll(() =>
    write(
      PROJECT,
      {
        resource: { 'service.name': 'web', 'host.name': 'a' },
        records: [
          at(3000, 'days ago'),
          at(600, 'at night'),
          at(30, 'begin'),
          at(20, 'middle'),
          at(20, 'same moment'),
          at(19, 'end'),
        ],
      },
      { resource: { 'service.name': 'web', 'host.name': 'b' }, records: [at(20, 'of another host')] },
      { resource: { 'service.name': 'db', 'host.name': 'a' }, records: [at(20, 'of another service')] },
    ),
  );

  it('are the lines of its service and host, nearest first, none twice and none of it left out', async () => {
    const [newer, record, older] = await around('middle', 10);
    expect(record).toBe('middle');
    expect([...newer!, record, ...older!].toSorted()).toEqual([
      'at night',
      'begin',
      'end',
      'middle',
      'same moment',
    ]);
    expect(newer![0]).toBe('end');
    expect(older!.at(-1)).toBe('at night');
  });

  it('are as many as one asks for', async () => {
    expect(await around('end', 2)).toEqual([[], 'end', expect.arrayContaining(['middle', 'same moment'])]);
    expect(await around('begin', 0)).toEqual([[], 'begin', []]);
  });

  it('are not told of a record that one may not see, or that is none', async () => {
    const id = await idOf('middle');
    await expect(surroundings(stores, [1], id, 1)).rejects.toThrow('no log record');
    for (const wrong of ['nonsense', '4-1-2', '4-9999999999999999999-1', `${id}0`])
      await expect(surroundings(stores, [PROJECT], wrong, 1)).rejects.toThrow('no log record');
  });
});

describe('patterns', () => {
  const DAY = 86_400_000;
  const ask = (query = '', sort: 'records' | 'newest' | 'errors' = 'records', limit = 10) =>
    logPatterns(stores, question(query, 30), { sort, limit });
  beforeAll(async () => {
    const record = (at: number, body: string, severityText = 'INFO') => ({
      time: ns(at),
      body,
      severityText,
    });
    const service = (name: string, more = {}) => ({ 'service.name': name, ...more });
    await write(
      30,
      {
        resource: service('shop'),
        records: [
          record(NOON - 30 * DAY, 'order 1 placed'),
          ...Array.from({ length: 40 }, (_, n) => record(NOON - 50 * 60_000 + n, `order ${n} placed`)),
          record(NOON - 5 * SECOND, 'order 99 placed', 'ERROR'),
        ],
      },
      {
        resource: service('web', { 'service.version': '2.1' }),
        records: [
          ...Array.from({ length: 3 }, (_, n) =>
            record(NOON - 9 * SECOND + n, `cache lost after ${n} ms`, 'ERROR'),
          ),
          record(NOON - 4 * SECOND, 'order 7 placed'),
        ],
      },
    );
  });

  it('are counted with levels, services, trend, sample, and when each was first seen of all that is kept', async () => {
    const found = await ask();
    expect(found).toMatchObject({ patterns: 2, records: 45, keptSince: ns(NOON - 30 * DAY) });
    const [order, cache] = found.items;
    expect(order).toMatchObject({
      template: 'order <num> placed',
      records: 42,
      errors: 1,
      services: ['shop', 'web'],
      servicesInAll: 2,
      lastSeen: ns(NOON - 4 * SECOND),
      firstSeen: ns(NOON - 30 * DAY),
      isNew: false,
    });
    expect(order!.levels.toSorted((a, b) => b.records - a.records)).toEqual([
      { level: 'info', records: 41 },
      { level: 'error', records: 1 },
    ]);
    expect(order!.counts.reduce((sum, count) => sum + count)).toBe(42);
    expect(order!.sample!.body).toMatch(/^order \d+ placed$/);
    const { record } = await surroundings(stores, [30], order!.sample!.id, 0);
    expect(record).toMatchObject({ body: order!.sample!.body, patternId: order!.id });
    expect(cache).toMatchObject({ records: 3, errors: 3, isNew: true, firstRelease: '2.1' });
  });

  it('are put in order by count, share of errors, or when they were first seen, and told up to a limit', async () => {
    const templates = async (...how: Parameters<typeof ask>) =>
      (await ask(...how)).items.map(({ template }) => template);
    const [order, cache] = ['order <num> placed', 'cache lost after <time>'];
    expect(await templates('', 'records')).toEqual([order, cache]);
    expect(await templates('', 'errors')).toEqual([cache, order]);
    expect(await templates('', 'newest')).toEqual([cache, order]);
    expect(await ask('', 'newest', 1)).toMatchObject({
      items: [{ template: cache }],
      patterns: 2,
      records: 45,
    });
  });

  it('lead to their lines, and a search to fewer of them', async () => {
    const [order, cache] = (await ask()).items;
    const total = async (query: string) => (await logHistogram(stores, question(query, 30))).total;
    expect(await total(`pattern:${order!.id}`)).toBe(42);
    expect(await total(`!pattern:${order!.id}`)).toBe(3);
    expect((await ask('service:web')).items.map(({ records }) => records)).toEqual([3, 1]);
    expect(await ask(`!pattern:${cache!.id} !pattern:${order!.id}`)).toMatchObject({
      items: [],
      patterns: 0,
    });
  });
});
