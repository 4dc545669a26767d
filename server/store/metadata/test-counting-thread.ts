/** For tests: a thread with a store of its own that counts up one row, reading and writing in a transaction. */
import { workerData } from 'node:worker_threads';
import { createLog } from '#server/platform/log.ts';
import { openMetadata } from './open-metadata.ts';

const { dataDirectory, times } = workerData as { dataDirectory: string; times: number };
const store = await openMetadata({ url: '', dataDirectory, log: createLog('silent') });
for (let count = 0; count < times; count++)
  await store.transaction([], async (transaction) => {
    const { value } = await transaction.selectFrom('setting').select('value').executeTakeFirstOrThrow();
    await transaction
      .updateTable('setting')
      .set({ value: String(Number(value) + 1) })
      .execute();
  });
await store.close();
