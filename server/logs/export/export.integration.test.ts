/** Exports on the real engine: lines so large that few fit into one answer, and a search that finds too many. */
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EXPORT_LINES_MAX } from '#contract/logs.ts';
import { planOf } from '#server/logs/log-queries.ts';
import type { LogStores } from '#server/logs/logs.ts';
import { LOG_COLUMNS, logRows } from '#server/process/logs/log-rows.ts';
import { encodeLogBatch } from '#server/record/log.ts';
import { startTestTelemetry, type TestTelemetry } from '#server/store/telemetry/start-test-telemetry.ts';
import { nativeRows } from '#server/store/telemetry/test-native.ts';
import { checkExport, exportLogs } from './export-logs.ts';
import { jsonl } from './jsonl.ts';
import { parquet } from './parquet.ts';

const NOON = Date.UTC(2026, 10, 22, 12);
/** 90 MB together: an answer of the engine holds 60. */
const LINES = 300;
const CHARS = 300_000;

let telemetry: TestTelemetry;
let stores: LogStores;
const question = { projects: [1], query: '', from: NOON - 3_600_000, to: NOON };

beforeAll(async () => {
  telemetry = await startTestTelemetry();
  stores = { telemetry: telemetry.store, clock: { now: () => NOON }, listProjects: async () => [] };
  for (let from = 0; from < LINES; from += 50) {
    const records = Array.from({ length: 50 }, (_, n) => ({
      time: `${NOON - 60_000 + from + n}000000`,
      body: `${from + n} ${'x'.repeat(CHARS)}`,
    }));
    const batch = encodeLogBatch({ groups: [{ records }] });
    const part = logRows(batch, { project: 1, receivedAt: NOON, source: 'test' });
    const rows = nativeRows(LOG_COLUMNS, [part]);
    await telemetry.store.insert('logs', rows, `export ${from}`, 'Native');
  }
});
afterAll(() => telemetry.stop());

it('lines that do not fit into one answer come in several, each once and in order', async () => {
  const file = await buffer(exportLogs(stores, planOf(question), jsonl, new AbortController().signal));
  const numbers = file
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => Number((JSON.parse(line) as { body: string }).body.split(' ')[0]));
  expect(numbers).toEqual(Array.from({ length: LINES }, (_, n) => n));
});

it('a file of Parquet is written in row groups of bounded size', async () => {
  const sizes: number[] = [];
  for await (const bytes of exportLogs(stores, planOf(question), parquet, new AbortController().signal))
    sizes.push(bytes.length);
  expect(sizes.length).toBeGreaterThan(2);
});

it('a search that finds too many lines is refused before a file begins', async () => {
  const select = async () => [{ records: EXPORT_LINES_MAX + 1 }];
  const many = { ...stores, telemetry: { ...telemetry.store, select } } as unknown as LogStores;
  await expect(checkExport(many, planOf(question))).rejects.toMatchObject({ code: 'export_too_large' });
  await checkExport(stores, planOf(question));
});
