import { expect, test } from 'vitest';
import { type SearchKey, suggest, take, typedTerm } from './suggest.ts';

const keys: readonly SearchKey[] = [
  { key: 'is', detail: 'status', values: ['unresolved', 'resolved', 'archived', 'new', 'regressed'] },
  { key: 'level', detail: 'severity', values: ['error', 'warning'] },
  { key: 'release', detail: 'version of the program' },
  { key: 'environment', detail: 'production, staging, …' },
];

const values = new Map([['release', ['web@1.0', 'web@1.1', 'api 2']]]);
/** The caret stands at the bar. */
function at(text: string) {
  const caret = text.indexOf('|');
  return suggest(text.replace('|', ''), caret, keys, values);
}
const labels = (text: string) => at(text).items.map((item) => item.label);

test('an empty bar offers the keys people reach for', () => {
  expect(labels('|').slice(0, 3)).toEqual(['is:', 'level:', 'release:']);
});

test('the beginning of a key narrows the list, matches at its start first', () => {
  expect(labels('le|')).toEqual(['level:', 'release:']);
  expect(labels('level:error rel|')).toEqual(['release:']);
});

test('after the colon come the values', () => {
  expect(labels('is:re|')).toEqual(['is:resolved', 'is:regressed', 'is:unresolved']);
  expect(labels('release:1.1|')).toEqual(['release:web@1.1']);
});

test('an exclamation mark stays in front', () => {
  expect(labels('!level:w|')).toEqual(['!level:warning']);
  expect(labels('!env|')).toEqual(['!environment:']);
});

test('nothing is offered inside quoted text, for unknown keys, or for a value already typed out', () => {
  expect(labels('"time|')).toEqual([]);
  expect(labels('colour:r|')).toEqual([]);
  expect(labels('is:resolved|')).toEqual(['is:unresolved']);
});

test('taking a key waits for its value; taking a value finishes the term', () => {
  const text = 'lev is:new';
  const offered = suggest(text, 3, keys, values);
  expect(take(text, offered, offered.items[0]!)).toEqual({ text: 'level: is:new', caret: 6 });
  const typed = 'release:api is:new';
  const releases = suggest(typed, 11, keys, values);
  expect(take(typed, releases, releases.items[0]!)).toEqual({ text: 'release:"api 2" is:new', caret: 16 });
});

test('where nothing stands yet, searches of late come first', () => {
  const { items } = suggest('', 0, keys, new Map(), ['level:fatal', 'timed out', 'a', 'b', 'c']);
  expect(items.slice(0, 5).map(({ label }) => label)).toEqual(['level:fatal', 'timed out', 'a', 'b', 'is:']);
  expect(take('  ', suggest('  ', 1, keys, new Map(), ['level:fatal']), items[0]!)).toEqual({
    text: 'level:fatal ',
    caret: 12,
  });
  expect(suggest('lev', 3, keys, new Map(), ['level:fatal']).items.map(({ detail }) => detail)).not.toContain(
    'recent',
  );
});

test.each([
  ['level:err', 9, { key: 'level', text: 'err' }],
  ['a !user.email:"ada', 18, { key: 'user.email', text: 'ada' }],
  ['cust', 4, { key: '', text: 'cust' }],
  ['level:error ', 12, { key: '', text: '' }],
])('in %j at %i one types %j', (text, caret, typed) => {
  expect(typedTerm(text, caret)).toEqual(typed);
});
