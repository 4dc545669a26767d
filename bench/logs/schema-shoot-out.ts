/**
 * Which schema for logs? Fills candidate tables with the same varied records, lets them merge, and prints what each
 * costs on disk and to fill, and how long typical questions take. The outcome is in docs/decisions.md.
 *
 *   node bench/logs/schema-shoot-out.ts [rows] [name of a variant ...]
 */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { percentile } from '#bench/measure.ts';
import { createLog } from '#server/platform/log.ts';
import { connect } from '#server/store/telemetry/connection.ts';
import { openEmbeddedEngine } from '#server/store/telemetry/engine/embedded.ts';
import { prepareTelemetry } from '#server/store/telemetry/prepare.ts';
import { variedLogs } from './varied-logs.ts';

const ROWS = Number(process.argv[2] ?? 1_000_000);
const BATCH = 25_000;
/** A thousand records a second. */
const EVERY_NS = 1_000_000;
const REPEATS = 9;

interface Variant {
  name: string;
  order: string;
  body?: string;
  time?: string;
  indexes?: string[];
  attributes?: string;
  ids?: string;
  settings?: string;
}

const NGRAM = 'INDEX by_body lower(body) TYPE ngrambf_v1(4, 65536, 2, 0) GRANULARITY 1';
const BLOOMS = [
  'INDEX by_trace_id trace_id TYPE bloom_filter(0.01) GRANULARITY 1',
  'INDEX by_attribute mapValues(attributes) TYPE bloom_filter(0.01) GRANULARITY 1',
  'INDEX by_service service TYPE set(64) GRANULARITY 1',
];

const VARIANTS: Variant[] = [
  { name: 'time', order: '(project_id, timestamp)' },
  { name: 'hour-service', order: '(project_id, toStartOfHour(timestamp), service, timestamp)' },
  { name: '5min-service', order: '(project_id, toStartOfFiveMinutes(timestamp), service, timestamp)' },
  {
    name: '5min-service-pattern',
    order: '(project_id, toStartOfFiveMinutes(timestamp), service, pattern_id, timestamp)',
  },
  {
    name: 'min-service-pattern',
    order: '(project_id, toStartOfMinute(timestamp), service, pattern_id, timestamp)',
  },
  {
    name: 'hour-service-pattern',
    order: '(project_id, toStartOfHour(timestamp), service, pattern_id, timestamp)',
  },
  {
    name: '5min-pattern zstd3',
    order: '(project_id, toStartOfFiveMinutes(timestamp), service, pattern_id, timestamp)',
    body: 'ZSTD(3)',
  },
  {
    name: '5min-pattern indexed',
    order: '(project_id, toStartOfFiveMinutes(timestamp), service, pattern_id, timestamp)',
    indexes: [NGRAM, ...BLOOMS],
  },
  { name: 'time indexed', order: '(project_id, timestamp)', indexes: [NGRAM, ...BLOOMS] },
  {
    name: '5min-pattern binary ids',
    order: '(project_id, toStartOfFiveMinutes(timestamp), service, pattern_id, timestamp)',
    ids: 'FixedString(16)',
  },
  {
    name: '5min-pattern big blocks',
    order: '(project_id, toStartOfFiveMinutes(timestamp), service, pattern_id, timestamp)',
    settings: 'min_compress_block_size = 1048576, max_compress_block_size = 1048576',
  },
];

const QUESTIONS: Record<string, string> = {
  'last 100': 'SELECT * FROM logs WHERE project_id = 1 ORDER BY timestamp DESC LIMIT 100',
  'last 100 of checkout':
    "SELECT * FROM logs WHERE project_id = 1 AND service = 'checkout' ORDER BY timestamp DESC LIMIT 100",
  'last 100 of cron':
    "SELECT * FROM logs WHERE project_id = 1 AND service = 'cron' ORDER BY timestamp DESC LIMIT 100",
  needle:
    "SELECT * FROM logs WHERE project_id = 1 AND lower(body) LIKE '%order 123456 %' ORDER BY timestamp DESC LIMIT 100",
  'trace id':
    'SELECT * FROM logs WHERE project_id = 1 AND trace_id = {trace:String} ORDER BY timestamp LIMIT 1000',
  histogram:
    'SELECT toStartOfMinute(timestamp) AS t, severity_number, count() FROM logs WHERE project_id = 1 GROUP BY 1, 2 ORDER BY 1',
  'top attribute':
    "SELECT attributes['http.status_code'] AS s, count() FROM logs WHERE project_id = 1 AND service = 'nginx' GROUP BY 1 ORDER BY 2 DESC LIMIT 10",
};

const directory = await mkdtemp(join(tmpdir(), 'tandem-shoot-out-'));
const engine = await openEmbeddedEngine({
  directory,
  memoryBytesMax: 2_000_000_000,
  log: createLog('silent'),
});
await prepareTelemetry(engine.address);
const client = connect(engine.address);

