import { expect, it } from 'vitest';
import { createTryLimit } from './try-limit.ts';

it('lets so many tries pass in a window, per key, and more when it is over', async () => {
  const clock = { ms: 1_000_000, now: () => clock.ms };
  const limit = createTryLimit(clock);
  const rule = { window: 60, max: 2 };
  const allowed = async (key: string) => (await limit.consume(key, rule)).allowed;

  expect([await allowed('anna'), await allowed('anna'), await allowed('anna')]).toEqual([true, true, false]);
  expect(await allowed('ben')).toBe(true);
  clock.ms += 20_000;
  expect(await limit.consume('anna', rule)).toEqual({ allowed: false, retryAfter: 40 });
  clock.ms += 40_000;
  expect(await allowed('anna')).toBe(true);
});
