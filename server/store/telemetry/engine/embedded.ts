/**
 * The embedded engine as the program sees it: a process that is started, watched and started again. While it
 * is down its socket refuses, so every call of a store ends as Unavailable and is tried again later; the
 * address stays the same over restarts, so that other threads need not be told.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '#server/platform/log.ts';
import { DEFAULT_DATABASE, type TelemetryAddress } from '#server/store/telemetry/address.ts';
import { connect } from '#server/store/telemetry/connection.ts';
import { compileEngine, EngineFailed, type EngineProcess, startEngineProcess } from './engine-process.ts';
import { WATCH_LIMITS, type WatchLimits, watchForSilence } from './watchdog.ts';

export type EngineState = 'ready' | 'restarting' | 'stopped';

export interface EmbeddedEngine {
  /** Valid until stop(), over restarts too. */
  readonly address: TelemetryAddress;
  readonly state: EngineState;
  /** Null while it is not ready. */
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
  watchLimits?: WatchLimits;
}

/** Wait before a restart, ms: doubled by each life that does not last, so that a broken engine costs little. */
const RESTART_MS_MIN = 250;
const RESTART_MS_MAX = 10_000;
/** An engine that lived this long had no trouble starting; the wait begins anew. */
const LASTED_MS = 60_000;
/** A killed program's engine needs a moment to follow it; only after this is the directory truly someone else's. */
const HELD_MS_MAX = 6_000;
const HELD_RETRY_MS = 250;
/** Of sun_path, 108 with its zero on Linux and 104 on macOS: bytes. */
const SOCKET_PATH_BYTES_MAX = 103;

/** Throws EngineFailed when the engine cannot be opened; once it could, it is opened again for ever. */
export async function openEmbeddedEngine(options: EmbeddedOptions): Promise<EmbeddedEngine> {
  const { memoryBytesMax, log, watchLimits = WATCH_LIMITS } = options;
  const directory = resolve(options.directory);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await compileEngine(directory);
  const socket = await socketPathFor(directory);
  const [username, password] = ['tandem', randomBytes(24).toString('base64url')];
  const address: TelemetryAddress = {
    url: 'http://localhost',
    username,
    password,
    database: DEFAULT_DATABASE,
    socketPath: socket.path,
  };
  const start = () =>
    startEngineProcess({ directory, socketPath: socket.path, username, password, memoryBytesMax }, log);

  const client = connect(address);
  const ping = async (signal: AbortSignal) =>
    (await client.ping({ select: false, abort_signal: signal })).success;
  const listeners: ((state: EngineState) => void)[] = [];
  const stopping = new AbortController();
  let state: EngineState = 'ready';
  let engine = await startPatiently(start).catch(async (error) => {
    await socket.remove();
    throw error;
  });
  const supervision = supervise();

  function enter(next: EngineState) {
    state = next;
    for (const listener of listeners) listener(next);
  }

  async function supervise(): Promise<void> {
    for (
      let waitMs = RESTART_MS_MIN;
      !stopping.signal.aborted;
      waitMs = Math.min(waitMs * 2, RESTART_MS_MAX)
    ) {
      const since = Date.now();
      const how = await live(engine);
      if (stopping.signal.aborted) return;
      enter('restarting');
      if (Date.now() - since > LASTED_MS) waitMs = RESTART_MS_MIN;
      log.error({ how, waitMs }, 'the embedded engine died; it is being started again');
      await sleep(waitMs, null, { signal: stopping.signal }).catch(() => null);
      if (stopping.signal.aborted) return;
      engine = start();
      await engine.ready.then(
        () => stopping.signal.aborted || enter('ready'),
        (error) => log.error({ err: error }, 'the embedded engine did not start'),
      );
    }
  }

  /** Resolves when the process is gone, by itself or because it had to be killed. */
  async function live(process: EngineProcess): Promise<string | number> {
    const gone = new AbortController();
    void watchForSilence(ping, watchLimits, gone.signal).then((silent) => {
      if (!silent) return;
      log.error('the embedded engine does not answer any more; it is being killed');
      process.kill();
    });
    const how = await process.ended;
    gone.abort();
    return how;
  }

  return {
    address,
    get state() {
      return state;
    },
    get pid() {
      return state === 'ready' ? (engine.pid ?? null) : null;
    },
    onState: (listener) => void listeners.push(listener),
    async stop() {
      if (stopping.signal.aborted) return;
      stopping.abort();
      enter('stopped');
      await engine.stop();
      await supervision;
      await client.close();
      await socket.remove();
    },
  };
}

async function startPatiently(start: () => EngineProcess): Promise<EngineProcess> {
  for (const until = Date.now() + HELD_MS_MAX; ; ) {
    const engine = start();
    try {
      await engine.ready;
      return engine;
    } catch (error) {
      if (!(error instanceof EngineFailed) || !error.isHeld || Date.now() > until) throw error;
      await sleep(HELD_RETRY_MS);
    }
  }
}

/** In the directory, where nobody else can reach it; in a private directory of its own when that path is too long. */
async function socketPathFor(directory: string): Promise<{ path: string; remove(): Promise<void> }> {
  const path = join(directory, 'engine.sock');
  // Removing it is the engine's business: it may be another's, who has the directory open.
  if (Buffer.byteLength(path) <= SOCKET_PATH_BYTES_MAX) return { path, remove: async () => {} };
  const elsewhere = await mkdtemp(join(tmpdir(), 'tandem-'));
  return {
    path: join(elsewhere, 'engine.sock'),
    remove: () => rm(elsewhere, { recursive: true, force: true }),
  };
}
