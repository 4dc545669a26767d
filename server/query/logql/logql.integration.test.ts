import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestTelemetry, type TestTelemetry } from '#server/store/telemetry/start-test-telemetry.ts';
import { flattenStreams, runLogQl } from './run-logql.ts';
import { logRows, type TestLog } from './test-logs.ts';

let telemetry: TestTelemetry;
beforeAll(async () => {
  telemetry = await startTestTelemetry();
});
afterAll(() => telemetry.stop());

const NOON = BigInt(Date.UTC(2026, 4, 10, 12)) * 1_000_000n;
const S = 1_000_000_000n;
let project = 0;

async function store(logs: TestLog[]): Promise<number> {
  project += 1;
  await telemetry.store.insert('logs', logRows(project, NOON, logs), `p${project}`);
  return project;
}

describe('the thinnest way', () => {
  it('finds lines by label and text, and counts them by level', async () => {
    const of = await store([
      { at: 1, line: 'y one', labels: { app: 'x', level: 'info' } },
      { at: 2, line: 'y two', labels: { app: 'x', level: 'error' } },
      { at: 3, line: 'no', labels: { app: 'x', level: 'error' } },
      { at: 4, line: 'y three', labels: { app: 'z', level: 'error' } },
      { at: 5, line: 'y four', labels: { app: 'x', level: 'error' } },
    ]);
    const found = await runLogQl(telemetry.store, [of], {
      query: '{app="x"} |= "y"',
      start: NOON,
      end: NOON + 60n * S,
    });
    expect(
      found.resultType === 'streams' &&
        flattenStreams(found.result).flatMap(({ entries }) => entries.map(({ line }) => line)),
    ).toEqual(['y four', 'y two', 'y one']);
    const counted = await runLogQl(telemetry.store, [of], {
      query: 'sum by (level) (count_over_time({app="x"} |= "y" [1m]))',
      start: NOON,
      end: NOON + 120n * S,
      step: 60n * S,
    });
    expect(counted).toMatchObject({
      resultType: 'matrix',
      result: [
        { metric: { level: 'error' }, values: [[Number(NOON / 1_000_000n) + 60_000, 2]] },
        { metric: { level: 'info' }, values: [[Number(NOON / 1_000_000n) + 60_000, 1]] },
      ],
    });
  });
});
