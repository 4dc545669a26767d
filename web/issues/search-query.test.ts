import { expect, test } from 'vitest';
import {
  columnIn,
  findProblem,
  readTerms,
  statusOf,
  tagTermText,
  termText,
  withStatus,
} from './search-query.ts';

test('a search is read term by term', () => {
  const text = 'level:error user.id:42 "timed out" !service:web release:[1.0, 1.1] free url:"a \\"b\\""';
  expect(readTerms(text).map(({ negated, key, value }) => `${negated ? 'not ' : ''}${key}=${value}`)).toEqual(
    [
      'level=error',
      'user.id=42',
      '=timed out',
      'not service=web',
      'release=[1.0, 1.1]',
      '=free',
      'url=a "b"',
    ],
  );
});

test('every character belongs to a term or to the space between', () => {
  const text = 'a:"b c  !x: "" "open';
  for (const term of readTerms(text)) expect(term.to).toBeGreaterThan(term.from);
});

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
  ['release', 'web@1.2.3', 'release:web@1.2.3'],
  ['browser', 'Chrome Mobile', 'browser:"Chrome Mobile"'],
  ['message', 'say "hi" \\o/', 'message:"say \\"hi\\" \\\\o/"'],
  ['empty', '', 'empty:""'],
  ['glob', 'a*', 'glob:"a\\*"'],
])('%s = %s is written %s and read back', (key, value, text) => {
  expect(termText(key, value)).toBe(text);
  expect(readTerms(text)).toMatchObject([{ key, value }]);
});

test.each([
  ['browser', 'Safari', 'browser:Safari'],
  ['message', 'x', 'tags[message]:x'],
  ['user_id', '1', 'user_id:1'],
  ['my tag', 'x', '"my tag":x'],
])('the tag %s is searched as such', (tag, value, text) => {
  expect(tagTermText(tag, value)).toBe(text);
});

test.each([
  ['level:error "timed out', 13, /never closed/],
  ['level:', 7, /level should be/],
])('%j is wrong at column %i', (text, column, message) => {
  expect(findProblem(text)).toMatchObject({ column, message: expect.stringMatching(message) });
});

test.each(['', 'level:error', 'a b "c"', 'user.email:""', 'http://example.com'])(
  '%j can be asked',
  (text) => {
    expect(findProblem(text)).toBeNull();
  },
);

test('the place of a mistake is read from the sentence of the server', () => {
  expect(columnIn('The search cannot be read. (column 12: expected a status)')).toBe(12);
  expect(columnIn('The search cannot be read.')).toBeNull();
});
