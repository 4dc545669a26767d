import { expect, it } from 'vitest';
import { fixedIn } from './fixed-by-commits.ts';

it.each([
  ['Fixes SHOP-12', ['SHOP-12']],
  ['fix: SHOP-12', ['SHOP-12']],
  ['Pay with a card (resolves shop-web-3, SHOP-4 and #SHOP-5)', ['SHOP-WEB-3', 'SHOP-4', 'SHOP-5']],
  ['Closes SHOP-1\n\nFixed SHOP-1, closed SHOP-2.', ['SHOP-1', 'SHOP-2']],
  ['This prefixes SHOP-12 with a dash', []],
  ['Fixes the shop, see SHOP-12', []],
  ['SHOP-12: better words', []],
  [`Fixes ${'a-'.repeat(100_000)}`, []],
] as const)('%.60s names %j', (message, ids) => {
  expect(fixedIn(message)).toEqual(ids);
});