const from = Math.floor(Date.now() / 1000) * 1000 - (ROWS * EVERY_NS) / 1e6;
const batches: Buffer[] = [];
let trace = '';
{
  const patterns = new Map<string, number>();
  const lines: string[] = [];
  let made = 0;
  for (const log of variedLogs(7, from, EVERY_NS)) {
    // Close to what template mining finds: all digits and hex words are one.
    const pattern = log.service + log.body.replace(/[0-9a-f]*\d[0-9a-f]*/g, '').slice(0, 60);
    if (!patterns.has(pattern)) patterns.set(pattern, patterns.size);
    if (made === Math.floor(ROWS / 3)) trace = log.traceId || trace;
    if (log.traceId) trace ||= log.traceId;
    const { timestamp, ...rest } = log;
    const attributes = Object.fromEntries(
      Object.entries(log.attributes).map(([key, value]) => [key, String(value)]),
    );
    lines.push(
      `{"timestamp":${timestamp},${JSON.stringify({
        project_id: 1,
        severity_number: rest.severityNumber,
        severity_text: rest.severityText,
        service: rest.service,
        host: rest.host,
        body: rest.body,
        trace_id: rest.traceId,
        span_id: rest.spanId,
        pattern_id: patterns.get(pattern),
        attributes,
      }).slice(1)}\n`,
    );
    if (++made % BATCH === 0) batches.push(Buffer.from(lines.splice(0).join('')));
    if (made === ROWS) break;
  }
  console.log(
    `${ROWS} records, ${patterns.size} patterns, ${(batches.reduce((sum, one) => sum + one.length, 0) / ROWS).toFixed(0)} bytes each as rows\n`,
  );
}
const rawBytes = batches.reduce((sum, one) => sum + one.length, 0);

const wanted = process.argv.slice(3);
for (const variant of VARIANTS.filter(({ name }) => wanted.length === 0 || wanted.includes(name)))
  await measure(variant);
await client.close();
await engine.stop();
await rm(directory, { recursive: true, force: true });

async function measure(variant: Variant): Promise<void> {
  const command = (query: string) => client.command({ query });
  await command('DROP TABLE IF EXISTS logs SYNC');
  await command(`CREATE TABLE logs (
    project_id UInt32,
    timestamp DateTime64(9, 'UTC') CODEC(${variant.time ?? 'Delta(8), ZSTD(1)'}),
    severity_number UInt8,
    severity_text LowCardinality(String),
    service LowCardinality(String),
    host LowCardinality(String),
    body String CODEC(${variant.body ?? 'ZSTD(1)'}),
    trace_id ${variant.ids ? 'FixedString(32)' : 'String'} CODEC(ZSTD(1)),
    span_id String CODEC(ZSTD(1)),
    pattern_id UInt64 CODEC(ZSTD(1)),
    attributes Map(LowCardinality(String), String) CODEC(ZSTD(1))
    ${(variant.indexes ?? []).map((index) => `, ${index}`).join('')}
  ) ENGINE = MergeTree PARTITION BY toDate(timestamp) ORDER BY ${variant.order}
  SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1${variant.settings ? `, ${variant.settings}` : ''}`);
  const cpuBefore = cpuSeconds();
  const started = performance.now();
  for (const batch of batches) {
    const { stream } = await client.exec({
      query: 'INSERT INTO logs FORMAT JSONEachRow',
      values: Readable.from([batch], { objectMode: false }),
      clickhouse_settings: {
        max_insert_block_size: '100000000',
        min_insert_block_size_rows: '100000000',
        min_insert_block_size_bytes: '100000000000',
        max_threads: 1,
      },
    });
    stream.resume();
    await new Promise((resolve) => stream.once('close', resolve));
  }
  const seconds = (performance.now() - started) / 1000;
  await command('OPTIMIZE TABLE logs FINAL');
  const cpu = cpuSeconds() - cpuBefore;
  const [size] = await (
    await client.query({
      query: `SELECT sum(bytes_on_disk) AS bytes, sum(data_compressed_bytes) AS data, sum(secondary_indices_compressed_bytes) AS indexes FROM system.parts WHERE active AND table = 'logs'`,
      format: 'JSONEachRow',
    })
  ).json<{ bytes: number; data: number; indexes: number }>();
  const columns = await (
    await client.query({
      query: `SELECT name, data_compressed_bytes AS bytes FROM system.columns WHERE table = 'logs' AND database = currentDatabase() ORDER BY bytes DESC LIMIT 6`,
      format: 'JSONEachRow',
    })
  ).json<{ name: string; bytes: number }>();
  const times: string[] = [];
  for (const [name, query] of Object.entries(QUESTIONS)) {
    const took: number[] = [];
    for (let n = 0; n < REPEATS; n += 1) {
      const at = performance.now();
      await (
        await client.query({
          query,
          format: 'JSONEachRow',
          query_params: { trace },
          clickhouse_settings: { use_query_condition_cache: 0, max_threads: 2 } as never,
        })
      ).text();
      took.push(performance.now() - at);
    }
    times.push(`${name} ${percentile(took, 0.5).toFixed(1)}`);
  }
  console.log(
    `${variant.name}: disk ${(Number(size!.bytes) / 1e6).toFixed(1)} MB = ${((100 * Number(size!.bytes)) / rawBytes).toFixed(1)} % of rows (indexes ${(Number(size!.indexes) / 1e6).toFixed(1)}), insert ${(ROWS / seconds / 1000).toFixed(0)}k/s, engine CPU ${((cpu * 1e6) / ROWS).toFixed(1)} µs/row with merges\n  ${columns.map(({ name, bytes }) => `${name} ${(Number(bytes) / 1e6).toFixed(1)}`).join(', ')}\n  ms: ${times.join(', ')}`,
  );
}

/** User and system time of the engine's process. */
function cpuSeconds(): number {
  const stat = readFileSync(`/proc/${engine.pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
