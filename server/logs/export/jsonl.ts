/** JSON lines: a record as the API gives it, with the time in ISO 8601 in front. */
import { type ExportFormat, exactIsoTime, NOTHING } from './export-format.ts';

export const jsonl: ExportFormat = {
  contentType: 'application/x-ndjson; charset=utf-8',
  extension: 'jsonl',
  open: () => ({
    begin: () => NOTHING,
    encode: (records) =>
      Buffer.from(
        records
          .map((record) => `${JSON.stringify({ time: exactIsoTime(record.timestamp), ...record })}\n`)
          .join(''),
      ),
    end: () => NOTHING,
  }),
};
