/** For tests: a process that commits one transaction, opens another, says so and waits to be killed. */
import { createLog } from '#server/platform/log.ts';
import { openMetadata } from './open-metadata.ts';

const [url = '', dataDirectory = ''] = process.argv.slice(2);
const store = await openMetadata({ url, dataDirectory, log: createLog('silent') });
await store.transaction([], (transaction) =>
  transaction.insertInto('setting').values({ name: 'committed', value: 'kept' }).execute(),
);
await store.transaction([], async (transaction) => {
  await transaction.insertInto('setting').values({ name: 'uncommitted', value: 'gone' }).execute();
  process.stdout.write('in the middle');
  await new Promise(() => setInterval(() => {}, 1000));
});
