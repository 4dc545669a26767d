/**
 * The thread that `process` runs in: the door's event loop never waits for grouping or for SQLite's fsync.
 * Opens its own reader, metadata connection and telemetry client; talks with the main thread in the messages of
 * `processing.ts` only.
 */
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { openJournalReader } from '#server/journal/journal-reader.ts';
import { assert } from '#server/platform/assert.ts';
import { systemClock } from '#server/platform/clock.ts';
import { createLog } from '#server/platform/log.ts';
import { stepBack } from '#server/platform/step-back.ts';
import { openFileBlobs } from '#server/store/blobs/file-blobs.ts';
import { openMetadata } from '#server/store/metadata/open-metadata.ts';
import { createTelemetryStore } from '#server/store/telemetry/telemetry-store.ts';
import { LANES } from './lanes.ts';
import type { FromWorker, ToWorker, WorkerData } from './processing.ts';
import { Processor } from './processor.ts';
import { Spool } from './spool.ts';
import { createSymbolicator } from './symbolicate/symbolicator.ts';

/** How often the main thread hears where the time goes. */
const STAGES_EVERY_MS = 2000;

stepBack();
const port = parentPort;
assert(port, 'process-worker runs in a worker thread');
const send = (message: FromWorker) => port.postMessage(message);

const options = workerData as WorkerData;
const log = createLog(options.logLevel).child({ part: 'process', lane: options.lane });
const metadata = await openMetadata({ url: options.metadataUrl, dataDirectory: options.dataDirectory, log });
const telemetry = createTelemetryStore(options.telemetry);
const lane = LANES[options.lane];
const reader = openJournalReader(join(options.dataDirectory, lane.journalDirectory));
const blobs = await openFileBlobs(join(options.dataDirectory, 'blobs'));
const symbolicator = lane.hasEvents
  ? createSymbolicator({ db: metadata.db, blobs, clock: systemClock, log })
  : null;
const processor = new Processor({
  journal: options.journal,
  reader,
  metadata,
  telemetry,
  blobs,
  ...(symbolicator && { symbolicator }),
  spool: await Spool.open(join(options.dataDirectory, lane.spoolDirectory)),
  settings: lane,
  clock: systemClock,
  log,
  onStored: (stored) => send({ type: 'stored', stored }),
  onCheckpoint: (checkpoint) => send({ type: 'checkpoint', checkpoint }),
  ...(options.care && {
    care: { ...options.care, onTaking: (position) => send({ type: 'taking', position }) },
  }),
});

send({ type: 'checkpoint', checkpoint: await processor.start() });
const reporting = setInterval(
  () => send({ type: 'stages', ms: { ...processor.stages.ms } }),
  STAGES_EVERY_MS,
);

port.on('message', (message: ToWorker) => {
  if (message.type === 'advance') processor.advance(message.end);
  else void stop();
});

async function stop(): Promise<void> {
  clearInterval(reporting);
  await processor.stop();
  await symbolicator?.close();
  await reader.close();
  await telemetry.close();
  await metadata.close();
  send({ type: 'stopped' });
  port!.close();
}
