/**
 * The embedded engine: a process of its own that owns the directory of telemetry and serves it on a unix
 * socket. `embedded.ts` starts it, tells it how over the channel between them, and is told when it is ready.
 * It lives exactly as long as that channel: a parent that dies takes it along.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DirectoryLocked, lockDirectory } from '#server/platform/directory-lock.ts';
import { stepBack } from '#server/platform/step-back.ts';
import { forgetLostTokens } from './deduplication-log.ts';
import { Engine } from './engine.ts';
import { loadNative } from './native.ts';
import { COMPILE_ONLY, type EngineOptions, type EngineReport } from './protocol.ts';
import { createEngineServer } from './server.ts';
import { serverConfiguration } from './settings.ts';

/** The engine's own directory within ours. */
const TABLES = 'tables';
const CONFIGURATION = 'engine.xml';
const SPOOL = 'spool';
/** How long the engine may take to close before it is left to its crash safety, ms. Measured: 9-360. */
const CLOSE_MS_MAX = 5_000;
/** Of -1000 to 1000. When the machine is out of memory this process goes first: it is restarted, and loses nothing. */
const OOM_SCORE = 500;

if (!process.argv.includes(COMPILE_ONLY)) {
  process.once('message', start);
  process.once('disconnect', () => process.exit(0));
  // Ctrl-C reaches every process of the terminal; the parent decides when this one ends.
  process.on('SIGINT', () => {});
}

async function start(message: unknown): Promise<void> {
  const options = message as EngineOptions;
  process.chdir(options.directory);
  goFirstWhenMemoryEnds();
  stepBack();
  let engine: Engine;
  try {
    engine = await open(options);
  } catch (cause) {
    report(failure(options.directory, cause as Error), () => process.exit(1));
    return;
  }

  const server = createEngineServer(engine, { ...options, spoolDirectory: SPOOL });
  rmSync(options.socketPath, { force: true });
  server.listen(options.socketPath, () => report({ kind: 'ready' }));

  const stop = () => {
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), CLOSE_MS_MAX);
    server.close();
    server.closeAllConnections();
    engine.close().finally(() => process.exit(0));
  };
  process.removeAllListeners('disconnect');
  process.once('SIGTERM', stop);
  process.once('disconnect', stop);
}

/** The lock is held until this process ends. With it, the tables are ours to repair before the engine has them open. */
async function open({ directory, memoryBytesMax }: EngineOptions): Promise<Engine> {
  await lockDirectory(directory);
  mkdirSync(TABLES, { recursive: true, mode: 0o700 });
  forgetLostTokens(TABLES);
  writeFileSync(CONFIGURATION, serverConfiguration(memoryBytesMax));
  return new Engine(loadNative(), join(directory, TABLES), join(directory, CONFIGURATION));
}

function failure(directory: string, cause: Error): EngineReport {
  if (cause instanceof DirectoryLocked) return { kind: 'failed', reason: cause.message, isHeld: true };
  return {
    kind: 'failed',
    reason: `The embedded engine cannot open ${directory}: ${cause.message}.`,
    isHeld: false,
  };
}

function goFirstWhenMemoryEnds(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', String(OOM_SCORE));
  } catch {
    // Not Linux: the system has its own ways.
  }
}

function report(message: EngineReport, sent: () => void = () => {}): void {
  process.send?.(message, undefined, undefined, sent);
}
