/**
 * Log records over each protocol, a thousand lines a request: answered durable, and drained until they are
 * indexed and queryable. The engine's own limit is measured in the same run: the same finished rows, fed to it alone.
 */
import { spawn } from 'node:child_process';
import type { Usage } from '#contract/usage.ts';
import { eventually, KEY, type Program, startProgram } from '#e2e/support/program.ts';
import { startSender } from '#e2e/support/senders.ts';
import { LOG_COLUMNS } from '#server/process/logs/log-rows.ts';
import { jsonLines } from '#server/process/spool.ts';
import { startTestTelemetry } from '#server/store/telemetry/start-test-telemetry.ts';
import type { RowFormat } from '#server/store/telemetry/telemetry.ts';
import { nativeRows, readNative } from '#server/store/telemetry/test-native.ts';
import { LINES_OF_REQUEST, LOG_PROTOCOLS, type LogProtocol, lokiJson, makeBodies } from './logs/protocols.ts';
import { rowsOfPush } from './logs/rows.ts';
import { cpuSeconds, figure, settle, watchMemory } from './measure.ts';

const CONNECTIONS = 4;
/** Pushes of one insert of the engine alone, and inserts at once: as process makes them, and the engine's lanes. */
const PUSHES_OF_BATCH = 25;
const BATCHES = 16;
const LANES = 2;

interface LoadResult {
  records: number;
  bytesPerPush: number;
  refused: number;
  answerMs: { p50: number; p95: number; p99: number };
}

export async function benchLogs(seconds: number): Promise<void> {
  const alone = await engineAlone();
  for (const protocol of LOG_PROTOCOLS) await benchProtocol(protocol, seconds, alone);
  await benchErrorsInFlood(seconds);
}

async function benchProtocol(protocol: LogProtocol, seconds: number, alone: number): Promise<void> {
  const isFirst = protocol === LOG_PROTOCOLS[0];
  const program = await startProgram();
  const pid = program.child.pid!;
  const warm = (await load(program, protocol, 4)).records;
  await drained(program, warm);
  const memory = watchMemory(pid);
  const before = cpuSeconds(pid);
  const started = performance.now();
  const result = await load(program, protocol, seconds);
  await drained(program, warm + result.records);
  const took = (performance.now() - started) / 1000;
  const rate = result.records / took;
  const of = `logs over ${protocol.name}`;
  figure(
    `${of}: drained and queryable`,
    rate,
    'records/s',
    isFirst ? { limit: 100_000, kind: 'at least' } : undefined,
  );
  figure(`${of}: part of the engine's own rate`, (100 * rate) / alone, '%', {
    limit: isFirst ? 60 : 50,
    kind: 'at least',
  });
  figure(`${of}: bodies`, (rate * result.bytesPerPush) / LINES_OF_REQUEST / 1e6, 'MB/s');
  figure(`${of}: answer p50 of 1,000 lines`, result.answerMs.p50, 'ms');
  figure(`${of}: answer p95 of 1,000 lines`, result.answerMs.p95, 'ms');
  figure(`${of}: refused`, result.refused, 'requests', { limit: 0, kind: 'at most' });
  figure(`${of}: largest memory, whole tree (RSS)`, memory() / 1e6, 'MB');
  const cpu = cpuSeconds(pid);
  const perRecord = (used: number) => (used / result.records) * 1e6;
  figure(`${of}: CPU per record, program`, perRecord(cpu.main - before.main), 'µs');
  figure(`${of}: CPU per record, engine`, perRecord(cpu.engine - before.engine), 'µs');
  await settle(2500);
  await program.discard();
}

/** Error events a second that come while logs come as fast as they are answered. */
const ERRORS_IN_FLOOD = 200;

async function benchErrorsInFlood(seconds: number): Promise<void> {
  const program = await startProgram();
  const errors = (during: number, seed: number) =>
    startSender({ url: program.url, rate: ERRORS_IN_FLOOD, seconds: during, connections: 32, seed });
  await errors(3, 1);
  const [result, logs] = await Promise.all([errors(seconds, 2), load(program, lokiJson, seconds)]);
  const of = `${ERRORS_IN_FLOOD} errors/s in a flood of logs`;
  figure(`${of}: answer p50`, result.answerMs.p50, 'ms');
  figure(`${of}: answer p95`, result.answerMs.p95, 'ms', { limit: 25, kind: 'at most' });
  figure(`${of}: errors refused`, result.refused + result.broken, 'requests', { limit: 0, kind: 'at most' });
  figure(`${of}: log records answered`, logs.records / seconds, 'records/s');
  await program.discard();
}

function load(program: Program, protocol: LogProtocol, seconds: number): Promise<LoadResult> {
  const child = spawn(
    process.execPath,
    ['bench/logs/load.ts', program.url, KEY, String(seconds), String(CONNECTIONS), protocol.name],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  return new Promise((resolve, reject) => {
    child.on('exit', (code) => {
      if (code === 0) resolve(JSON.parse(output));
      else reject(new Error(`the sender of logs ended with ${code}`));
    });
  });
}

async function drained(program: Program, records: number): Promise<void> {
  await eventually(
    () => program.get<Usage>('/api/v1/usage?period=24h'),
    (usage) =>
      usage.lines
        .filter((line) => line.kind === 'log' && line.outcome === 'stored')
        .reduce((sum, line) => sum + line.quantity, 0) >= records,
    600_000,
  );
}

/** Records per second, with the rows in the format that the program feeds it with. */
async function engineAlone(): Promise<number> {
  const telemetry = await startTestTelemetry();
  const rows = Array.from({ length: BATCHES }, (_, n) =>
    nativeRows(LOG_COLUMNS, makeBodies(lokiJson, 100 + n, PUSHES_OF_BATCH).map(rowsOfPush)),
  );
  const feed = async (table: readonly Buffer[], format: RowFormat) => {
    let next = 0;
    const lane = async () => {
      for (let n = next++; n < table.length; n = next++)
        await telemetry.store.insert('logs', table[n]!, `bench-${format}-${n}`, format);
    };
    const started = performance.now();
    await Promise.all(Array.from({ length: LANES }, lane));
    return (table.length * PUSHES_OF_BATCH * LINES_OF_REQUEST) / ((performance.now() - started) / 1000);
  };
  const rate = await feed(rows, 'Native');
  await settle(3000);
  const [logs] = (await telemetry.store.diskUsage()).filter(({ table }) => table === 'logs');
  const lines = rows.slice(0, 4).map((bytes) => jsonLines(readNative(bytes)));
  const jsonBytes = lines.reduce((sum, one) => sum + one.length, 0) * (BATCHES / lines.length);
  const rateOfLines = await feed(lines, 'JSONEachRow');
  figure("logs: engine's own limit, the same rows fed alone", rate, 'records/s');
  figure("logs: engine's own limit, the same rows fed alone as lines of JSON", rateOfLines, 'records/s');
  figure('logs: disk per byte of the rows as JSON lines', (100 * Number(logs?.bytes)) / jsonBytes, '%', {
    limit: 14,
    kind: 'at most',
  });
  await telemetry.stop();
  return rate;
}
