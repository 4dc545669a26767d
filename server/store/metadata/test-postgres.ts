/**
 * For tests: a real Postgres of this test run alone. Finds the installed server, starts it on a unix socket in
 * a temporary directory and hands out empty databases; fails with what to install when there is none.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chownSync, existsSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';

const run = promisify(execFile);

/** How long the server may take to answer after its start, milliseconds. */
const START_MS_MAX = 60_000;

export interface TestPostgres {
  /** The address of a new, empty database. */
  createDatabase(): Promise<string>;
  /** Crashes it: every connection breaks, whatever is under way is lost. */
  crash(): Promise<void>;
  /** Starts it again on what the crash left. */
  comeBack(): Promise<void>;
  stop(): Promise<void>;
}

export async function startTestPostgres(): Promise<TestPostgres> {
  const bin = findBinaries();
  const account = await unprivileged();
  // Short, for a unix socket's path has at most 107 characters.
  const directory = mkdtempSync(join(tmpdir(), 'tandem-pg-'));
  if (account.uid !== undefined && account.gid !== undefined) chownSync(directory, account.uid, account.gid);
  const data = join(directory, 'data');
  await run(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'tandem', '--auth=trust', '--no-sync', '-E', 'UTF8'],
    account,
  );
  const start = () =>
    spawn(join(bin, 'postgres'), ['-D', data, '-k', directory, '-c', 'listen_addresses='], {
      ...account,
      stdio: 'ignore',
    });
  let server = start();
  const end = async (signal: NodeJS.Signals) => {
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill(signal);
    await ended;
  };
  const address = (database: string) =>
    `postgres://tandem@localhost/${database}?host=${encodeURIComponent(directory)}`;
  await untilReady(server, address('postgres'));

  let databases = 0;
  return {
    async createDatabase() {
      const name = `test_${++databases}`;
      await query(address('postgres'), `create database ${name}`);
      return address(name);
    },
    crash: () => end('SIGQUIT'),
    async comeBack() {
      server = start();
      await untilReady(server, address('postgres'));
    },
    async stop() {
      await end('SIGINT');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function findBinaries(): string {
  const found = [...globSync('/usr/lib/postgresql/*/bin'), '/usr/local/bin', '/opt/homebrew/bin'].filter(
    (directory) => ['initdb', 'postgres'].every((program) => existsSync(join(directory, program))),
  );
  const newest = found.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
  if (!newest)
    throw new Error('These tests need a Postgres server. Install one: apt-get install -y postgresql');
  return newest;
}

/** Postgres refuses to run as root: then as the account its package created. */
async function unprivileged(): Promise<{ uid?: number; gid?: number; cwd: string }> {
  if (process.getuid?.() !== 0) return { cwd: '/' };
  const id = async (flag: string) => Number((await run('id', [flag, 'postgres'])).stdout);
  return { uid: await id('-u'), gid: await id('-g'), cwd: '/' };
}

async function untilReady(server: ChildProcess, url: string): Promise<void> {
  const deadline = performance.now() + START_MS_MAX;
  for (;;) {
    try {
      await query(url, 'select 1');
      return;
    } catch (error) {
      if (server.exitCode !== null || performance.now() > deadline)
        throw new Error('The Postgres server for the tests did not start.', { cause: error });
    }
    await sleep(50);
  }
}

async function query(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  // A server that is starting may hang up; the call under way fails then.
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}
