import { expect, test } from 'vitest';
import { diskCost } from './disk-cost.ts';

const column = (name: string, compressed: number, uncompressed: number) => ({
  name,
  compressed,
  uncompressed,
});

test('before anything is merged, bytes of texts weigh what bytes of whole rows do, and all rows make the whole', () => {
  const table = { rows: 1_000, bytes: 30_000, compressed: 25_000, uncompressed: 300_000, columns: [] };
  const all = { rows: 1_000, texts: { body: 150_000, attributes: 50_000 } };
  const cost = diskCost(table, all);
  expect(cost.by).toBe('rows');
  expect(cost.of(all)).toBe(30_000);
  expect(cost.of({ rows: 100, texts: { body: 15_000, attributes: 5_000 } })).toBe(3_000);
});

test('with columns of their own, a text weighs what its column does, and all rows make the whole with its indexes', () => {
  const columns = [
    column('project_id', 0, 4_000),
    column('body', 16_000, 100_000),
    column('attributes', 2_000, 50_000),
    column('timestamp', 2_000, 8_000),
  ];
  const table = { rows: 1_000, bytes: 24_000, compressed: 20_000, uncompressed: 162_000, columns };
  const cost = diskCost(table, { rows: 0, texts: { body: 0, attributes: 0 } });
  expect(cost.by).toBe('columns');
  expect(cost.of({ rows: 1_000, texts: { body: 100_000, attributes: 50_000 } })).toBe(24_000);
  expect(cost.of({ rows: 0, texts: { body: 50_000, attributes: 0 } })).toBe(9_600);
});

test('an empty table costs nothing', () => {
  const cost = diskCost(
    { rows: 0, bytes: 0, compressed: 0, uncompressed: 0, columns: [] },
    { rows: 0, texts: { body: 0 } },
  );
  expect(cost.of({ rows: 0, texts: { body: 0 } })).toBe(0);
});
