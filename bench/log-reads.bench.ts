/**
 * The screens and Grafana on many log records: varied ones of a day, as the program stores them. A million of them
 * are made; the rest are these again, earlier and of other traces and users, by SQL in the engine.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IssueList } from '#contract/issues.ts';
import type { LogList } from '#contract/logs.ts';
import { eventually, type Program, startProgram } from '#e2e/support/program.ts';
import { createLog } from '#server/platform/log.ts';
import { LOG_COLUMNS } from '#server/process/logs/log-rows.ts';
import { connect } from '#server/store/telemetry/connection.ts';
import { openEmbeddedEngine } from '#server/store/telemetry/engine/embedded.ts';
import { createTelemetryStore } from '#server/store/telemetry/telemetry-store.ts';
import { nativeRows } from '#server/store/telemetry/test-native.ts';
import { LINES_OF_REQUEST, lokiJson, makeBodies } from './logs/protocols.ts';
import { rowsOfPush } from './logs/rows.ts';
import { figure, percentile, settle, timeCalls } from './measure.ts';

const CALLS = 40;
const MADE = 1_000_000;
const BODIES_OF_INSERT = 50;
const DAY_MS = 86_400_000;

export async function benchLogReads(records: number): Promise<void> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'tandem-bench-'));
  try {
    await (await startProgram({ dataDirectory })).stop();
    await fillLogs(dataDirectory, records);
    const started = performance.now();
    const program = await startProgram({ dataDirectory });
    while (!(await fetch(`${program.url}/health/ready`)).ok) await settle(10);
    figure(`start to ready with ${records} log records`, (performance.now() - started) / 1000, 's', {
      limit: 8,
      kind: 'at most',
    });
    await timeLogReads(program, `${records / 1e6} M lines`);
    await timeStories(program, `${records / 1e6} M lines`);
    await program.stop();
  } finally {
    await rm(dataDirectory, { recursive: true, force: true });
  }
}

export async function fillLogs(dataDirectory: string, records: number): Promise<void> {
  const engine = await openEmbeddedEngine({
    directory: join(dataDirectory, 'telemetry'),
    memoryBytesMax: 4_000_000_000,
    log: createLog('fatal'),
  });
  const store = createTelemetryStore(engine.address);
  const client = connect(engine.address);
  const command = (query: string, query_params = {}) =>
    client.command({ query, query_params, clickhouse_settings: { max_memory_usage: '3000000000' } });
  for (let n = 0; n < MADE / LINES_OF_REQUEST / BODIES_OF_INSERT; n += 1) {
    const parts = makeBodies(lokiJson, 500 + n, BODIES_OF_INSERT).map(rowsOfPush);
    await store.insert('logs', nativeRows(LOG_COLUMNS, parts), `fill-${n}`, 'Native');
  }
  await command('RENAME TABLE logs TO made');
  await command('CREATE TABLE logs AS made');
  const copies = Math.max(1, Math.round(records / MADE));
  const now = Date.now();
  for (let copy = copies - 1; copy >= 0; copy -= 1)
    await command(COPY, { copy, now, part: Math.floor(DAY_MS / copies) });
  await command('DROP TABLE made');
  await store.close();
  await client.close();
  await engine.stop();
}

/** Each copy has a part of the day of its own, with all its records in their order, and traces and users of its own. */
const COPY = `
INSERT INTO logs
WITH (SELECT (min(toUnixTimestamp64Nano(timestamp)), max(toUnixTimestamp64Nano(timestamp)) + 1) FROM made) AS made_in,
  {now:Int64} - ({copy:Int64} + 1) * {part:Int64} AS begin,
  toInt64((toUnixTimestamp64Nano(timestamp) - made_in.1) / (made_in.2 - made_in.1) * {part:Int64} * 1000000) AS into,
  fromUnixTimestamp64Nano(begin * 1000000 + into, 'UTC') AS at
SELECT * REPLACE (
  at AS timestamp,
  toDateTime64(at, 3, 'UTC') AS received_at,
  if(trace_id = '', '', lower(hex(MD5(concat(trace_id, toString({copy:Int64})))))) AS trace_id,
  if(user_id = '', '', concat(user_id, '-', toString({copy:Int64}))) AS user_id)
FROM made`;

