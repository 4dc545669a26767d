import { expect, test } from 'vitest';
import { contextName, isBytes } from './context-names.ts';

test('contexts are called as people call them; unknown ones keep their names', () => {
  expect([contextName('os'), contextName('my_context'), contextName('constructor')]).toEqual([
    'Operating system',
    'my_context',
    'constructor',
  ]);
});

test.each([
  ['memory_size', 8_589_934_592, true],
  ['app_memory', 187_326_464, true],
  ['memory_size', '8 GB', false],
  ['free_memory', 12, false],
  ['processor_count', 4096, false],
])('%s = %s holds bytes: %s', (name, value, expected) => {
  expect(isBytes(name, value)).toBe(expected);
});
