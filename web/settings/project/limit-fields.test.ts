import { expect, test } from 'vitest';
import { numberOf } from './limit-fields.ts';

test.each<[string, number | undefined, number | null]>([
  ['', undefined, null],
  ['  ', undefined, null],
  ['14', undefined, 14],
  ['1.5', 1_000_000, 1_500_000],
  ['0.001', 1_000_000, 1_000],
])('%o is a limit of %s', (text, per, limit) => {
  const form = new FormData();
  form.set('days', text);
  expect(numberOf(form, 'days', per)).toBe(limit);
});
