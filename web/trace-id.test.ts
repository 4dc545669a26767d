import { expect, it } from 'vitest';
import { traceIdIn } from './trace-id.ts';

it.each([
  ['4BF92F35-77B3-4da6-a3ce-929d0e0e4736 ', '4bf92f3577b34da6a3ce929d0e0e4736'],
  ['4bf92f35', null],
  ['GET /', null],
])('a trace id in %s is %s', (words, id) => {
  expect(traceIdIn(words)).toBe(id);
});
