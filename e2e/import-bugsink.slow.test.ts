/** A real Bugsink from PyPI with events of a real SDK is imported; the SDK then sends here with the DSN it had there. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { IssueList } from '#contract/issues.ts';
import { installBugsink, PROGRAMS, run } from './support/clients.ts';
import { importAll, runImport } from './support/moving.ts';
import { eventually, type Program, startProgram } from './support/program.ts';

const directory = mkdtempSync(join(tmpdir(), 'tandem-bugsink-'));
let program: Program;
let bugsink: ChildProcess;
let python: string;
let url: string;
let token: string;
let dsn: string;

const command = (name: string) => join(dirname(python), name);

async function manage(...args: string[]): Promise<string> {
  const { code, output } = await run(command('bugsink-manage'), args, { cwd: directory, timeoutMs: 120_000 });
  if (code !== 0) throw new Error(`bugsink-manage ${args.join(' ')}: ${output}`);
  return output;
}

async function api<Answer>(path: string, method = 'GET', body?: unknown): Promise<Answer> {
  const answer = await fetch(`${url}/api/canonical/0/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Answer;
}

const shop = (story: string, to: string) =>
  run(python, [join(PROGRAMS, 'shop.py'), story], { environment: { SENTRY_DSN: to } });

beforeAll(async () => {
  python = await installBugsink();
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const conf = join(directory, 'bugsink_conf.py');
  const create = ['--template=local', '--port', String(port), '--host', '127.0.0.1', '-o', conf];
  await run(command('bugsink-create-conf'), create, { cwd: directory });
  writeFileSync(
    conf,
    readFileSync(conf, 'utf8').replace('BUGSINK = {', 'BUGSINK = {\n    "PHONEHOME": False,'),
  );
  await manage('migrate');
  await manage('migrate', 'snappea', '--database=snappea');
  token = (await manage('create_auth_token')).trim().split('\n').at(-1)!;
  bugsink = spawn(
    command('gunicorn'),
    ['--bind', `127.0.0.1:${port}`, '--workers', '1', '--threads', '2', 'bugsink.wsgi'],
    { cwd: directory, stdio: 'ignore' },
  );
  program = await startProgram();
  await eventually(
    () => fetch(`${url}/health/ready`),
    ({ ok }) => ok,
    60_000,
  );
  const team = await api<{ id: string }>('teams/', 'POST', { name: 'Shop' });
  await api('projects/', 'POST', { name: 'Shop', team: team.id });
  const { results } = await api<{ results: { dsn: string }[] }>('projects/');
  dsn = results[0]!.dsn;
  for (const story of ['error', 'error', 'message']) await shop(story, dsn);
}, 900_000);
afterAll(async () => {
  bugsink?.kill('SIGTERM');
  await program?.discard();
  rmSync(directory, { recursive: true, force: true });
});

const issues = async () => (await program.get<IssueList>('/api/v1/issues?query=&project=shop')).items;

test('its issues come along as they stand, with the events as they were sent', async () => {
  const { results } = await api<{ results: { id: string; calculated_type: string }[] }>('issues/?project=1');
  expect(results).toHaveLength(2);
  const message = results.find((issue) => issue.calculated_type === 'Log Message')!;
  await api(`issues/${message.id}/resolve/`, 'POST', {});

  const [report] = await importAll({ url, token }, program, '--keys');
  expect(report).toMatchObject({
    ...{ from: 'shop', to: 'shop', keys: { taken: 1 }, issues: { taken: 2, left: 0 } },
    events: { taken: 3, left: 0 },
  });
  const brought = await eventually(issues, (all) => all.reduce((sum, { events }) => sum + events, 0) === 3);
  expect(brought.map(({ status, events }) => [status, events]).sort()).toEqual([
    ['resolved', 1],
    ['unresolved', 2],
  ]);
  const [again] = await importAll({ url, token }, program, '--keys');
  expect(again).toMatchObject({ keys: { known: 1 }, issues: { known: 2 }, events: { found: 0 } });
});

test('the SDK goes on with the DSN it had, at the new address', async () => {
  // As when the name of the old server is given to the new one: key and number stay.
  const moved = dsn.replace(new URL(url).host, new URL(program.url).host);
  await shop('error', moved);
  await shop('message', moved);
  const all = await eventually(issues, (list) => list.reduce((sum, { events }) => sum + events, 0) === 5);
  expect(all).toHaveLength(2);
  expect(all.map(({ substate, events }) => [substate, events]).sort()).toEqual([
    ['ongoing', 3],
    ['regressed', 2],
  ]);
});

test('a wrong token is told', async () => {
  const { code, output } = await runImport({ url, token: 'a'.repeat(40) }, program);
  expect(code).toBe(1);
  expect(output).toContain('does not take the token (401');
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
