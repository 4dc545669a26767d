/** One life of the engine's process: how it is started, told what to do, heard, and ended. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Log } from '#server/platform/log.ts';
import { COMPILE_ONLY, type EngineOptions, type EngineReport } from './protocol.ts';
import { engineEnvironment, NODE_ARGUMENTS } from './settings.ts';

export interface EngineProcess {
  readonly pid: number | undefined;
  /** Resolves when statements are taken. Rejects with EngineFailed when it ends before. */
  readonly ready: Promise<void>;
  /** Resolves when the process is gone, with its exit code or the signal that ended it. */
  readonly ended: Promise<string | number>;
  /** Asks it to close, and kills it when it does not in time. */
  stop(): Promise<void>;
  kill(): void;
}

/** The engine cannot be started: the directory is held by another process, or damaged. For the operator. */
export class EngineFailed extends Error {
  /** By another process, which may let go of it. */
  readonly isHeld: boolean;

  constructor(message: string, isHeld = false) {
    super(message);
    this.name = 'EngineFailed';
    this.isHeld = isHeld;
  }
}

/** Opening loads the tables: 0.2 s with 10 M rows. What takes this long will not end, ms. */
const START_MS_MAX = 120_000;
/** Longer than the engine gives itself to close, ms. */
const STOP_MS_MAX = 7_000;

const ENTRY = fileURLToPath(new URL(`./main${extname(import.meta.url)}`, import.meta.url));

export function startEngineProcess(options: EngineOptions, log: Log): EngineProcess {
  const child = fork(ENTRY, [], {
    execArgv: NODE_ARGUMENTS,
    env: engineEnvironment(compileCacheOf(options.directory)),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  createInterface({ input: child.stderr! }).on('line', (line) =>
    log.warn({ line }, 'the embedded engine says'),
  );
  child.send(options);

  const ended = new Promise<string | number>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? code ?? 'nothing'));
    child.once('error', (error) => resolve(error.message));
  });
  const ready = new Promise<void>((resolve, reject) => {
    child.once('message', (message) => {
      const report = message as EngineReport;
      if (report.kind === 'ready') resolve();
      else reject(new EngineFailed(report.reason, report.isHeld));
    });
    void ended.then((how) =>
      reject(new EngineFailed(`The embedded engine ended with ${how} while it started.`)),
    );
  });
  const late = setTimeout(() => child.kill('SIGKILL'), START_MS_MAX);
  ready.catch(() => null).finally(() => clearTimeout(late));

  return {
    pid: child.pid,
    ready,
    ended,
    async stop() {
      child.kill('SIGTERM');
      const kill = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
      await ended;
      clearTimeout(kill);
    },
    kill: () => void child.kill('SIGKILL'),
  };
}

/**
 * Compiles the engine's code when that was never done. The tool that compiles TypeScript stays in the process
 * that used it: 24 MB for as long as it lives, so that process must not be the engine's own.
 */
export async function compileEngine(directory: string): Promise<void> {
  const cache = compileCacheOf(directory);
  if (existsSync(cache)) return;
  const child = fork(ENTRY, [COMPILE_ONLY], { execArgv: [], env: engineEnvironment(cache), stdio: 'ignore' });
  await once(child, 'exit');
}

function compileCacheOf(directory: string): string {
  return join(directory, 'compiled');
}
