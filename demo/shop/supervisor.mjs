// Keeps a service running: node supervisor.mjs PROGRAM, its heap bounded as a container's memory is. What the service says
// on its way out goes to the log, and then it is started again.
import { spawn } from 'node:child_process';
import { log } from './loki-log.mjs';

const HEAP_MB = 48;
const AGAIN_MS = 1000;
const [program] = process.argv.slice(2);
const name = process.env.SERVICE;
let child;

function start() {
  child = spawn(process.execPath, [`--max-old-space-size=${HEAP_MB}`, program], {
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  log.info(`${name} started, process ${child.pid}`);
  child.stderr.setEncoding('utf8').on('data', (text) => {
    for (const line of text.split('\n')) if (/^FATAL ERROR/.test(line)) log.fatal(line);
  });
  child.on('exit', (code, signal) => {
    log.error(`${name} ended with ${signal ?? code}, starting it again`);
    setTimeout(start, AGAIN_MS);
  });
}
process.once('SIGTERM', () => child.removeAllListeners('exit').kill());
start();
