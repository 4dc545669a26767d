/** For tests: rows in the Native format, all in memory, and read back as the engine would. */
import { type NativeColumn, type NativePart, nativeBlocks } from './native-columns.ts';

export const nativeRows = (columns: readonly NativeColumn[], parts: readonly NativePart[]): Buffer =>
  Buffer.concat([...nativeBlocks(columns, parts)]);

/** Rows of all blocks; times as `1763812800.123456789`, or as milliseconds where a column has three decimals. */
export function readNative(bytes: Buffer): Record<string, unknown>[] {
  const rows: Record<string, unknown>[] = [];
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]!;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  const text = () => {
    const length = varint();
    at += length;
    return bytes.toString('utf8', at - length, at);
  };
  const integer = (size: number) => {
    at += size;
    return size === 8 ? bytes.readBigInt64LE(at - 8) : BigInt(bytes.readUIntLE(at - size, size));
  };
  const many = <Value>(count: number, read: () => Value) => Array.from({ length: count }, read);
  const readers = new Map<string, (count: number) => unknown[]>([
    ['String', (count) => many(count, text)],
    ['UInt8', (count) => many(count, () => Number(integer(1)))],
    ['UInt32', (count) => many(count, () => Number(integer(4)))],
    ['UInt64', (count) => many(count, () => Number(integer(8)))],
    ['DateTime64(3)', (count) => many(count, () => Number(integer(8)))],
    ['DateTime64(9)', (count) => many(count, () => String(integer(8)).replace(/(?=.{9}$)/, '.'))],
    [
      'Map(String, String)',
      (count) => {
        const ends = many(count, () => Number(integer(8)));
        const keys = many(ends.at(-1) ?? 0, text);
        const values = many(ends.at(-1) ?? 0, text);
        return ends.map((end, row) => {
          const begin = row === 0 ? 0 : ends[row - 1]!;
          return Object.fromEntries(keys.slice(begin, end).map((key, n) => [key, values[begin + n]]));
        });
      },
    ],
  ]);
  while (at < bytes.byteLength) {
    const [columns, count] = [varint(), varint()];
    const block = many(count, (): Record<string, unknown> => ({}));
    for (let column = 0; column < columns; column += 1) {
      const [name, type] = [text(), text()];
      readers.get(type)!(count).forEach((value, row) => {
        block[row]![name] = value;
      });
    }
    rows.push(...block);
  }
  return rows;
}
