/** What people do with sentry-cli beside builds and monitors: ask who they are, send an event, look at issues and logs. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { installSentryCli, run } from './support/clients.ts';
import { linesStored, pushLines } from './support/logs.ts';
import { issueTitled } from './support/look.ts';
import { eventually, type Program, startProgram, TOKEN } from './support/program.ts';

let program: Program;
let cli: string;
let work: string;
beforeAll(async () => {
  cli = await installSentryCli('3.8.0');
  program = await startProgram();
  work = await mkdtemp(join(tmpdir(), 'tandem-sentry-cli-'));
});
afterAll(async () => {
  await program?.discard();
  if (work) await rm(work, { recursive: true });
});

const environment = () => ({
  SENTRY_URL: program.url,
  SENTRY_AUTH_TOKEN: TOKEN,
  SENTRY_ORG: 'default',
  SENTRY_PROJECT: 'default',
  SENTRY_DSN: program.dsn,
});
const sentryCli = (...args: string[]) => run(cli, args, { environment: environment() });

test('info says where it is and what it may do', async () => {
  const { code, output } = await sentryCli('info');
  expect(code, output).toBe(0);
  expect(output).toContain(`Sentry Server: ${program.url}`);
  expect(output).toContain('event:read');
});

test('an event of the command line is an issue, and stands in the list', async () => {
  const sent = await sentryCli(
    ...['send-event', '--message', 'The backup of %s failed', '--message-arg', 'db-1'],
    ...['--release', 'ops@7', '--env', 'staging', '--tag', 'team:ops', '--no-environ'],
  );
  expect(sent, sent.output).toMatchObject({ code: 0 });
  const { shortId } = await issueTitled(program, 'The backup of db-1 failed');
  const listed = await eventually(
    () => sentryCli('issues', 'list', '--query', 'release:ops@7 team:ops'),
    ({ output }) => output.includes(shortId),
  );
  expect(listed, listed.output).toMatchObject({ code: 0 });
  expect(listed.output).toContain('The backup of db-1 failed');
});

test('an envelope of a file is taken as it is', async () => {
  const id = 'c0ffee'.padEnd(32, '0');
  const event = JSON.stringify({ event_id: id, platform: 'node', message: 'From a file' });
  const envelope = `${JSON.stringify({ event_id: id })}\n${JSON.stringify({ type: 'event' })}\n${event}\n`;
  const path = join(work, 'one.envelope');
  await writeFile(path, envelope);
  const sent = await sentryCli('send-envelope', path);
  expect(sent, sent.output).toMatchObject({ code: 0 });
  await issueTitled(program, 'From a file');
});

test('logs list shows lines as they are searched for, and follows them live', async () => {
  const push = (level: string, text: string) =>
    pushLines(program, { service_name: 'shop', level }, [{ at: Date.now(), text }]);
  await push('info', 'cart 7 paid');
  await push('error', 'gateway answered 503');
  await linesStored(program, 2);
  const all = await sentryCli('logs', 'list');
  expect(all, all.output).toMatchObject({ code: 0 });
  expect(all.output).toMatch(/error\s+\| gateway answered 503/);
  expect(all.output).toContain('cart 7 paid');
  const errors = await sentryCli('logs', 'list', '--query', 'severity:error', '--max-rows', '5');
  expect(errors.output).toContain('gateway answered 503');
  expect(errors.output).not.toContain('cart 7 paid');
  const refused = await sentryCli('logs', 'list', '--query', 'severity:loud');
  expect(refused.code).not.toBe(0);
  expect(refused.output).toContain('expected a level');

  const live = spawn(cli, ['logs', 'list', '--live'], { env: { ...process.env, ...environment() } });
  try {
    let seen = '';
    const shows = (text: string) =>
      new Promise<void>((resolve) => {
        live.stdout.on('data', (chunk) => {
          seen += chunk;
          if (seen.includes(text)) resolve();
        });
      });
    await shows('gateway answered 503');
    const next = shows('order 8 shipped');
    await push('info', 'order 8 shipped');
    await next;
  } finally {
    live.kill();
  }
});
