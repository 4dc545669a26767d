/**
 * For tests: the door with the real protocols and the real journal in a process of its own, whose memory can be
 * asked for and whose death would be seen. Arguments: the journal's directory, and the milliseconds a request may
 * take.
 */
import { openJournal } from '#server/journal/journal.ts';
import { systemClock } from '#server/platform/clock.ts';
import { createLog } from '#server/platform/log.ts';
import { protocols } from './protocols.ts';
import { openTestDoor } from './test-door.ts';

const BODY_BYTES_MAX = 100 * 1024 * 1024;
const directory = process.argv[2]!;
const requestMs = Number(process.argv[3]);
// Room for the largest body beside what usually waits, or under load it would never find the queue empty.
const journal = await openJournal(directory, { queueBytesMax: BODY_BYTES_MAX + 64 * 1024 * 1024 });
const door = await openTestDoor({
  protocols,
  bodyBytesMax: BODY_BYTES_MAX,
  clock: systemClock,
  append: (parts) => journal.append(parts),
  log: createLog('error'),
  listener: { timeouts: { headersMs: requestMs, requestMs, checkMs: 100 } },
});
process.send!({ port: door.port });

process.on('message', async (question) => {
  if (question === 'memory')
    process.send!({ rss: process.memoryUsage.rss(), inFlight: door.bytesInFlight() });
  if (question !== 'stop') return;
  await door.close();
  await journal.close();
  process.send!({ end: journal.durableEnd });
  process.disconnect();
});
