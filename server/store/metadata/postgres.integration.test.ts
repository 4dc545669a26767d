/** What is true of Postgres alone: it can be away. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Unavailable } from '#server/platform/rejection.ts';
import { openTestMetadata } from './test-metadata.ts';
import { startTestPostgres } from './test-postgres.ts';

it('answers "try again" while Postgres is away', async () => {
  const postgres = await startTestPostgres();
  const metadata = await openTestMetadata(await postgres.createDatabase());
  const read = () => metadata.store.db.selectFrom('setting').selectAll().execute();
  expect(await read()).toEqual([]);
  await postgres.stop();
  await expect(read()).rejects.toBeInstanceOf(Unavailable);
  await expect(metadata.store.transaction([1], async () => {})).rejects.toBeInstanceOf(Unavailable);
  await metadata.discard();
});

it('lives through a crash of Postgres between two statements of a transaction', async () => {
  const postgres = await startTestPostgres();
  const metadata = await openTestMetadata(await postgres.createDatabase());
  const { db } = metadata.store;
  const write = (name: string) => ({ name, value: '' });
  const broken = metadata.store.transaction([1], async (transaction) => {
    await transaction.insertInto('setting').values(write('first')).execute();
    await postgres.crash();
    // Long enough for the connection to say so: nobody but its own listener hears that.
    await sleep(200);
    await transaction.insertInto('setting').values(write('second')).execute();
  });
  await expect(broken).rejects.toBeInstanceOf(Unavailable);
  await postgres.comeBack();
  await metadata.store.transaction([1], (transaction) =>
    transaction.insertInto('setting').values(write('third')).execute(),
  );
  expect(await db.selectFrom('setting').select('name').execute()).toEqual([{ name: 'third' }]);
  await metadata.discard();
  await postgres.stop();
});
