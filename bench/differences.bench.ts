/** What was different about an issue, over a day of many log records: the slowest question that the page of an issue asks. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IssueDifferences } from '#contract/differences.ts';
import type { IssueList } from '#contract/issues.ts';
import type { LogList } from '#contract/logs.ts';
import { eventually, type Program, startProgram } from '#e2e/support/program.ts';
import { fillLogs } from './log-reads.bench.ts';
import { figure, percentile, settle, timeCalls } from './measure.ts';

const CALLS = 20;
const DAY_MS = 86_400_000;
/** Looked for around as many moments of the day, for traces to fail in. */
const MOMENTS = 40;
const TRACES_OF_MOMENT = 5;

export async function benchDifferences(records: number): Promise<void> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'tandem-bench-'));
  try {
    await (await startProgram({ dataDirectory })).stop();
    await fillLogs(dataDirectory, records);
    const program = await startProgram({ dataDirectory });
    while (!(await fetch(`${program.url}/health/ready`)).ok) await settle(10);
    const issue = await failSomeTraces(program);
    for (const query of ['period=24h', 'period=24h&against=project', 'period=1h']) {
      const path = `/api/v1/issues/${issue}/differences?${query}`;
      const { traffic, tested, readShare } = await program.get<IssueDifferences>(path);
      const of = `${records / 1e6} M lines, ${query}`;
      figure(`differences (${of}): units`, (traffic?.occurrences ?? 0) + (traffic?.healthy ?? 0), 'units');
      figure(`differences (${of}): comparisons`, tested, 'comparisons');
      figure(`differences (${of}): read`, readShare * 100, '% of the lines');
      const took = await timeCalls(CALLS, () => program.get<unknown>(path).then(() => undefined));
      figure(`differences (${of}): p50`, percentile(took, 0.5), 'ms');
      figure(`differences (${of}): p95`, percentile(took, 0.95), 'ms');
    }
    await program.stop();
  } finally {
    await rm(dataDirectory, { recursive: true, force: true });
  }
}

/** The id of the issue. */
async function failSomeTraces(program: Program): Promise<string> {
  const now = Date.now();
  for (let moment = 0; moment < MOMENTS; moment += 1) {
    const to = now - (DAY_MS / MOMENTS) * moment - 60_000;
    const { items } = await program.get<LogList>(
      `/api/v1/logs?from=${to - 600_000}&to=${to}&limit=100&query=has:trace`,
    );
    const traces = new Map(items.map((one) => [one.traceId, one]));
    for (const [trace_id, { timestamp }] of [...traces].slice(0, TRACES_OF_MOMENT))
      await program.sendEvent({
        timestamp: Number(timestamp.slice(0, -6)) / 1000,
        exception: { values: [{ type: 'PaymentError', value: 'card declined' }] },
        contexts: { trace: { trace_id, span_id: 'b7ad6b7169203331' } },
        tags: { moment: String(moment) },
      });
  }
  const { items } = await eventually(
    () => program.get<IssueList>('/api/v1/issues?query=&period=14d'),
    (list) => (list.items[0]?.events ?? 0) >= MOMENTS,
  );
  return items[0]!.id;
}
