import { expect, test } from 'vitest';
import { statusOf, tagTermText, withStatus } from './search-query.ts';

test.each([
  ['is:unresolved', 'unresolved'],
  ['level:error is:archived', 'archived'],
  ['level:error', 'all'],
  ['', 'all'],
  ['!is:resolved', 'all'],
  ['is:resolved is:archived', null],
  ['message:"is:resolved"', 'all'],
  ['is:resolved OR level:fatal', null],
])('the chips show %j as %s', (text, status) => {
  expect(statusOf(text)).toBe(status);
});

test('a chip changes its own term and keeps the rest', () => {
  expect(withStatus('is:unresolved level:error "a b"', 'resolved')).toBe('is:resolved level:error "a b"');
  expect(withStatus('level:error is:unresolved', 'all')).toBe('level:error');
  expect(withStatus('', 'archived')).toBe('is:archived');
});

test.each([
  ['browser', 'Safari', 'browser:Safari'],
  ['message', 'x', 'tags[message]:x'],
  ['user_id', '1', 'user_id:1'],
  ['my tag', 'x', '"my tag":x'],
])('the tag %s is searched as such', (tag, value, text) => {
  expect(tagTermText(tag, value)).toBe(text);
});
