/**
 * Starts the program as a user would, in a directory of its own, and talks to it as a client would. Used by the
 * e2e tests and the bench; knows nothing of the server's insides.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const KEY = '0123456789abcdef0123456789abcdef';
export const TOKEN = 'token-of-the-end-to-end-tests';
export const EMAIL = 'admin@example.test';
export const PASSWORD = 'correct horse battery staple';

/** How long a start may take before a test gives up on it, ms. */
const START_MS_MAX = 60_000;

export interface Program {
  /** Without a trailing slash. */
  url: string;
  /** DSN of the first project. */
  dsn: string;
  dataDirectory: string;
  child: ChildProcess;
  /** Everything it printed. */
  output(): string;
  /** GET of the read side with the full token; throws with the answer's text unless 2xx. */
  get<Answer>(path: string): Promise<Answer>;
  request(method: string, path: string, body?: unknown): Promise<Response>;
  /** Sends an envelope with one event; resolves with the response. */
  sendEvent(event: Record<string, unknown>): Promise<Response>;
  /** SIGTERM and wait; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL of the main process, as the kernel would; its children must follow by themselves. */
  kill(): Promise<void>;
  /** SIGKILL of the main process and its children in the same moment, as when a container is killed. */
  killAll(): Promise<void>;
  /** Stops it if it runs and deletes its data. */
  discard(): Promise<void>;
}

export interface ProgramOptions {
  /** A directory to start on again. Default: a fresh one. */
  dataDirectory?: string;
  port?: number;
  environment?: Record<string, string>;
  /** The Node to run it with. Default: the one running. */
  node?: string;
}

export async function startProgram(options: ProgramOptions = {}): Promise<Program> {
  const dataDirectory = options.dataDirectory ?? (await mkdtemp(join(tmpdir(), 'tandem-e2e-')));
  const child = spawn(options.node ?? process.execPath, ['bin/tandem.mjs', 'serve'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      TANDEM_DATA: dataDirectory,
      TANDEM_PORT: String(options.port ?? 0),
      TANDEM_LOG_LEVEL: 'warn',
      TANDEM_BOOTSTRAP_EMAIL: EMAIL,
      TANDEM_BOOTSTRAP_PASSWORD: PASSWORD,
      TANDEM_BOOTSTRAP_KEY: KEY,
      TANDEM_BOOTSTRAP_TOKEN: TOKEN,
      ...options.environment,
    },
  });
  let output = '';
  child.stdout!.on('data', (chunk) => (output += chunk));
  child.stderr!.on('data', (chunk) => (output += chunk));
  const exited = new Promise<number | null>((resolve) => child.on('exit', (code) => resolve(code)));

  const url = await waitForAddress(child, () => output);
  const request = (method: string, path: string, body?: unknown) =>
    fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${TOKEN}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const program: Program = {
    url,
    dsn: `${url.replace('://', `://${KEY}@`)}/1`,
    dataDirectory,
    child,
    output: () => output,
    request,
    async get<Answer>(path: string) {
      const response = await request('GET', path);
      const text = await response.text();
      if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${text.slice(0, 500)}`);
      return JSON.parse(text) as Answer;
    },
    sendEvent(event) {
      const header = JSON.stringify({ event_id: event.event_id, sent_at: new Date().toISOString() });
      const body = `${header}\n{"type":"event"}\n${JSON.stringify(event)}\n`;
      return fetch(`${url}/api/1/envelope/?sentry_key=${KEY}`, { method: 'POST', body });
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      return exited;
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    async killAll() {
      for (const pid of processTree(child.pid!)) process.kill(pid, 'SIGKILL');
      await exited;
    },
    async discard() {
      await program.stop();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
  return program;
}

async function waitForAddress(child: ChildProcess, output: () => string): Promise<string> {
  const started = performance.now();
  while (performance.now() - started < START_MS_MAX) {
    const address = /listening on (http:\/\/\S+)/.exec(output())?.[1];
    if (address) return address;
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`the program ended at its start:\n${output()}`);
    await sleep(20);
  }
  child.kill('SIGKILL');
  throw new Error(`the program did not start within ${START_MS_MAX} ms:\n${output()}`);
}

/** Asks until the answer satisfies; fails with the last answer. */
export async function eventually<Answer>(
  ask: () => Promise<Answer>,
  satisfies: (answer: Answer) => boolean,
  timeoutMs = 20_000,
): Promise<Answer> {
  const started = performance.now();
  let last: Answer | Error = new Error('never asked');
  while (performance.now() - started < timeoutMs) {
    try {
      last = await ask();
      if (satisfies(last)) return last;
    } catch (error) {
      last = error as Error;
    }
    await sleep(100);
  }
  throw new Error(
    `waited ${timeoutMs} ms in vain; last: ${last instanceof Error ? last.message : JSON.stringify(last)?.slice(0, 2000)}`,
  );
}

/** Process ids of the tree below and including `pid`. */
export function processTree(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
    } catch {
      // It ended between the listing and the look.
    }
  }
  const tree = [pid];
  for (let at = 0; at < tree.length; at += 1) tree.push(...(children.get(tree[at]!) ?? []));
  return tree;
}

/** Resident memory of the whole tree in bytes; pages shared by two processes count twice. */
export function residentBytes(pid: number): number {
  return processTree(pid).reduce((sum, one) => {
    try {
      const status = readFileSync(`/proc/${one}/status`, 'utf8');
      return sum + 1024 * Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0);
    } catch {
      return sum;
    }
  }, 0);
}
