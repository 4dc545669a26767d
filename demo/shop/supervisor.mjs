// Keeps a service running as a container does: node supervisor.mjs PROGRAM. Its memory has a limit: a service near it is
// warned of, one beyond it is killed without a word, as the kernel kills, and started again.
import { spawn } from 'node:child_process';
import { log } from './loki-log.mjs';

const LIMIT_MB = 192;
const WARNED_MB = LIMIT_MB * 0.8;
const AGAIN_MS = 1000;
const [program] = process.argv.slice(2);
const name = process.env.SERVICE;
/** What it was told by switches, which outlive it. */
const switched = {};
let child;
let restarts = 0;
let again;

function start() {
  // The young generation is small: what a service holds is then what it does not forget.
  child = spawn(process.execPath, ['--max-semi-space-size=2', program], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, ...switched },
  });
  const { pid } = child;
  log.info(`${name} started, process ${pid}`);
  let isWarned = false;
  let isKilled = false;
  child.on('message', ({ environment, memoryMb }) => {
    Object.assign(switched, environment);
    if (isKilled || memoryMb === undefined) return;
    if (memoryMb > LIMIT_MB) {
      isKilled = true;
      log.error(`out of memory: killed process ${pid} (${name}), ${memoryMb} MB of ${LIMIT_MB} MB`);
      child.kill('SIGKILL');
    } else if (memoryMb > WARNED_MB && !isWarned) {
      isWarned = true;
      log.warn(`memory usage of ${name} is high: ${memoryMb} MB of ${LIMIT_MB} MB`);
    }
  });
  child.on('exit', (code, signal) => {
    restarts += 1;
    const status = signal === 'SIGKILL' ? 137 : (code ?? signal);
    log.error(`${name} exited with code ${status}, restart ${restarts} in ${AGAIN_MS} ms`);
    again = setTimeout(start, AGAIN_MS);
  });
}
process.once('SIGTERM', () => {
  clearTimeout(again);
  child.removeAllListeners('exit').kill();
});
start();
