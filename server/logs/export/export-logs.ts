/**
 * The records of a search as a file, the oldest first. Read and written a page at a time, at the pace of who takes it:
 * memory is bounded by a page, or a row group, and between two pages the engine is free.
 *
 * A file is whole or visibly broken: what is too large is refused before it begins, and what fails on the way ends the
 * connection without an end of the answer, which browsers and curl report as a failed download.
 */

import { EXPORT_LINES_MAX } from '#contract/logs.ts';
import { type LogStores, storedRecord } from '#server/logs/logs.ts';
import type { Plan } from '#server/query/plan/plan.ts';
import { Deadline, type Reading, readRecords, readTable } from '#server/query/plan/run-plan.ts';
import { reject } from '#server/record/rejections.ts';
import { refuseCutShort } from '#server/store/telemetry/refuse-cut-short.ts';
import type { ExportFormat } from './export-format.ts';

/** 550 bytes a second for a file of 1 MB; a million usual lines at 4 Mbit/s. */
const EXPORT_MS_MAX = 30 * 60_000;
/** For one statement, ms. */
const STATEMENT_MS_MAX = 15_000;
/** Records read at once: 5 MB of usual ones, and 30 ms of work before others have their turn. */
const PAGE_ROWS = 5000;

/** Throws the refusal of a search that finds too much. */
export async function checkExport(stores: LogStores, plan: Plan): Promise<void> {
  const reading = { telemetry: refuseCutShort(stores.telemetry), deadline: new Deadline(STATEMENT_MS_MAX) };
  const { rows } = await readTable(reading, plan, { by: [], measures: [{ is: 'records' }], groupsMax: 1 }, 1);
  const records = rows[0]?.records ?? 0;
  if (records > EXPORT_LINES_MAX)
    throw reject('export_too_large', `it finds ${records}, the limit is ${EXPORT_LINES_MAX}`);
}

export async function* exportLogs(
  stores: LogStores,
  plan: Plan,
  format: ExportFormat,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const encoder = format.open();
  yield encoder.begin();
  const pages = readRecords(patiently(stores, signal), plan, {
    direction: 'forward',
    columns: 'whole',
    pageRows: PAGE_ROWS,
  });
  for await (const { rows } of pages) {
    const bytes = encoder.encode(rows.map(storedRecord));
    if (bytes.length > 0) yield bytes;
  }
  yield encoder.end();
}

/** The whole may take long, one statement may not. */
function patiently({ telemetry }: LogStores, signal: AbortSignal): Reading {
  return {
    deadline: new Deadline(EXPORT_MS_MAX),
    signal,
    telemetry: {
      select: (projects, sql, options) =>
        telemetry.select(projects, sql, {
          ...options,
          timeoutMs: Math.min(options?.timeoutMs ?? STATEMENT_MS_MAX, STATEMENT_MS_MAX),
        }),
    },
  };
}
