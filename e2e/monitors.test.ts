/** Cron monitors by every way in: the SDKs for Python and Node, sentry-cli around a command, and curl. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { IssueDetail } from '#contract/issues.ts';
import type { CheckInList, Monitor, MonitorDetail, MonitorList } from '#contract/monitors.ts';
import { installPython, installSentryCli, PROGRAMS, run } from './support/clients.ts';
import { eventTitled, issueTitled } from './support/look.ts';
import { eventually, KEY, type Program, startProgram, TOKEN } from './support/program.ts';

let program: Program;
let python: string;
let cli: string;
beforeAll(async () => {
  python = await installPython();
  cli = await installSentryCli('3.8.0');
  program = await startProgram();
});
afterAll(() => program?.discard());

const pythonJob = (story: string) =>
  run(python, [`${PROGRAMS}/jobs.py`, story], { environment: { SENTRY_DSN: program.dsn } });
const nodeJob = (story: string) =>
  run(process.execPath, [`${PROGRAMS}/jobs.mjs`, story], { environment: { SENTRY_DSN: program.dsn } });
const sentryCli = (...args: string[]) =>
  run(cli, args, {
    environment: {
      SENTRY_URL: program.url,
      SENTRY_AUTH_TOKEN: TOKEN,
      SENTRY_ORG: 'default',
      SENTRY_PROJECT: 'default',
      SENTRY_DSN: program.dsn,
    },
  });

/** The monitor of a name, once it is as told. */
async function monitorNamed(slug: string, satisfies: (monitor: Monitor) => boolean): Promise<Monitor> {
  const find = ({ items }: MonitorList) => items.find((one) => one.slug === slug);
  const list = await eventually(
    () => program.get<MonitorList>('/api/v1/monitors'),
    (found) => find(found) !== undefined && satisfies(find(found)!),
  );
  return find(list)!;
}
const checkInsOf = async ({ id }: Monitor) =>
  (await program.get<CheckInList>(`/api/v1/monitors/${id}/check-ins`)).items;

test('a job in Python says when it runs; when it fails there is an issue, which a good run resolves', async () => {
  await pythonJob('works');
  const monitor = await monitorNamed('nightly-backup', ({ state }) => state === 'ok');
  expect(monitor.config).toEqual({
    schedule: { type: 'crontab', value: '0 3 * * *', timezone: 'Europe/Vienna' },
    marginMinutes: 10,
    maxRuntimeMinutes: 60,
    failureThreshold: 1,
    recoveryThreshold: 1,
  });
  expect(new Date(monitor.nextExpectedAt!).getTime()).toBeGreaterThan(Date.now());

  await pythonJob('fails');
  await monitorNamed('nightly-backup', ({ state }) => state === 'error');
  const { payload } = await eventTitled(program, 'Monitor nightly-backup: failed check-in');
  expect(payload).toMatchObject({
    release: 'shop@1.4.0',
    environment: 'production',
    contexts: { monitor: { slug: 'nightly-backup', status: 'error' } },
  });
  const issue = await issueTitled(program, 'Monitor nightly-backup');

  await pythonJob('works');
  const resolved = await eventually(
    () => program.get<IssueDetail>(`/api/v1/issues/${issue.id}`),
    ({ status }) => status === 'resolved',
  );
  expect(resolved.activity[0]).toMatchObject({ kind: 'resolved', data: { monitor: 'nightly-backup' } });
  const { incidents } = await program.get<MonitorDetail>(`/api/v1/monitors/${monitor.id}`);
  expect(incidents).toEqual([
    expect.objectContaining({
      environment: 'production',
      endedAt: expect.any(String),
      issue: expect.objectContaining({ id: issue.id, status: 'resolved' }),
    }),
  ]);
  expect((await checkInsOf(monitor)).map(({ status }) => status)).toEqual(['ok', 'error', 'ok']);

  await pythonJob('fails');
  await eventually(
    () => program.get<IssueDetail>(`/api/v1/issues/${issue.id}`),
    ({ substate }) => substate === 'regressed',
  );
});

test('a job in Node, with withMonitor and with the integration of cron', async () => {
  await nodeJob('cron');
  const newsletter = await monitorNamed('send-newsletter', ({ state }) => state === 'ok');
  expect(newsletter.config).toMatchObject({
    schedule: { type: 'interval', value: 2, unit: 'hour' },
    marginMinutes: 15,
    maxRuntimeMinutes: 10,
  });
  expect(newsletter.environments.map(({ name }) => name)).toEqual(['staging']);
  const carts = await monitorNamed('clean-carts', ({ state }) => state === 'ok');
  expect(carts.config.schedule).toEqual({
    type: 'crontab',
    value: '0 */6 * * *',
    timezone: 'Europe/Vienna',
  });
  await nodeJob('fails');
  await monitorNamed('send-newsletter', ({ state }) => state === 'error');
});

test('sentry-cli runs a command and checks in for it, and lists the monitors', async () => {
  const schedule = ['--schedule', '*/10 * * * *', '--timezone', 'America/New_York', '--max-runtime', '5'];
  expect((await sentryCli('monitors', 'run', 'rotate-logs', ...schedule, '--', 'true')).code).toBe(0);
  const monitor = await monitorNamed('rotate-logs', ({ state }) => state === 'ok');
  expect(monitor.config).toMatchObject({
    schedule: { value: '*/10 * * * *', timezone: 'America/New_York' },
    maxRuntimeMinutes: 5,
  });
  expect((await sentryCli('monitors', 'run', 'rotate-logs', '--', 'false')).code).toBe(1);
  await monitorNamed('rotate-logs', ({ state }) => state === 'error');
  const { code, output } = await sentryCli('monitors', 'list');
  expect([code, output]).toEqual([0, expect.stringContaining('rotate-logs')]);
});

test('curl checks in by GET, and makes a monitor by POST', async () => {
  const address = `${program.url}/api/1/cron/tidy-up/${KEY}/`;
  const curl = (...args: string[]) =>
    run('curl', ['--silent', '--show-error', '--write-out', '\n%{http_code}', ...args]);
  const config = { schedule: { type: 'crontab', value: '@hourly' }, checkin_margin: 2 };
  const json = ['--header', 'Content-Type: application/json', '--data'];
  const started = await curl(
    ...[address, ...json, JSON.stringify({ status: 'in_progress', monitor_config: config })],
  );
  expect(started.output.trim().slice(-3)).toMatch(/^20\d$/);
  await monitorNamed('tidy-up', ({ environments }) => environments.length === 1);
  expect((await curl(`${address}?status=ok`)).output.slice(-3)).toMatch(/^20\d$/);
  const monitor = await monitorNamed('tidy-up', ({ state }) => state === 'ok');
  expect(monitor.config.schedule).toEqual({ type: 'crontab', value: '@hourly', timezone: 'UTC' });
  expect(await checkInsOf(monitor)).toEqual([
    expect.objectContaining({ status: 'ok', durationMs: expect.any(Number) }),
  ]);

  const often = { schedule: { type: 'crontab', value: 'often' } };
  const refused = await curl(address, ...json, JSON.stringify({ status: 'ok', monitor_config: often }));
  expect(refused.output).toContain('is not a crontab line of five fields');
  expect(refused.output.slice(-3)).toBe('400');
  expect((await curl(`${address}?status=fine`)).output).toContain('status is none of these');
});
