/** Cells of a result as people read them. */
import type { SqlAnswer, SqlCell, SqlType } from '#contract/sql.ts';
import { fullNumber } from '#web/ui/number.ts';

/** Significant digits of a fraction; the whole number is in the details. */
const DIGITS = 10;

export function cellText(cell: SqlCell, type: SqlType): string {
  if (cell === null) return '';
  // Fractions of three, six or nine digits stand below each other.
  if (type === 'time')
    return String(cell)
      .replace('T', ' ')
      .replace(/(?:\.(\d+))?Z$/, (_, digits = '') =>
        digits === '' ? '' : `.${digits.padEnd(Math.ceil(digits.length / 3) * 3, '0')}`,
      );
  if (typeof cell === 'number')
    return Number.isInteger(cell) ? fullNumber(cell) : String(Number(cell.toPrecision(DIGITS)));
  if (type === 'integer') return String(cell).replaceAll(/\B(?=(\d{3})+$)/g, ',');
  if (Array.isArray(cell)) return cell.join(', ');
  return typeof cell === 'object' ? JSON.stringify(cell) : String(cell);
}

export const TYPE_WORDS: Record<SqlType, string> = {
  text: 'text',
  integer: 'integer',
  number: 'number',
  time: 'time, UTC',
  boolean: 'yes or no',
  map: 'map',
  list: 'list',
  null: 'null',
};

export const isFigure = (type: SqlType) => type === 'integer' || type === 'number';

const WIDTH_MIN = 8;
const WIDTH_MAX = 48;
/** Rows looked at for the widths of columns. */
const SAMPLE = 100;

/** Widths of the columns in characters. */
export function columnWidths({ columns, rows }: Pick<SqlAnswer, 'columns' | 'rows'>): number[] {
  const sample = rows.slice(0, SAMPLE);
  return columns.map(({ name, type }, at) => {
    const header = name.length + TYPE_WORDS[type].length + 3;
    const widest = sample.reduce(
      (most, row) => Math.max(most, cellText(row[at] ?? null, type).length),
      header,
    );
    return Math.min(WIDTH_MAX, Math.max(WIDTH_MIN, widest)) + 2;
  });
}

/** Where a cell leads: the lines of a trace, a user, a request. */
export function searchOf(column: string, cell: SqlCell): string | null {
  const key = LINKS.get(column);
  return key && typeof cell === 'string' && cell !== '' ? `${key}:${JSON.stringify(cell)}` : null;
}
const LINKS = new Map([
  ['trace_id', 'trace'],
  ['user_id', 'user'],
  ['session_id', 'session'],
  ['request_id', 'request'],
]);
