/**
 * What rows weigh on the disk, estimated: rows of many patterns are compressed together, so none has bytes of its own.
 * Where the engine knows its columns apart, a text weighs what that column's bytes weigh; before the first large merge,
 * what bytes of whole rows do. Indexes weigh on all of it alike.
 */
import type { TableOnDisk } from '#server/store/telemetry/telemetry.ts';

/** Texts are what rows differ in: of a log record its body and its attributes, of an event its payload. */
export interface Weighed {
  rows: number;
  texts: Readonly<Record<string, number>>;
}

export interface DiskCost {
  of(rows: Weighed): number;
  by: 'columns' | 'rows';
}

/** Part of a table's bytes that must lie in parts with files for each column before those speak for the rest. */
const KNOWN_PART = 0.5;
/** UInt32, in every row: says how many rows the columns that are known apart have. */
const ROW_NUMBER = { name: 'project_id', bytes: 4 };

/** `measured`: rows whose texts are known, for what rows weigh beside them. */
export function diskCost(table: TableOnDisk, measured: Weighed): DiskCost {
  const texts = Object.keys(measured.texts);
  const known = table.columns.reduce((sum, { uncompressed }) => sum + uncompressed, 0);
  const isKnown = known > 0 && known >= table.uncompressed * KNOWN_PART;
  return isKnown ? byColumns(table, texts) : byRows(table, measured);
}

function byColumns({ columns, bytes, compressed }: TableOnDisk, texts: readonly string[]): DiskCost {
  const withIndexes = bytes / Math.max(1, compressed);
  const columnOf = (name: string) => columns.find((column) => column.name === name);
  const perByte = new Map(
    texts.map((name) => {
      const column = columnOf(name);
      return [name, column ? (withIndexes * column.compressed) / Math.max(1, column.uncompressed) : 0];
    }),
  );
  const rows = (columnOf(ROW_NUMBER.name)?.uncompressed ?? 0) / ROW_NUMBER.bytes;
  const others = columns.filter(({ name }) => !texts.includes(name));
  const perRow =
    (withIndexes * others.reduce((sum, column) => sum + column.compressed, 0)) / Math.max(1, rows);
  return { by: 'columns', of: (each) => weigh(each, perRow, (name) => perByte.get(name) ?? 0) };
}

function byRows({ rows, bytes, uncompressed }: TableOnDisk, measured: Weighed): DiskCost {
  const perByte = bytes / Math.max(1, uncompressed);
  const textsOfRow = sumOf(Object.values(measured.texts)) / Math.max(1, measured.rows);
  const perRow = perByte * Math.max(0, uncompressed / Math.max(1, rows) - textsOfRow);
  return { by: 'rows', of: (each) => weigh(each, perRow, () => perByte) };
}

function weigh({ rows, texts }: Weighed, perRow: number, perByte: (name: string) => number): number {
  return Math.round(
    rows * perRow + sumOf(Object.entries(texts).map(([name, bytes]) => bytes * perByte(name))),
  );
}

const sumOf = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0);
