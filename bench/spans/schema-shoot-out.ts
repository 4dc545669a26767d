/**
 * Which schema for spans? Fills candidate tables with the same traces, a million spans written by `process` and copies
 * of them made by the engine, and prints what each costs on disk and how long typical questions take. The outcome is in
 * docs/decisions.md.
 *
 *   node bench/spans/schema-shoot-out.ts [copies of the million] [name of a variant ...]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { percentile } from '#bench/measure.ts';
import { createLog } from '#server/platform/log.ts';
import { spanLines } from '#server/process/spans/span-rows.ts';
import { encodeSpanBatch, type Span, type SpanGroup } from '#server/record/span.ts';
import { connect } from '#server/store/telemetry/connection.ts';
import { openEmbeddedEngine } from '#server/store/telemetry/engine/embedded.ts';
import { prepareTelemetry } from '#server/store/telemetry/prepare.ts';
import { singleMachine, spanTables } from '#server/store/telemetry/tables.ts';
import { createTelemetryStore } from '#server/store/telemetry/telemetry-store.ts';

const SPANS = 1_000_000;
const COPIES = Number(process.argv[2] ?? 1);
const SPANS_OF_TRACE = 10;
/** As densely as ten million in a day. */
const TRACE_EVERY_MS = 86.4;
const BATCH = 25_000;
const REPEATS = 15;

interface Variant {
  name: string;
  order: string;
  bloom: boolean;
}
const VARIANTS: Variant[] = [
  { name: 'hour, trace', order: '(project_id, toStartOfHour(timestamp), trace_id, timestamp)', bloom: false },
  {
    name: 'hour, trace + bloom',
    order: '(project_id, toStartOfHour(timestamp), trace_id, timestamp)',
    bloom: true,
  },
  { name: 'time + bloom', order: '(project_id, timestamp)', bloom: true },
  {
    name: '5 min, service, name + bloom',
    order: '(project_id, toStartOfFiveMinutes(timestamp), service, name, timestamp)',
    bloom: true,
  },
  { name: 'trace', order: '(project_id, trace_id, timestamp)', bloom: false },
];

const SERVICES = ['gateway', 'checkout', 'payment', 'stock', 'users', 'mail'];
const WORK = ['GET /orders/:id', 'SELECT orders', 'POST /charge', 'redis GET', 'render', 'kafka publish'];

/** Reproducible: the same traces for every variant. */
let seed = 7;
const random = (below: number) => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((seed / 2 ** 32) * below);
};
const hex = (digits: number) =>
  Array.from({ length: digits / 8 }, () =>
    random(2 ** 32)
      .toString(16)
      .padStart(8, '0'),
  ).join('');

const from = Math.floor(Date.now() / 1000) * 1000 - 3 * 86_400_000;
const traces: string[] = [];
const batches: Buffer[] = [];
let bytes = 0;
while (batches.length * BATCH < SPANS) {
  const groups = SERVICES.map(
    (service): SpanGroup => ({
      resource: { 'service.name': service, 'host.name': `${service}-1`, 'service.version': '1.4.0' },
      scope: '@opentelemetry/instrumentation-http',
      spans: [],
    }),
  );
  for (let n = 0; n < BATCH / SPANS_OF_TRACE; n += 1) {
    const traceId = hex(32);
    const start = from + Math.floor(traces.length * TRACE_EVERY_MS);
    traces.push(traceId);
    let parent = '';
    for (let at = 0; at < SPANS_OF_TRACE; at += 1) {
      const spanId = hex(16);
      const begin = BigInt(start + at) * 1_000_000n + BigInt(random(1_000_000));
      groups[(at + n) % SERVICES.length]!.spans.push(spanOf(traceId, spanId, parent, begin));
      if (at < 3) parent = spanId;
    }
  }
  const { lines } = spanLines(encodeSpanBatch({ groups }), { project: 1, receivedAt: from, source: 'otlp' });
  batches.push(Buffer.from(lines));
  bytes += batches.at(-1)!.length;
}
console.log(`${SPANS} spans of ${(bytes / SPANS).toFixed(0)} bytes as rows, ${COPIES} times\n`);

