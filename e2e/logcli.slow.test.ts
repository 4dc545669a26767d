/** Loki's own client, built from Loki's sources, reads what pino-loki sent. The build takes minutes, once. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildLogcli, PROGRAMS, run } from './support/clients.ts';
import { linesStored, pushLines } from './support/logs.ts';
import { eventually, KEY, type Program, startProgram, TOKEN } from './support/program.ts';

let program: Program;
let logcli: string;
const environment = () => ({ LOKI_ADDR: program.url, LOKI_USERNAME: 'any', LOKI_PASSWORD: TOKEN });

beforeAll(async () => {
  logcli = await buildLogcli();
  program = await startProgram();
  await run(process.execPath, [join(PROGRAMS, 'pino-loki.mjs'), program.url, KEY]);
  await linesStored(program, 3);
}, 1_000_000);
afterAll(() => program.discard());

async function ask(...args: string[]): Promise<string> {
  const { code, output } = await run(logcli, ['--quiet', ...args], { environment: environment() });
  if (code !== 0) throw new Error(`logcli ${args.join(' ')}: ${output}`);
  return output;
}
const SHOP = '{app="shop-pino"}';

test('labels, values and series', async () => {
  expect((await ask('labels')).trim().split('\n')).toEqual(['app', 'hostname', 'level', 'service_name']);
  expect((await ask('labels', 'level')).trim().split('\n')).toEqual(['error', 'info', 'warning']);
  expect((await ask('series', SHOP)).trim().split('\n')).toHaveLength(3);
});

test('lines, through a pipeline, in either direction', async () => {
  expect(await ask('query', SHOP)).toContain('order 17 placed');
  const [only, ...more] = (await ask('query', '--output=raw', `${SHOP} | json | err_message="card declined"`))
    .trim()
    .split('\n');
  expect(JSON.parse(only!).msg).toBe('card declined');
  expect(more).toEqual([]);
  const forward = await ask('query', '--forward', '--output=jsonl', SHOP);
  expect(
    forward
      .trim()
      .split('\n')
      .map((line) => JSON.parse(JSON.parse(line).line).msg),
  ).toEqual(['order 17 placed', 'card declined', 'stock is low']);
});

test('numbers, over a range and at a moment', async () => {
  const instant = JSON.parse(await ask('instant-query', `sum(count_over_time(${SHOP}[1h]))`));
  expect(instant[0].value[1]).toBe('3');
  const range = JSON.parse(await ask('query', '--step=30s', '--since=5m', `count_over_time(${SHOP}[5m])`));
  expect(range).toHaveLength(3);
});

test('statistics, volumes and fields', async () => {
  expect(await ask('stats', SHOP)).toMatch(/streams: 3\s+entries: 3/);
  expect(JSON.parse(await ask('volume', SHOP))[0].metric).toEqual({ app: 'shop-pino' });
  expect(JSON.parse(await ask('volume_range', '--step=1m', SHOP))[0].values.length).toBeGreaterThan(0);
  expect(await ask('detected-fields', SHOP)).toMatch(/label: err_message\s+type: string/);
});

test('a query that is wrong is told in our words', async () => {
  await expect(ask('query', '{app=')).rejects.toThrow('parse error at line 1, col 6');
});

test('a tail goes on', async () => {
  const tail = spawn(logcli, ['--quiet', 'query', '--tail', '--no-labels', '{app="live"}'], {
    env: { ...process.env, ...environment() },
  });
  let output = '';
  tail.stdout.on('data', (chunk) => (output += chunk));
  await pushLines(program, { app: 'live' }, [{ at: Date.now(), text: 'the first' }]);
  await eventually(
    async () => output,
    (text) => text.includes('the first'),
  );
  await pushLines(program, { app: 'live' }, [{ at: Date.now(), text: 'the second' }]);
  await eventually(
    async () => output,
    (text) => text.includes('the second'),
  );
  tail.kill();
  expect(output.match(/the first/g)).toHaveLength(1);
});
