import { expect, test } from 'vitest';
import { slugOf } from './slug.ts';

test.each([
  ['Shop API', 'shop-api'],
  ['  Größe & Maß  ', 'grosse-mass'],
  ['été', 'ete'],
  ['日本語', ''],
  ['a'.repeat(60), 'a'.repeat(50)],
  ['--x--', 'x'],
])('%j becomes %j', (name, slug) => {
  expect(slugOf(name)).toBe(slug);
});
