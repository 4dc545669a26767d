/**
 * For tests: the door with the real listener, the real protocols and the real journal in a process of its own,
 * whose memory can be asked for and whose death would be seen. Arguments: the journal's directory, and the
 * milliseconds a request may take.
 */
import { createBodies } from '#server/http/body.ts';
import { createListener } from '#server/http/listener.ts';
import { openJournal } from '#server/journal/journal.ts';
import { systemClock } from '#server/platform/clock.ts';
import { createLog } from '#server/platform/log.ts';
import { createMetrics } from '#server/platform/metrics.ts';
import { reject } from '#server/record/rejections.ts';
import { createAdmission } from './admit.ts';
import { createIngest } from './ingest.ts';
import { protocols } from './protocols.ts';
import { createRefusals } from './refusals.ts';
import { KEY } from './test-hostile.ts';

const BODY_BYTES_MAX = 100 * 1024 * 1024;
const directory = process.argv[2]!;
const requestMs = Number(process.argv[3]);
const log = createLog('error');
const metrics = createMetrics();
// Room for the largest body beside what usually waits, or under load it would never find the queue empty.
const journal = await openJournal(directory, { queueBytesMax: BODY_BYTES_MAX + 64 * 1024 * 1024 });
const refusals = createRefusals({ append: (parts) => journal.append(parts), clock: systemClock, log });
const bodies = createBodies({ bodyBytesMax: BODY_BYTES_MAX, reject });
const key = { id: 1, projectId: 1, enabled: true, rateLimit: null, projectExists: true };
const listener = await createListener({
  log,
  metrics,
  reject,
  version: '0',
  publicUrl: '',
  trustedProxies: 0,
  ingest: [
    createIngest({
      protocols,
      keys: { find: async (publicKey) => (publicKey === KEY ? key : null) },
      journal,
      admission: createAdmission({ level: 0 }),
      refusals,
      withBody: bodies.withBody,
      clock: systemClock,
      metrics,
    }),
  ],
  viewers: [],
  nouns: [],
  health: { notReady: () => [] },
  webDirectory: '/nowhere',
  timeouts: { headersMs: requestMs, requestMs, checkMs: 100 },
});
const address = await listener.listen('127.0.0.1', 0);
process.send!({ port: Number(new URL(address).port) });

process.on('message', async (question) => {
  if (question === 'memory')
    process.send!({ rss: process.memoryUsage.rss(), inFlight: bodies.bytesInFlight });
  if (question !== 'stop') return;
  await listener.close();
  await refusals.close();
  await journal.close();
  metrics.close();
  process.send!({ end: journal.durableEnd });
  process.disconnect();
});
