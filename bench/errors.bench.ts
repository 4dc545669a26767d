/**
 * Error events: 4 KB envelopes answered durable, and drained until they are grouped and queryable. First at the
 * budget's steady rate, for the time of an answer; then as fast as answers come, for the rate the program drains.
 * The engine's own limit is measured in the same run: the same finished rows, fed to it alone.
 */
import type { Usage } from '#contract/usage.ts';
import { eventually, type Program, startProgram } from '#e2e/support/program.ts';
import { startSender } from '#e2e/support/senders.ts';
import { prepareTelemetry } from '#server/store/telemetry/prepare.ts';
import { startTestTelemetry } from '#server/store/telemetry/start-test-telemetry.ts';
import { cpuSeconds, figure, settle, threadSeconds, watchMemory } from './measure.ts';
import { finishedRows } from './rows.ts';

const STEADY_RATE = 2000;
const CONNECTIONS = 16;

export async function benchErrors(seconds: number): Promise<void> {
  await steady(seconds, `errors at ${STEADY_RATE}/s`);
  await steady(seconds, `errors at ${STEADY_RATE}/s, all filters and 100 rules on`, everythingOn);
  await flatOut(seconds);
  await engineAlone();
}

async function steady(
  seconds: number,
  name: string,
  prepare: (program: Program) => Promise<void> = async () => {},
): Promise<void> {
  const program = await startProgram();
  await prepare(program);
  const before = await warmUp(program);
  const memory = watchMemory(program.child.pid!);
  const started = performance.now();
  const result = await startSender({
    url: program.url,
    rate: STEADY_RATE,
    seconds,
    connections: CONNECTIONS,
    seed: 1,
  });
  await drained(program, result.accepted + before);
  const took = (performance.now() - started) / 1000;
  figure(`${name}: drained rate`, result.accepted / took, 'events/s', {
    limit: STEADY_RATE * 0.95,
    kind: 'at least',
  });
  figure(`${name}: answer p50`, result.answerMs.p50, 'ms');
  figure(`${name}: answer p95`, result.answerMs.p95, 'ms', { limit: 25, kind: 'at most' });
  figure(`${name}: answer p99`, result.answerMs.p99, 'ms');
  figure(`${name}: largest memory, whole tree (RSS)`, memory() / 1e6, 'MB', { limit: 600, kind: 'at most' });
  figure(`${name}: refused or broken`, result.refused + result.broken, 'requests', {
    limit: 0,
    kind: 'at most',
  });
  await program.discard();
}

/** Filters and rules that fit no event of the bench: each is asked of every event, and every event is kept. */
async function everythingOn(program: Program): Promise<void> {
  const lines = (of: (n: number) => string) => Array.from({ length: 50 }, (_, n) => of(n));
  await must(
    program.request('PATCH', '/api/v1/projects/default/filters', {
      ...{ browserExtensions: true, localhost: true, webCrawlers: true, healthChecks: true },
      ...{ hydrationErrors: true, spikeProtection: true, issueEventsPerMinute: 1_000_000 },
      legacyBrowsers: { chrome: 90, firefox: 90, safari: 14, edge: 90 },
      messages: lines((n) => `*never seen ${n}*`),
      errorTypes: lines((n) => `Never${n}*`),
      releases: lines((n) => `other@${n}.*`),
      addresses: lines((n) => `203.0.113.${n}`),
      expected: ['not_found', 'browser_noise', 'cancelled'],
    }),
  );
  await must(
    program.request('PUT', '/api/v1/projects/default/grouping', {
      fingerprint: lines((n) => `error.type:Never${n} message:"*never ${n}*" -> never-${n}`).join('\n'),
      stackTrace: lines((n) => `stack.module:never${n}.* +app`).join('\n'),
    }),
  );
}

async function must(answer: Promise<Response>): Promise<void> {
  const response = await answer;
  if (!response.ok) throw new Error(`answered ${response.status}: ${await response.text()}`);
}

async function flatOut(seconds: number): Promise<void> {
  const program = await startProgram();
  const warm = await warmUp(program);
  const pid = program.child.pid!;
  const before = { cpu: cpuSeconds(pid), threads: threadSeconds(pid), stages: await stageSeconds(program) };
  const started = performance.now();
  const result = await startSender({ url: program.url, rate: 0, seconds, connections: CONNECTIONS, seed: 2 });
  await drained(program, result.accepted + warm);
  const took = (performance.now() - started) / 1000;
  figure('errors flat out: answered', result.ratePerSecond, 'events/s');
  figure('errors flat out: drained to grouped and queryable', result.accepted / took, 'events/s', {
    limit: 2000,
    kind: 'at least',
  });
  figure('errors flat out: answer p95', result.answerMs.p95, 'ms');

  const perEvent = (cpu: number) => (cpu / result.accepted) * 1e6;
  const cpu = cpuSeconds(pid);
  figure('CPU per event: program (door, journal, process)', perEvent(cpu.main - before.cpu.main), 'µs');
  figure('CPU per event: engine', perEvent(cpu.engine - before.cpu.engine), 'µs');
  const threads = [...threadSeconds(pid)]
    .map(([id, used]) => used - (before.threads.get(id) ?? 0))
    .sort((a, b) => b - a);
  figure('CPU per event: busiest thread of the program', perEvent(threads[0] ?? 0), 'µs');
  figure('CPU per event: second busiest thread', perEvent(threads[1] ?? 0), 'µs');
  await settle(2500);
  for (const [stage, used] of Object.entries(await stageSeconds(program)))
    figure(`time per event in process, stage ${stage}`, perEvent(used - (before.stages[stage] ?? 0)), 'µs');
  await program.discard();
}

/** Enough for the compilers of both threads to have seen the hot paths. */
const WARM_UP = 4000;

/** Gives the events it stored. */
async function warmUp(program: Program): Promise<number> {
  const { accepted } = await startSender({
    url: program.url,
    rate: WARM_UP / 4,
    seconds: 4,
    connections: 4,
    seed: 9,
  });
  await drained(program, accepted);
  return accepted;
}

async function drained(program: Program, events: number): Promise<void> {
  await eventually(
    () => program.get<Usage>('/api/v1/usage?period=24h'),
    (usage) =>
      usage.lines
        .filter((line) => line.kind === 'event' && line.outcome === 'stored')
        .reduce((sum, line) => sum + line.quantity, 0) >= events,
    300_000,
  );
}

async function stageSeconds(program: Program): Promise<Record<string, number>> {
  const page = await (await fetch(`${program.url}/metrics`)).text();
  const stages: Record<string, number> = {};
  for (const [, stage, value] of page.matchAll(/^tandem_process_(\w+)_seconds_total (\S+)/gm))
    stages[stage!] = Number(value);
  return stages;
}

/** One client, one insert after the other, batches as process makes them. */
async function engineAlone(): Promise<void> {
  const telemetry = await startTestTelemetry();
  await prepareTelemetry(telemetry.address);
  const batches = Array.from({ length: 20 }, (_, n) => finishedRows(n * 1000, 1000));
  const started = performance.now();
  for (const [n, rows] of batches.entries()) await telemetry.store.insert('events', rows, `bench-${n}`);
  figure(
    "engine's own limit, the same rows fed alone",
    20_000 / ((performance.now() - started) / 1000),
    'events/s',
  );
  await telemetry.stop();
}