function spanOf(traceId: string, spanId: string, parentSpanId: string, begin: bigint): Span {
  const name = WORK[random(WORK.length)]!;
  return {
    traceId,
    spanId,
    ...(parentSpanId && { parentSpanId }),
    name,
    kind: 'server',
    start: String(begin),
    end: String(begin + BigInt(random(50_000_000))),
    isSegment: parentSpanId === '',
    attributes: {
      'http.request.method': 'GET',
      'http.response.status_code': random(20) === 0 ? 500 : 200,
      'url.path': `/orders/${random(100_000)}`,
      'user.id': String(random(10_000)),
      'network.peer.address': `10.0.0.${random(256)}`,
    },
  };
}

const directory = await mkdtemp(join(tmpdir(), 'tandem-spans-'));
const engine = await openEmbeddedEngine({
  directory,
  memoryBytesMax: 2_000_000_000,
  log: createLog('silent'),
});
await prepareTelemetry(engine.address);
const client = connect(engine.address);
const store = createTelemetryStore(engine.address);
const wanted = process.argv.slice(3);
for (const variant of VARIANTS.filter(({ name }) => wanted.length === 0 || wanted.includes(name)))
  await measure(variant);
await store.close();
await client.close();
await engine.stop();
await rm(directory, { recursive: true, force: true });

async function measure({ name, order, bloom }: Variant): Promise<void> {
  const command = (query: string) => client.command({ query });
  await command('DROP TABLE IF EXISTS spans SYNC');
  let [create] = spanTables(singleMachine);
  create = create!.replace(/ORDER BY .*/, `ORDER BY ${order}`);
  if (!bloom) create = create.replace(/,\s*INDEX by_trace_id.*/, '');
  await command(create);
  const started = performance.now();
  for (const [n, batch] of batches.entries()) await store.insert('spans', batch, `${name} ${n}`);
  const seconds = (performance.now() - started) / 1000;
  for (let copy = 1; copy < COPIES; copy += 1)
    await command(`INSERT INTO spans SELECT * REPLACE (lower(hex(MD5(concat(trace_id, '${copy}')))) AS trace_id,
      timestamp + INTERVAL ${copy * 144} MINUTE AS timestamp) FROM (SELECT * FROM spans WHERE timestamp < fromUnixTimestamp64Milli(${from + 144 * 60_000}))`);
  await command('OPTIMIZE TABLE spans FINAL');
  const [disk] = (await store.diskUsage()).filter(({ table }) => table === 'spans');
  const times: string[] = [];
  const ask = async (what: string, sql: string, params: () => Record<string, unknown>) => {
    const took: number[] = [];
    for (let n = 0; n < REPEATS; n += 1) {
      const at = performance.now();
      await store.select([1], sql, { params: params() });
      took.push(performance.now() - at);
    }
    times.push(`${what} ${percentile(took, 0.5).toFixed(1)} (worst ${Math.max(...took).toFixed(0)})`);
  };
  const mine = 'SELECT * FROM spans WHERE project_id IN {projects:Array(UInt32)} AND';
  await ask('trace by id', `${mine} trace_id = {trace:String} ORDER BY timestamp`, () => ({
    trace: traces[random(traces.length)],
  }));
  await ask('no such trace', `${mine} trace_id = {trace:String} ORDER BY timestamp`, () => ({
    trace: hex(32),
  }));
  const hour = () => ({ since: from + random(60) * 60_000 });
  const within = `timestamp >= fromUnixTimestamp64Milli({since:Int64}) AND timestamp < fromUnixTimestamp64Milli({since:Int64}) + INTERVAL 1 HOUR`;
  await ask(
    'slowest 100 of a service in an hour',
    `${mine} service = 'payment' AND ${within} ORDER BY duration_ns DESC LIMIT 100`,
    hour,
  );
  await ask('last 100 of an hour', `${mine} ${within} ORDER BY timestamp DESC LIMIT 100`, hour);
  console.log(
    `${name}: ${disk!.rows} rows, ${(disk!.bytes / disk!.rows).toFixed(1)} bytes a span = ${((100 * disk!.bytes) / disk!.rows / (bytes / SPANS)).toFixed(1)} % of its row, insert ${(SPANS / seconds / 1000).toFixed(0)}k/s\n  ms: ${times.join(', ')}`,
  );
}
