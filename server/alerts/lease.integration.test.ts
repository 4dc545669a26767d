/** Who evaluates, of two programs on one store. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestMetadata } from '#server/store/metadata/test-metadata.ts';
import { createLease, LeaseLost } from './lease.ts';

let metadata: Awaited<ReturnType<typeof openTestMetadata>>;
let now = Date.UTC(2026, 5, 10, 12);
const clock = { now: () => now };
beforeAll(async () => {
  metadata = await openTestMetadata();
});
afterAll(() => metadata.discard());

it('one at a time, and who lost it writes nothing, however late it comes', async () => {
  const { store } = metadata;
  const [one, two] = [createLease(store.db, clock), createLease(store.db, clock)];
  const write = (lease: typeof one) => store.transaction([], (transaction) => lease.hold(transaction));
  expect([(await one.look()).isHeld, (await two.look()).isHeld]).toEqual([true, false]);
  await write(one);
  await expect(write(two)).rejects.toThrow(LeaseLost);
  // It stopped for a while, as a machine that sleeps does.
  now += 20_000;
  expect((await two.look()).isHeld).toBe(true);
  await expect(write(one)).rejects.toThrow(LeaseLost);
  expect((await one.look()).isHeld).toBe(false);
  await write(two);
  await two.release();
  expect((await one.look()).isNew).toBe(true);
});

it('a clock that was set back keeps nobody waiting', async () => {
  now -= 365 * 86_400_000;
  expect((await createLease(metadata.store.db, clock).look()).isHeld).toBe(true);
});
