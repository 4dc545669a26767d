/** What is true of Postgres alone: it can be away. */
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