async function timeLogReads(program: Program, of: string): Promise<void> {
  const to = Date.now();
  const day = `from=${to - DAY_MS}&to=${to}`;
  const report = async (name: string, limit: number | undefined, path: (n: number) => string) => {
    const [first] = await timeCalls(1, () => program.get<unknown>(path(-1)).then(() => undefined));
    const took = await timeCalls(CALLS, (n) => program.get<unknown>(path(n)).then(() => undefined));
    figure(`${name} (${of}): first after the start`, first!, 'ms');
    figure(`${name} (${of}): p50`, percentile(took, 0.5), 'ms');
    const budget = limit === undefined ? undefined : ({ limit, kind: 'at most' } as const);
    figure(`${name} (${of}): p95`, percentile(took, 0.95), 'ms', budget);
  };
  const search = (query: string) => `/api/v1/logs?${day}&limit=100&query=${encodeURIComponent(query)}`;
  const times = `start=${to - DAY_MS}000000&end=${to}000000`;
  const logql = (query: string) =>
    `/loki/api/v1/query_range?${times}&limit=100&step=300&query=${encodeURIComponent(query)}`;
  const { items } = await program.get<LogList>(search('has:trace'));
  const traces = items.map(({ traceId }) => traceId);
  await report('last 100 lines of a service', 50, () => search('service:checkout'));
  await report('last 100 lines of everything', 50, () => search(''));
  await report('a needle that stands nowhere', 400, (n) => search(`needle${n}x7q`));
  await report('a needle in some lines', 400, (n) => search(`/var/exports/${(n + 50).toString(16)}`));
  await report('a trace by its id', 50, (n) => search(`trace:${traces[Math.abs(n) % traces.length]}`));
  await report('histogram by severity', 300, () => `/api/v1/logs/histogram?${day}`);
  await report('histogram of errors', 300, () => `/api/v1/logs/histogram?${day}&query=level:error`);
  await report('values of an attribute', undefined, () => `/api/v1/logs/facets?${day}&key=user.id`);
  const aggregate = (what: string) => `/api/v1/logs/aggregate?${day}&${what}`;
  await report('counts by service', undefined, () => aggregate('by=service'));
  await report('counts by service over time', undefined, () => aggregate('by=service&steps=yes'));
  await report('a quantile by service', undefined, () =>
    aggregate('measure=p95&field=duration_ms&by=service'),
  );
  await report('different users by service', undefined, () =>
    aggregate('measure=distinct&field=user.id&by=service'),
  );
  await report('the largest groups of an attribute', undefined, () => aggregate('by=http.route'));
  await report('patterns', undefined, () => `/api/v1/logs/patterns?${day}`);
  await report(
    'two halves of the day compared',
    undefined,
    () => `/api/v1/logs/comparison?from=${to - DAY_MS / 2}&to=${to}&against=previous`,
  );
  await report('LogQL, a selector', undefined, () => logql('{service_name="checkout"}'));
  await report('LogQL, a needle', undefined, () => logql('{service_name=~".+"} |= "out of disk space"'));
  await report('LogQL, counts by service', undefined, () =>
    logql('sum by (service_name) (count_over_time({service_name=~".+"}[5m]))'),
  );
  // What Grafana draws above the lines of a selector.
  await report('LogQL, counts by level', undefined, () =>
    logql('sum by (level, detected_level) (count_over_time({service_name="checkout"}[5m]))'),
  );
  await report('names of labels', undefined, () => `/loki/api/v1/labels?${times}`);
  await report('streams', undefined, () => `/loki/api/v1/series?${times}&match[]={service_name=~".%2B"}`);
}

const OCCURRENCES = 60;

/**
 * One issue with an occurrence in each part of the day: half of them name the trace and the user of a line that is there,
 * as a program does that logs and reports; the others the user alone, or only their service.
 */
async function timeStories(program: Program, of: string): Promise<void> {
  const now = Date.now();
  const ids: string[] = [];
  for (let n = 0; n < OCCURRENCES; n += 1) {
    const to = now - Math.floor((n * DAY_MS * 0.9) / OCCURRENCES);
    const query = new URLSearchParams({
      ...{ from: String(to - 600_000), to: String(to), limit: '1' },
      query: n % 2 === 0 ? 'has:trace has:user' : 'has:user',
    });
    const line = (await program.get<LogList>(`/api/v1/logs?${query}`)).items[0];
    if (!line) continue;
    const id = n.toString(16).padStart(32, '5');
    const traced = n % 2 === 0 && line.traceId !== '';
    await program.sendEvent({
      event_id: id,
      timestamp: Number(line.timestamp) / 1e9 + 0.02,
      platform: 'node',
      exception: { values: [{ type: 'PaymentError', value: 'card declined' }] },
      ...(n % 4 === 3 ? { tags: { service: line.service } } : { user: { id: line.userId } }),
      ...(traced && { contexts: { trace: { trace_id: line.traceId, span_id: '00f067aa0ba902b7' } } }),
    });
    ids.push(id);
  }
  const issue = await eventually(
    () => program.get<IssueList>('/api/v1/issues?query=PaymentError&limit=1'),
    ({ items }) => items[0]?.events === ids.length,
  );
  const path = (n: number) =>
    `/api/v1/issues/${issue.items[0]!.id}/events/${ids[Math.abs(n) % ids.length]}/story`;
  const took = await timeCalls(OCCURRENCES, (n) => program.get<unknown>(path(n)).then(() => undefined));
  figure(`the story of an occurrence (${of}): p50`, percentile(took, 0.5), 'ms');
  figure(`the story of an occurrence (${of}): p95`, percentile(took, 0.95), 'ms', {
    limit: 300,
    kind: 'at most',
  });
}
