import { expect, test } from 'vitest';
import { rateLimitWords } from './rate-limit.ts';

test.each([
  [null, 'no limit'],
  [{ count: 1000, windowSeconds: 60 }, 'at most 1,000 in a minute'],
  [{ count: 5, windowSeconds: 90 }, 'at most 5 in 90 seconds'],
])('%j is %s', (limit, words) => {
  expect(rateLimitWords(limit)).toBe(words);
});
