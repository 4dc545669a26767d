/**
 * The embedded engine: a process of its own that owns the directory of telemetry and serves it on a unix
 * socket. `embedded.ts` starts it, tells it how over the channel between them, and is told when it is ready.
 * It lives exactly as long as that channel: a parent that dies takes it along.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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

function start(message: unknown): void {
  const options = message as EngineOptions;
  process.chdir(options.directory);
  goFirstWhenMemoryEnds();
  const engine = open(options);
  if (!engine) return;
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

function open(options: EngineOptions): Engine | null {
  mkdirSync(TABLES, { recursive: true, mode: 0o700 });
  writeFileSync(CONFIGURATION, serverConfiguration(options.memoryBytesMax));
  try {
    return new Engine(loadNative(), join(options.directory, TABLES), join(options.directory, CONFIGURATION));
  } catch (cause) {
    const heldBy = holder();
    const reason =
      heldBy === null
        ? `The embedded engine cannot open ${options.directory}: ${(cause as Error).message}.`
        : `${options.directory} is in use by process ${heldBy}. Stop that one first, or set another TANDEM_DATA.`;
    report({ kind: 'failed', reason, heldBy }, () => process.exit(1));
    return null;
  }
}

/** The engine writes the number of the process that holds a directory into it. */
function holder(): number | null {
  try {
    const pid = Number(/^PID: (\d+)/m.exec(readFileSync(join(TABLES, 'status'), 'utf8'))?.[1]);
    process.kill(pid, 0);
    return pid;
  } catch {
    return null;
  }
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
