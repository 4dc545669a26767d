/**
 * The embedded engine: a process of its own that owns the data directory of telemetry and serves it on a unix
 * socket. `embedded.ts` starts it, tells it how over the channel between them, and is told when it is ready.
 * It lives exactly as long as that channel: a parent that dies takes it along.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { Engine } from './engine.ts';
import { loadNative } from './native.ts';
import type { EngineOptions, EngineReport } from './protocol.ts';
import { createEngineServer } from './server.ts';
import { engineArguments, STATEMENT_SETTINGS } from './settings.ts';

/** Bodies on their way in; relative, because the path stands in SQL and a directory's name may hold anything. */
const SPOOL = 'spool';
/** How long the engine may take to close before it is left to its crash safety, ms. Measured: 9-360. */
const CLOSE_MS_MAX = 5_000;

process.once('message', start);
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches every process of the terminal; the parent decides when this one ends.
process.on('SIGINT', () => {});

function start(message: unknown): void {
  const options = message as EngineOptions;
  process.chdir(options.directory);
  rmSync(SPOOL, { recursive: true, force: true });
  mkdirSync(SPOOL);
  const engine = open(options);
  if (!engine) return;
  const server = createEngineServer(engine, {
    ...options,
    spoolDirectory: SPOOL,
    settings: STATEMENT_SETTINGS,
  });
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
  try {
    return new Engine(loadNative(), options.directory, engineArguments(options.memoryBytesMax));
  } catch (cause) {
    const heldBy = holder();
    const reason =
      heldBy === null
        ? `The embedded engine cannot open ${options.directory}: ${(cause as Error).message}.`
        : `The directory ${options.directory} is in use by process ${heldBy}. Stop it first, or use another TANDEM_DATA.`;
    report({ kind: 'failed', reason, heldBy }, () => process.exit(1));
    return null;
  }
}

/** The engine writes the number of the process that holds a directory into it. */
function holder(): number | null {
  try {
    const pid = Number(/^PID: (\d+)/m.exec(readFileSync('status', 'utf8'))?.[1]);
    process.kill(pid, 0);
    return pid;
  } catch {
    return null;
  }
}

function report(message: EngineReport, sent: () => void = () => {}): void {
  process.send?.(message, undefined, undefined, sent);
}
