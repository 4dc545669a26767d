/** The engine makes and reads the text of a stream exactly as record/stream.ts does. */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PROMOTED_KEYS, printStream, SERVICE_LABELS, streamLabels } from '#server/record/stream.ts';
import { startTestTelemetry, type TestTelemetry } from './start-test-telemetry.ts';
import { STREAM_NAMES, streamLabelPattern, streamLabelSql } from './stream-column.ts';
import { jsonLines, logRow } from './test-rows.ts';

let telemetry: TestTelemetry;
beforeAll(async () => {
  telemetry = await startTestTelemetry();
});
afterAll(() => telemetry.stop());

const value = fc.oneof(
  fc.constantFrom('', 'shop', '\x1a', '\x1a1', '\x1e', 'a\x1fb', "it's", '\\', 'é💥'),
  fc.string(),
);
const name = fc.oneof(
  fc.constantFrom(...SERVICE_LABELS, 'k8s_pod_name', 'odd.name', 'a\x1eb', 'env'),
  fc.string(),
);
const record = fc.record({
  labels: fc.dictionary(name, value, { maxKeys: 4, noNullPrototype: true }),
  resource: fc.dictionary(fc.constantFrom(...PROMOTED_KEYS, 'os.type'), value, {
    maxKeys: 3,
    noNullPrototype: true,
  }),
  service: value,
});

it('of records that came without it, with any labels', async () => {
  const records = fc.sample(record, { seed: 20261123, numRuns: 300 });
  const rows = records.map((one, sequence) => {
    const { stream: _, ...row } = logRow({ ...one, sequence });
    return row;
  });
  await telemetry.store.insert('logs', jsonLines(rows as never), randomUUID());
  const label = streamLabelSql('{pattern:String}');
  const stored = await telemetry.store.select<{ stream: string; names: string[]; found: string }>(
    [1],
    `SELECT stream, ${STREAM_NAMES} AS names, ${label} AS found FROM logs
      WHERE project_id IN {projects:Array(UInt32)} ORDER BY sequence`,
    { params: { pattern: streamLabelPattern('odd.name') } },
  );
  const wanted = records.map((one) => streamLabels(one));
  expect(stored.map(({ stream }) => stream)).toEqual(wanted.map(printStream));
  expect(stored.map(({ names }) => names.sort())).toEqual(wanted.map((labels) => Object.keys(labels).sort()));
  expect(stored.map(({ found }) => found)).toEqual(wanted.map((labels) => labels['odd.name'] ?? ''));
});
