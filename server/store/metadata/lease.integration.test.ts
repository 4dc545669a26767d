/** Who has a lease, of two programs on one store: by one clock on SQLite, by the database's on Postgres. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLease, freeLeases, heldLeases, LeaseLost } from './lease.ts';
import { openTestMetadata, type TestMetadata } from './test-metadata.ts';
import { startTestPostgres, type TestPostgres } from './test-postgres.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

describe.each(['sqlite', 'postgres'] as const)('a lease on %s', (engine) => {
  let metadata: TestMetadata;
  let now = Date.UTC(2026, 5, 10, 12);
  const clock = { now: () => now };
  beforeAll(async () => {
    metadata = await openTestMetadata(engine === 'postgres' ? await postgres.createDatabase() : '');
  });
  afterAll(() => metadata.discard());

  const lease = (holder: string, name = 'alerts', ms = 15_000) =>
    createLease(metadata.store, { name, holder, ms, clock });
  const write = (one: ReturnType<typeof lease>) =>
    metadata.store.transaction([], (transaction) => one.hold(transaction));
  /** As if so much time had gone by, whoever's clock it is. */
  const pass = (ms: number) =>
    metadata.store.db
      .updateTable('lease')
      .set((row) => ({ expires_at: row('expires_at', '-', ms) }))
      .execute();

  it('is one program’s at a time, and who lost it writes nothing, however late it comes', async () => {
    const [one, two] = [lease('one'), lease('two')];
    expect(await Promise.all([one.look(), two.look()])).toContainEqual({ isHeld: false, isNew: false });
    const [first, second] = (await one.look()).isHeld ? [one, two] : [two, one];
    await write(first);
    await expect(write(second)).rejects.toThrow(LeaseLost);
    // It stopped for a while, as a machine that sleeps does.
    await pass(20_000);
    expect(await second.look()).toEqual({ isHeld: true, isNew: true });
    await expect(write(first)).rejects.toThrow(LeaseLost);
    expect((await first.look()).isHeld).toBe(false);
    await write(second);
    await second.release();
    expect((await first.look()).isNew).toBe(true);
    await first.release();
  });

  it('is the next one’s at once when its program starts again, and no other name’s', async () => {
    await lease('ours', 'channel:7').look();
    await lease('ours', 'elsewhere').look();
    await lease('theirs', 'channel:8').look();
    expect((await heldLeases(metadata.store, clock, 'channel:')).sort()).toEqual(['channel:7', 'channel:8']);
    await freeLeases(metadata.store, { holder: 'ours', clock, prefix: 'channel:' });
    expect(await heldLeases(metadata.store, clock, 'channel:')).toEqual(['channel:8']);
    expect((await lease('theirs', 'elsewhere').look()).isHeld).toBe(false);
    expect((await lease('theirs', 'channel:7').look()).isHeld).toBe(true);
  });

  it('keeps nobody waiting when a clock was set back', async () => {
    await lease('one', 'back').look();
    await pass(-365 * 86_400_000);
    expect((await lease('two', 'back').look()).isHeld).toBe(true);
  });

  if (engine === 'postgres')
    it('does not mind that the clocks of programs differ', async () => {
      const ahead = createLease(metadata.store, {
        ...{ name: 'clocks', holder: 'ahead', ms: 15_000 },
        clock: { now: () => now + 3_600_000 },
      });
      expect((await lease('one', 'clocks').look()).isHeld).toBe(true);
      expect((await ahead.look()).isHeld).toBe(false);
      now += 86_400_000;
      expect((await ahead.look()).isHeld).toBe(false);
    });
});
