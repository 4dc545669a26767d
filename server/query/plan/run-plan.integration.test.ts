/** Plans on the real engine: pages lose nothing and repeat nothing, and no value becomes SQL. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { logRows, type TestLog } from '#server/query/logql/test-logs.ts';
import { startTestTelemetry, type TestTelemetry } from '#server/store/telemetry/start-test-telemetry.ts';
import {
  all,
  BODY,
  EVERYTHING,
  type PlanFilter,
  type PlanMeasure,
  type PlanTable,
  type PlanText,
} from './plan.ts';
import { countRecords, Deadline, readRecords, readTable } from './run-plan.ts';

const NOON = BigInt(Date.UTC(2026, 4, 10, 12)) * 1_000_000n;
const HOUR = 3_600_000_000_000n;
let telemetry: TestTelemetry;

/** Bursts of one moment, seconds in a row, and silence of a day. */
const LOGS: TestLog[] = [
  ...Array.from({ length: 20 }, (_, at) => ({
    at: 5,
    line: `burst ${at % 6}`,
    labels: { host: `h${at % 3}` },
  })),
  ...Array.from({ length: 30 }, (_, at) => ({ at: 10 + at, line: `line ${at}` })),
  ...Array.from({ length: 9 }, (_, at) => ({ at: 86_400 + at / 1e9, line: `late ${at}` })),
];

beforeAll(async () => {
  telemetry = await startTestTelemetry();
  await telemetry.store.insert('logs', logRows(1, NOON, LOGS), 'plan');
});
afterAll(() => telemetry.stop());

const reading = () => ({ telemetry: telemetry.store, deadline: new Deadline(30_000) });

async function read(direction: 'forward' | 'backward', pageRows: number, filter: PlanFilter = EVERYTHING) {
  const plan = { projects: [1], range: { start: NOON, end: NOON + 48n * HOUR }, filter };
  const seen: string[] = [];
  for await (const { rows } of readRecords(reading(), plan, { direction, pageRows }))
    seen.push(...rows.map(({ time, body, labels }) => `${time} ${body} ${labels.host ?? ''}`));
  return seen;
}

describe('records', () => {
  it.each([1, 2, 7, 20, 1000])('come once each in pages of %i, in both directions', async (pageRows) => {
    const forward = await read('forward', pageRows);
    expect(forward).toHaveLength(LOGS.length);
    expect(forward.map((one) => one.split(' ')[0])).toEqual(
      forward.map((one) => one.split(' ')[0]).toSorted(),
    );
    expect(await read('forward', 1000)).toEqual(forward);
    expect(await read('backward', pageRows)).toEqual([...forward].reverse());
  });

  it('stop where nobody reads on', async () => {
    const plan = { projects: [1], range: { start: NOON, end: NOON + HOUR / 60n }, filter: EVERYTHING };
    for await (const { rows, seenTo } of readRecords(reading(), plan, {
      direction: 'backward',
      pageRows: 5,
    })) {
      expect(rows).toHaveLength(5);
      expect(seenTo).toBe(NOON + 35_000_000_000n);
      break;
    }
  });
});

it('binds every value, whatever it is made of', async () => {
  const hostile = [
    "' OR 1=1 --",
    '\\',
    "\\'",
    '{v1:String}',
    '%',
    '\n\nDROP TABLE logs;',
    '\0',
    '{projects:Array(UInt32)}',
  ];
  for (const value of hostile) {
    const filters: PlanFilter[] = [
      { is: 'contains', text: BODY, value },
      { is: 'equal', text: { is: 'attribute', key: { of: 'labels', name: value } }, value: `${value}x` },
      { is: 'has', key: { of: 'attributes', name: `a_${value}`, asLabel: true } },
    ];
    for (const filter of filters) expect(await read('forward', 10, filter)).toEqual([]);
  }
  expect(await read('forward', 1000)).toHaveLength(LOGS.length);
});

it('counts by groups and steps, and other projects not at all', async () => {
  const steps = { start: NOON + 10_000_000_000n, step: 10_000_000_000n, count: 3, window: 10_000_000_000n };
  const plan = { projects: [1], range: { start: NOON, end: NOON + HOUR }, filter: all() };
  const by = [{ is: 'attribute', key: { of: 'labels', name: 'host' } }] as const;
  const groups = await countRecords(reading(), plan, { steps, by }, 100);
  const found = groups.map(({ key, records }) => [key.values[0], ...records]);
  expect(found.sort()).toEqual([
    ['', 1, 10, 10],
    ['h0', 7, 0, 0],
    ['h1', 7, 0, 0],
    ['h2', 6, 0, 0],
  ]);
  expect(await countRecords(reading(), { ...plan, projects: [2] }, { steps, by }, 100)).toEqual([]);
});

describe('a table', () => {
  const plan = { projects: [1], range: { start: NOON, end: NOON + 48n * HOUR }, filter: EVERYTHING };
  const host: PlanText = { is: 'field', name: 'host' };
  const number: PlanText = { is: 'field', name: 'number' };
  const table = (parts: Partial<PlanTable>) =>
    readTable(reading(), plan, { by: [], measures: [{ is: 'records' }], groupsMax: 10, ...parts }, 100);

  beforeAll(() =>
    telemetry.store.insert(
      'logs',
      logRows(
        5,
        NOON,
        [1, 2, 3, 4, 10].map((at) => ({
          at,
          line: 'n',
          metadata: { number: at === 3 ? 'three' : String(at) },
        })),
      ),
      'numbers',
    ),
  );

  it('tells the largest groups, and how much there is besides', async () => {
    const { rows, allGroups, allRecords } = await table({ by: [host], groupsMax: 2 });
    expect(rows.map(({ keys, records }) => [keys[0], records])).toEqual([
      ['', 39],
      ['h0', 7],
    ]);
    expect([allGroups, allRecords]).toEqual([4, 59]);
  });

  it('tells for each step the groups that are largest in all the time', async () => {
    const { rows } = await table({
      by: [host],
      groupsMax: 2,
      steps: { from: NOON, length: 10_000_000_000n },
    });
    expect(rows.map(({ keys, step, records }) => [keys[0], step, records]).sort()).toEqual([
      ['', 1, 10],
      ['', 2, 10],
      ['', 3, 10],
      ['', 8640, 9],
      ['h0', 0, 7],
    ]);
  });

  it('measures what is a number, and counts what is not', async () => {
    const measures: PlanMeasure[] = [
      { is: 'records' },
      ...(['sum', 'average', 'least', 'largest', 'distinct'] as const).map((is) => ({ is, of: number })),
      { is: 'quantile', of: number, level: 1 },
      { is: 'sum', of: host },
    ];
    const { rows } = await readTable(
      reading(),
      { ...plan, projects: [5] },
      { by: [], measures, groupsMax: 1 },
      1,
    );
    expect(rows[0]!.measures).toEqual([5, 17, 4.25, 1, 10, 5, 10, null]);
  });
});
