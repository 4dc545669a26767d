import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Rejection } from '#server/platform/rejection.ts';
import { printSearch } from './print-search.ts';
import { parseSearch, SEARCH_DEPTH_MAX, SEARCH_LENGTH_MAX, SEARCH_TERMS_MAX } from './search.ts';
import type { SearchFilter } from './search-filter.ts';
import { anySearch } from './test-search.ts';

/** The tree without columns, and short: `['=', 'level', 'error']`, `['all', ...]`. */
function brief(filter: SearchFilter): unknown[] {
  switch (filter.is) {
    case 'all':
    case 'any':
      return [filter.is, ...filter.of.map(brief)];
    case 'not':
      return ['not', brief(filter.of)];
    case 'text':
      return ['text', filter.pattern.join('*')];
    case 'has':
      return ['has', filter.key];
    case 'equal':
      return ['=', filter.key, filter.value.join('*')];
    case 'compare':
      return [filter.operator, filter.key, filter.value];
  }
}

describe('a search', () => {
  it.each<[string, unknown[]]>([
    ['', ['all']],
    ['   ', ['all']],
    ['timeout', ['text', 'timeout']],
    ['timed out', ['all', ['text', 'timed'], ['text', 'out']]],
    ['"timed out"', ['text', 'timed out']],
    ['level:error', ['=', 'level', 'error']],
    [
      'is:unresolved level:error "timed out"',
      ['all', ['=', 'is', 'unresolved'], ['=', 'level', 'error'], ['text', 'timed out']],
    ],
    ['!service:web', ['not', ['=', 'service', 'web']]],
    ['!!service:web', ['=', 'service', 'web']],
    ['!"timed out"', ['not', ['text', 'timed out']]],
    ['!has:user.id', ['not', ['has', 'user.id']]],
    ['has:"odd key"', ['has', 'odd key']],
    ['timesSeen:>500', ['>', 'timesSeen', '500']],
    ['firstSeen:<=2026-05-01T10:00:00Z', ['<=', 'firstSeen', '2026-05-01T10:00:00Z']],
    ['age:<"3 days"', ['<', 'age', '3 days']],
    ['a OR b c', ['any', ['text', 'a'], ['all', ['text', 'b'], ['text', 'c']]]],
    ['(a OR b) c', ['all', ['any', ['text', 'a'], ['text', 'b']], ['text', 'c']]],
    ['a AND b', ['all', ['text', 'a'], ['text', 'b']]],
    ['a or b', ['all', ['text', 'a'], ['text', 'or'], ['text', 'b']]],
    ['!(a b)', ['not', ['all', ['text', 'a'], ['text', 'b']]]],
    ['((a))', ['text', 'a']],
    ['level:[error, fatal]', ['any', ['=', 'level', 'error'], ['=', 'level', 'fatal']]],
    ['!level:[error,"x, y"]', ['not', ['any', ['=', 'level', 'error'], ['=', 'level', 'x, y']]]],
    ['url:*/checkout*', ['=', 'url', '*/checkout*']],
    ['"odd key":"odd: value"', ['=', 'odd key', 'odd: value']],
    ['tags[is]:on', ['=', 'tags[is]', 'on']],
    ['transaction:""', ['=', 'transaction', '']],
    ['ключ:значение', ['=', 'ключ', 'значение']],
  ])('%j is understood', (text, expected) => {
    expect(brief(parseSearch(text))).toEqual(expected);
  });

  it.each<[string, unknown[]]>([
    ['checkout/pay.ts', ['text', 'checkout/pay.ts']],
    ['std::io::Error', ['text', 'std::io::Error']],
    ['https://shop.example/cart?id=1', ['text', 'https://shop.example/cart?id=1']],
    ['pay()', ['text', 'pay()']],
    ['(pay(card) OR refund())', ['any', ['text', 'pay(card)'], ['text', 'refund()']]],
    ['12:30:45', ['text', '12:30:45']],
    ['O\'Brien said "hi"', ['all', ['text', "O'Brien"], ['text', 'said'], ['text', 'hi']]],
    ['C:\\Users', ['=', 'C', '\\Users']],
    ['ORDER', ['text', 'ORDER']],
    ['path:"C:\\\\temp"', ['=', 'path', 'C:\\temp']],
  ])('%j means what people paste', (text, expected) => {
    expect(brief(parseSearch(text))).toEqual(expected);
  });

  it('takes a wildcard literally when a backslash stands before it', () => {
    expect(parseSearch('a\\*b')).toMatchObject({ pattern: ['a*b'] });
    expect(parseSearch('"a\\*b*"')).toMatchObject({ pattern: ['a*b', ''] });
    expect(parseSearch('a**b')).toMatchObject({ pattern: ['a', 'b'] });
  });

  it('remembers the column of each term', () => {
    expect(parseSearch('level:error  !is:new')).toMatchObject({
      of: [{ column: 1 }, { of: { column: 15 } }],
    });
  });
});

