/** For tests: a thread of `process` that dies of one frame until it is told to leave it. */
import { exit } from 'node:process';
import { parentPort, workerData } from 'node:worker_threads';
import type { FromWorker, WorkerData } from './processing.ts';

const FRAME = { segment: 3, offset: 700 };
const { care } = workerData as WorkerData;
const send = (message: FromWorker) => parentPort!.postMessage(message);

send({ type: 'checkpoint', checkpoint: { segment: 3, offset: 36, batch: 0 } });
if (care?.killer?.segment === FRAME.segment && care.killer.offset === FRAME.offset) {
  send({ type: 'checkpoint', checkpoint: { segment: 3, offset: 900, batch: 1 } });
  parentPort!.on('message', () => exit(0));
} else {
  if (care) send({ type: 'taking', position: FRAME });
  exit(1);
}
