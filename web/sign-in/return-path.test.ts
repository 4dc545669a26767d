import { expect, test } from 'vitest';
import { returnPath } from './return-path.ts';

test('one comes back to the page one wanted, with its search', () => {
  expect(returnPath('/issues/12/stack?event=oldest')).toBe('/issues/12/stack?event=oldest');
});

test.each([
  undefined,
  '',
  'https://evil.example',
  '//evil.example',
  '/\\evil.example',
  '/\t/evil.example',
  'javascript:alert(1)',
  '/sign-in?from=/x',
])('%j leads to the issues', (from) => {
  expect(returnPath(from)).toBe('/issues');
});