describe('a search that cannot be read', () => {
  it.each([
    ['(a OR b', 'column 8: expected ")" to close the parenthesis'],
    ['a)', 'column 2: expected no ")"'],
    ['()', 'column 2: expected a word'],
    ['a OR', 'column 5: expected a word'],
    ['OR a', 'column 1: expected a word'],
    ['a OR OR b', 'column 6: expected a word'],
    ['!', 'column 2: expected a word'],
    ['say "hi', 'column 5: expected a second "'],
    ['"a"b', 'column 4: expected a space'],
    ['TypeError: x is undefined', 'column 11: expected a value right after "TypeError:"'],
    ['timesSeen:>', 'column 12: expected what "timesSeen" is compared with'],
    ['level:[error', 'column 13: expected "," or "]"'],
    ['level:[]', 'column 8: expected a value in the list'],
    ['has:', 'column 5: expected the key'],
    ['x'.repeat(SEARCH_LENGTH_MAX + 1), 'column 1001: expected at most 1000 characters'],
    ['('.repeat(SEARCH_DEPTH_MAX + 1), 'at most 16 parentheses'],
    ['a '.repeat(SEARCH_TERMS_MAX + 1), 'at most 50 terms'],
  ])('%j says where and what was expected', (text, expected) => {
    expect(() => parseSearch(text)).toThrow(expected);
  });
});

function withoutColumns(tree: SearchFilter): unknown {
  return JSON.parse(JSON.stringify(tree, (key, value) => (key === 'column' ? undefined : value)));
}

describe('for every search', () => {
  it('two slashes after a key are quoted, which alone would be an address', () => {
    const tree: SearchFilter = { is: 'has', key: '//', column: 0 };
    expect(printSearch(tree)).toBe('has:"//"');
    expect(withoutColumns(parseSearch('has:"//"'))).toEqual({ is: 'has', key: '//' });
  });

  it('printing and parsing again gives the same tree', () => {
    fc.assert(
      fc.property(anySearch, (tree) => {
        const printed = printSearch(tree);
        fc.pre(
          printed.length <= SEARCH_LENGTH_MAX &&
            JSON.stringify(tree).split('"column"').length <= SEARCH_TERMS_MAX,
        );
        expect(withoutColumns(parseSearch(printed))).toEqual(withoutColumns(tree));
      }),
      { numRuns: 2000 },
    );
  });

  it('any text is either understood or refused with a column', () => {
    const words = fc.constantFrom(
      'a',
      ' ',
      '!',
      '(',
      ')',
      '"',
      '\\',
      '*',
      ':',
      'level',
      'OR',
      'has:',
      '>',
      '[',
      ']',
      ',',
    );
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(words, { maxLength: 30 }).map((list) => list.join('')),
    );
    fc.assert(
      fc.property(anything, (input) => {
        try {
          expect(withoutColumns(parseSearch(printSearch(parseSearch(input))))).toEqual(
            withoutColumns(parseSearch(input)),
          );
        } catch (error) {
          expect(error).toBeInstanceOf(Rejection);
          expect((error as Rejection).message).toMatch(/column \d+: expected/);
        }
      }),
      { numRuns: 5000 },
    );
  });
});
