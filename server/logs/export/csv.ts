/**
 * CSV as in RFC 4180, UTF-8, with a header. A spreadsheet takes a cell that begins with = + - @ or a control character
 * for a formula, and a line of a log is anything a stranger sent: such a cell gets a ' in front, as spreadsheets write
 * what is text. https://owasp.org/www-community/attacks/CSV_Injection
 */
import type { LogRecord } from '#contract/logs.ts';
import {
  type ExportEncoder,
  type ExportFormat,
  exactIsoTime,
  NOTHING,
  OBJECT_COLUMNS,
  TEXT_COLUMNS,
} from './export-format.ts';

const HEADER = ['time', ...TEXT_COLUMNS, 'severityNumber', ...OBJECT_COLUMNS];

export const csv: ExportFormat = {
  contentType: 'text/csv; charset=utf-8; header=present',
  extension: 'csv',
  open: (): ExportEncoder => ({
    begin: () => Buffer.from(`${HEADER.join(',')}\r\n`),
    encode: (records) => Buffer.from(records.map(rowOf).join('')),
    end: () => NOTHING,
  }),
};

function rowOf(record: LogRecord): string {
  const cells = [
    exactIsoTime(record.timestamp),
    ...TEXT_COLUMNS.map((column) => cell(record[column])),
    String(record.severityNumber),
    ...OBJECT_COLUMNS.map((column) => cell(JSON.stringify(record[column]))),
  ];
  return `${cells.join(',')}\r\n`;
}

export function cell(text: string): string {
  const safe = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
