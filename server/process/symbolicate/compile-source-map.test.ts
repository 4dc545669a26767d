import { encodedMappings, type SourceMapSegment, TraceMap } from '@jridgewell/trace-mapping';
import { expect, test } from 'vitest';
import { compileSourceMap, UnusableMap } from './compile-source-map.ts';
import { placeAt, sourceLines, textAt } from './compiled-map.ts';

/** `[column, source, line, column, name]` of each segment of each line. */
const map = (lines: number[][][], more: Record<string, unknown> = {}) => ({
  version: 3,
  sources: ['src/cart.ts', 'src/pay.ts'],
  names: ['checkOut', 'chargeCard'],
  sourcesContent: ['one\ntwo\r\nthree', null],
  mappings: encodedMappings(
    new TraceMap({ version: 3, sources: [], names: [], mappings: lines as SourceMapSegment[][] }),
  ),
  ...more,
});
const compile = (json: unknown) => compileSourceMap(JSON.stringify(json), null);
const TWO_LINES = [
  [
    [4, 0, 1, 2, 0],
    [9, 1, 0, 0],
  ],
  [[0]],
];

test('a place is that of the segment at or before it, on its own line', () => {
  const compiled = compile(map(TWO_LINES));
  expect(placeAt(compiled, 0, 3)).toBeNull();
  expect(placeAt(compiled, 0, 4)).toEqual({ source: 0, line: 1, column: 2, name: 'checkOut' });
  expect(placeAt(compiled, 0, 8)).toMatchObject({ source: 0, line: 1 });
  expect(placeAt(compiled, 0, 1_000_000)).toEqual({ source: 1, line: 0, column: 0, name: '' });
  // Generated code that nobody wrote, and lines beyond the map.
  expect(placeAt(compiled, 1, 5)).toBeNull();
  expect(placeAt(compiled, 2, 0)).toBeNull();
});

test('the lines around a place are those of its source, without the ends of Windows', () => {
  const compiled = compile(map(TWO_LINES));
  expect(sourceLines(compiled, 0, 1, 5)).toEqual({ before: ['one'], line: 'two', after: ['three'] });
  expect(sourceLines(compiled, 0, 3, 5)).toBeNull();
  expect(sourceLines(compiled, 1, 0, 5)).toBeNull();
});

test('sections stand where their offsets say, each until the next begins', () => {
  const part = (source: string) =>
    map(
      [
        [
          [0, 0, 0, 0],
          [50, 0, 5, 0],
        ],
      ],
      { sources: [source] },
    );
  const compiled = compile({
    version: 3,
    sections: [
      { offset: { line: 0, column: 0 }, map: part('a.ts') },
      { offset: { line: 0, column: 20 }, map: part('b.ts') },
      { offset: { line: 3, column: 7 }, map: part('c.ts') },
    ],
  });
  const sourceAt = (line: number, column: number) => {
    const place = placeAt(compiled, line, column);
    return place && `${textAt(compiled.sourceNames, place.source)}:${place.line}`;
  };
  expect(sourceAt(0, 19)).toBe('a.ts:0');
  expect(sourceAt(0, 60)).toBe('b.ts:0');
  expect(sourceAt(0, 70)).toBe('b.ts:5');
  expect(sourceAt(2, 0)).toBeNull();
  expect(sourceAt(3, 6)).toBeNull();
  expect(sourceAt(3, 7)).toBe('c.ts:0');
});

test('the ignoreList in either spelling, and the root of sources', () => {
  expect([...compile(map(TWO_LINES, { ignoreList: [1, 9] })).ignored]).toEqual([0, 1]);
  const compiled = compile(map(TWO_LINES, { x_google_ignoreList: [0], sourceRoot: 'https://cdn/app/' }));
  expect([...compiled.ignored]).toEqual([1, 0]);
  expect(textAt(compiled.sourceNames, 1)).toBe('https://cdn/app/src/pay.ts');
});

test('what points outside of the map is left out, and the rest is good', () => {
  const compiled = compile(
    map([
      [
        [0, 7, 0, 0],
        [5, 0, -3, 0],
        [9, 0, 2, 1, 99],
      ],
    ]),
  );
  expect(placeAt(compiled, 0, 0)).toBeNull();
  expect(placeAt(compiled, 0, 5)).toBeNull();
  expect(placeAt(compiled, 0, 9)).toEqual({ source: 0, line: 2, column: 1, name: '' });
});

test.each<[string, unknown, string, string]>([
  ['no JSON', undefined, 'source_map_invalid', 'not JSON'],
  ['a list', [], 'source_map_invalid', 'not a JSON object'],
  ['another version', map([], { version: 2 }), 'source_map_invalid', 'version'],
  ['no mappings', map([], { mappings: 7 }), 'source_map_invalid', 'mappings'],
  ['no sources', map([], { sources: null }), 'source_map_invalid', 'sources'],
  ['a hundred million lines', map([], { mappings: ';'.repeat(2_000_001) }), 'source_map_too_large', 'lines'],
  ['too many segments', map([], { mappings: 'A,'.repeat(12_000_001) }), 'source_map_too_large', 'mappings'],
  [
    'a section that is far away',
    { version: 3, sections: [{ offset: { line: 1e9, column: 0 }, map: map([]) }] },
    'source_map_invalid',
    'begins at line 1000000000',
  ],
  [
    'sections in the wrong order',
    {
      version: 3,
      sections: [
        { offset: { line: 2, column: 0 }, map: map([]) },
        { offset: { line: 1, column: 0 }, map: map([]) },
      ],
    },
    'source_map_invalid',
    'in front of it',
  ],
  [
    'a section at another address, which might lead back here',
    { version: 3, sections: [{ offset: { line: 0, column: 0 }, url: 'self.js.map' }] },
    'source_map_invalid',
    'not fetched',
  ],
  [
    'sections inside of sections',
    { version: 3, sections: [{ offset: { line: 0, column: 0 }, map: { version: 3, sections: [] } }] },
    'source_map_invalid',
    'holds sections',
  ],
])('%s is refused with the reason', (_, json, code, words) => {
  const refusal = (() => {
    try {
      return compileSourceMap(json === undefined ? '{"version":' : JSON.stringify(json), null);
    } catch (error) {
      return error;
    }
  })();
  expect(refusal).toBeInstanceOf(UnusableMap);
  expect(refusal).toMatchObject({ code, message: expect.stringContaining(words) });
});
