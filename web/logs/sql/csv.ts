/** A result as comma-separated values (RFC 4180), for spreadsheets and scripts. */
import type { SqlAnswer, SqlCell } from '#contract/sql.ts';

export function toCsv({ columns, rows }: Pick<SqlAnswer, 'columns' | 'rows'>): string {
  const lines = [columns.map(({ name }) => field(name)), ...rows.map((row) => row.map(field))];
  return `${lines.map((line) => line.join(',')).join('\r\n')}\r\n`;
}

/** Spreadsheets run what begins so; senders chose these texts. */
const FORMULA = /^[=+\-@\t\r]/;

function field(cell: SqlCell): string {
  if (cell === null) return '';
  if (typeof cell === 'number' || typeof cell === 'boolean') return String(cell);
  const text = typeof cell === 'string' ? cell : JSON.stringify(cell);
  const harmless = FORMULA.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
