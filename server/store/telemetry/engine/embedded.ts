/**
 * The embedded engine as the program sees it: a child process that is started, watched and started again.
 * While it is down its socket refuses, so every call of a store ends as Unavailable and is tried again later;
 * the address stays the same over restarts, so that other threads need not be told.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Log } from '#server/platform/log.ts';
import { DEFAULT_DATABASE, type TelemetryAddress } from '#server/store/telemetry/address.ts';
import { COMPILE_ONLY, type EngineOptions, type EngineReport } from './protocol.ts';
import { engineEnvironment, NODE_ARGUMENTS } from './settings.ts';

export type EngineState = 'ready' | 'restarting' | 'stopped';

export interface EmbeddedEngine {
  /** Valid until stop(), over restarts too. */
  readonly address: TelemetryAddress;
  readonly state: EngineState;
  /** Null while it is not running. */
  readonly pid: number | null;
  onState(listener: (state: EngineState) => void): void;
  /** Closes the engine; kills it when it does not close in time. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** Made when it does not exist. */
  directory: string;
  memoryBytesMax: number;
  log: Log;
}

/** The engine cannot be started at all: the directory is held by another process, or damaged. For the operator. */
export class EngineFailed extends Error {
  /** Process that holds the directory, when that is the reason. */
  readonly heldBy: number | null;

  constructor(message: string, heldBy: number | null) {
    super(message);
    this.heldBy = heldBy;
  }
}

/** Wait before a restart, ms: doubled by each start that does not last, so that a broken engine costs little. */
const RESTART_MS_MIN = 250;
const RESTART_MS_MAX = 10_000;
/** An engine that ran this long had no trouble starting; the wait begins anew. */
const LASTED_MS = 60_000;
/** A killed program's engine needs a moment to follow it; only after this is the directory truly someone else's. */
const HELD_MS_MAX = 6_000;
const HELD_RETRY_MS = 250;
/** Longer than the engine gives itself to close. */
const STOP_MS_MAX = 7_000;
/** Of sun_path, 108 with its zero on Linux and 104 on macOS: bytes. */
const SOCKET_PATH_BYTES_MAX = 103;

const ENTRY = fileURLToPath(new URL(`./main${extname(import.meta.url)}`, import.meta.url));

export async function openEmbeddedEngine(options: EmbeddedOptions): Promise<EmbeddedEngine> {
  const directory = resolve(options.directory);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const socket = await socketPathFor(directory);
  const address: TelemetryAddress = {
    url: 'http://localhost',
    username: 'tandem',
    password: randomBytes(24).toString('base64url'),
    database: DEFAULT_DATABASE,
    socketPath: socket.path,
  };
  const engineOptions: EngineOptions = {
    directory,
    socketPath: socket.path,
    username: address.username,
    password: address.password,
    memoryBytesMax: options.memoryBytesMax,
  };

  const { log } = options;
  const listeners: ((state: EngineState) => void)[] = [];
  const stopping = new AbortController();
  let state: EngineState = 'restarting';
  let child = await startPatiently(engineOptions, log);
  let restartMs = RESTART_MS_MIN;
  setState('ready');
  watch(child);

  function setState(next: EngineState) {
    state = next;
    for (const listener of listeners) listener(next);
  }

  function watch(watched: ChildProcess) {
    const since = Date.now();
    watched.once('exit', (code, signal) => {
      if (stopping.signal.aborted) return;
      log.error({ code, signal }, 'the embedded engine died; it is being started again');
      if (Date.now() - since > LASTED_MS) restartMs = RESTART_MS_MIN;
      setState('restarting');
      void restart();
    });
  }

  async function restart(): Promise<void> {
    while (!stopping.signal.aborted) {
      await sleep(restartMs, null, { signal: stopping.signal }).catch(() => null);
      if (stopping.signal.aborted) return;
      restartMs = Math.min(restartMs * 2, RESTART_MS_MAX);
      try {
        child = await start(engineOptions, log);
      } catch (error) {
        log.error({ err: error }, 'the embedded engine did not start');
        continue;
      }
      if (stopping.signal.aborted) await end(child);
      else {
        setState('ready');
        watch(child);
      }
      return;
    }
  }

  return {
    address,
    get state() {
      return state;
    },
    get pid() {
      return state === 'ready' ? (child.pid ?? null) : null;
    },
    onState: (listener) => void listeners.push(listener),
    async stop() {
      if (stopping.signal.aborted) return;
      stopping.abort();
      setState('stopped');
      await end(child);
      await socket.remove();
    },
  };
}

/** Starts once, resolves when statements are taken. */
async function start(options: EngineOptions, log: Log): Promise<ChildProcess> {
  const compileCache = join(options.directory, 'compiled');
  if (!existsSync(compileCache)) await compile(compileCache);
  const child = fork(ENTRY, [], {
    execArgv: NODE_ARGUMENTS,
    env: engineEnvironment(compileCache),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  createInterface({ input: child.stderr! }).on('line', (line) =>
    log.warn({ line }, 'the embedded engine says'),
  );
  child.send(options);
  return new Promise((resolve, reject) => {
    const died = (code: number | null, signal: string | null) =>
      reject(new EngineFailed(`The embedded engine ended with ${signal ?? code} while it started.`, null));
    child.once('error', reject);
    child.once('exit', died);
    child.once('message', (message) => {
      const report = message as EngineReport;
      child.off('exit', died);
      if (report.kind === 'ready') resolve(child);
      else reject(new EngineFailed(report.reason, report.heldBy));
    });
  });
}

/** The tool that compiles TypeScript stays in the process that used it: 24 MB that only a start needs. */
async function compile(compileCache: string): Promise<void> {
  const child = fork(ENTRY, [COMPILE_ONLY], {
    execArgv: [],
    env: engineEnvironment(compileCache),
    stdio: 'ignore',
  });
  await once(child, 'exit');
}

async function startPatiently(options: EngineOptions, log: Log): Promise<ChildProcess> {
  const until = Date.now() + HELD_MS_MAX;
  for (;;) {
    try {
      return await start(options, log);
    } catch (error) {
      if (!(error instanceof EngineFailed) || error.heldBy === null || Date.now() > until) throw error;
      await sleep(HELD_RETRY_MS);
    }
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const kill = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
  await ended;
  clearTimeout(kill);
}

/** In the directory, where nobody else can reach it; in a private directory of its own when that path is too long. */
async function socketPathFor(directory: string): Promise<{ path: string; remove(): Promise<void> }> {
  const path = join(directory, 'engine.sock');
  if (Buffer.byteLength(path) <= SOCKET_PATH_BYTES_MAX)
    return { path, remove: () => rm(path, { force: true }) };
  const elsewhere = await mkdtemp(join(tmpdir(), 'tandem-'));
  return {
    path: join(elsewhere, 'engine.sock'),
    remove: () => rm(elsewhere, { recursive: true, force: true }),
  };
}
