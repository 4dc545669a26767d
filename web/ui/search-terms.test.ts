import { expect, test } from 'vitest';
import { columnIn, findProblem, readTerms, termText } from './search-terms.ts';

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
