/**
 * For tests, as a process of its own: tells what waits and is killed, as by kill -9, after so many are durable in the
 * journal. `marked` instead of a number: after they are marked as told.
 */
import { openJournal } from '#server/journal/journal.ts';
import { createLog } from '#server/platform/log.ts';
import { openMetadata } from '#server/store/metadata/open-metadata.ts';
import { tellLogErrors } from './tell-log-errors.ts';

const [dataDirectory = '', directory = '', after = '', now = ''] = process.argv.slice(2);
const die = () => process.kill(process.pid, 'SIGKILL');

const log = createLog('silent');
const { db } = await openMetadata({ url: '', dataDirectory, log });
const journal = await openJournal(directory);
let durable = 0;
await tellLogErrors({
  ...{ db, clock: { now: () => Number(now) }, log, journal: 'j2', isTaking: () => true },
  async append(frame) {
    await journal.append(frame);
    durable += 1;
    if (after !== 'marked' && durable >= Number(after)) die();
  },
});
die();
