import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ColumnWriter, MapWriter, type NativeColumn, nativeBlocks } from './native-columns.ts';
import { nativeRows, readNative } from './test-native.ts';

const COLUMNS: NativeColumn[] = [
  { name: 'text', type: 'String' },
  { name: 'map', type: 'Map(String, String)' },
  { name: 'number', type: 'UInt64' },
];

type Row = [text: string, map: Record<string, string>, number: number];

function partOf(rows: readonly Row[]) {
  const [texts, maps, numbers] = [new ColumnWriter(), new MapWriter(), new ColumnWriter()];
  for (const [text, map, number] of rows) {
    texts.text(text);
    for (const name in map) maps.entry(name, map[name]!);
    maps.end();
    numbers.uint64(number);
  }
  return { rows: rows.length, values: [texts.take(), maps.take(), numbers.take()] };
}

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.constantFrom(
    '',
    'checkout',
    'checkout',
    'x'.repeat(41),
    'ü'.repeat(42),
    '€'.repeat(43),
    'y'.repeat(20_000),
  ),
);
const row = fc.tuple(
  text,
  fc.dictionary(
    text.filter((name) => name !== '__proto__'),
    text,
    { maxKeys: 4, noNullPrototype: true },
  ),
  fc.maxSafeNat(),
);

describe('rows in the Native format', () => {
  it('are read as they were written, whatever they hold and however they came together', () => {
    fc.assert(
      fc.property(fc.array(fc.array(row, { maxLength: 6 }), { maxLength: 6 }), (parts) => {
        const rows = nativeRows(COLUMNS, parts.map(partOf));
        const found = readNative(rows).map((each) => [each.text, each.map, each.number]);
        expect(found).toEqual(parts.flat());
      }),
    );
  });

  it('stand in blocks that can be read alone', () => {
    const part = partOf(Array.from({ length: 900 }, (_, n): Row => [`line ${n}`, { n: String(n) }, n]));
    const blocks = [...nativeBlocks(COLUMNS, [part, part, part, part, part])];
    expect(blocks.map((block) => readNative(block).length)).toEqual([2_700, 1_800]);
  });

  it('replace half a character', () => {
    const rows = nativeRows(COLUMNS, [
      partOf([
        ['\ud800', {}, 0],
        [`${'a'.repeat(80)}\udfff`, {}, 0],
      ]),
    ]);
    expect(readNative(rows).map(({ text: value }) => value)).toEqual(['\ufffd', `${'a'.repeat(80)}\ufffd`]);
  });
});

it('a column repeats what was written elsewhere', () => {
  const [shared, column] = [new ColumnWriter(), new ColumnWriter()];
  shared.text('checkout');
  column.text('web');
  column.repeat(shared.take(), 3);
  column.text('web');
  const values = column.take();
  const rows = nativeRows([COLUMNS[0]!], [{ rows: 5, values: [values] }]);
  expect(readNative(rows).map(({ text: value }) => value)).toEqual([
    'web',
    'checkout',
    'checkout',
    'checkout',
    'web',
  ]);
});
