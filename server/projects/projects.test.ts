import { describe, expect, it } from 'vitest';
import { ProjectRequest } from '#contract/projects.ts';
import { newPublicKey, numberedSlug, slugOf, spellDsn } from './projects.ts';

describe('the DSN', () => {
  it.each([
    ['http://127.0.0.1:4000', 'http://abc@127.0.0.1:4000/7'],
    ['https://errors.example.com', 'https://abc@errors.example.com/7'],
    ['https://example.com/tandem', 'https://abc@example.com/tandem/7'],
    ['https://example.com/a/b/', 'https://abc@example.com/a/b/7'],
    ['http://[::1]:4000', 'http://abc@[::1]:4000/7'],
  ])('of %s is %s', (publicUrl, dsn) => {
    expect(spellDsn(publicUrl, 'abc', 7)).toBe(dsn);
  });
});

it('an ingest key is 32 hexadecimal digits and never the same', () => {
  const keys = Array.from({ length: 100 }, newPublicKey);
  expect(new Set(keys).size).toBe(100);
  for (const key of keys) expect(key).toMatch(/^[0-9a-f]{32}$/);
});

describe('the slug made from a name', () => {
  it.each([
    ['Shop', 'shop'],
    ['  My   Shop! ', 'my-shop'],
    ['Café Zürich', 'cafe-zurich'],
    ['Ünïcödé — Ⅳ', 'unicode-iv'],
    ['Магазин', 'project'],
    ['商店', 'project'],
    ['😀', 'project'],
    ['2024', 'project-2024'],
    ['', 'project'],
    ["'; drop table project; --", 'drop-table-project'],
    ['../../etc/passwd', 'etc-passwd'],
    ['a'.repeat(100), 'a'.repeat(50)],
    [`${'a'.repeat(49)} b`, 'a'.repeat(49)],
    ['\u0000\u202Eevil', 'evil'],
  ])('%j is %j', (name, slug) => {
    expect(slugOf(name)).toBe(slug);
    expect(ProjectRequest.shape.slug.safeParse(slug).success).toBe(true);
  });

  it('is numbered when it is taken, and never grows beyond its limit', () => {
    expect([1, 2, 10].map((attempt) => numberedSlug('shop', attempt))).toEqual(['shop', 'shop-2', 'shop-10']);
    expect(numberedSlug('a'.repeat(50), 12)).toBe(`${'a'.repeat(47)}-12`);
  });
});
