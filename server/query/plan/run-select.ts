/** A SELECT of the plan on the engine: rows of values as JSON has them, bounded in rows, time and memory. */
import { compileSelect } from './compile-select.ts';
import type { Reading } from './run-plan.ts';
import type { SelectPlan, ValueType } from './select-plan.ts';

/** Integers beyond 2^53 are texts, so that no digit is lost; times are ISO 8601 with nine digits at most. */
export type Cell = string | number | boolean | null | Record<string, string> | (string | number)[];

export interface SelectedRows {
  columns: { name: string; type: ValueType }[];
  rows: Cell[][];
  /** There were more rows than wanted. */
  hasMore: boolean;
}

/** At most `plan.limit` rows. Throws QueryCutShort at a limit of the engine. */
export async function readSelect(
  { telemetry, deadline, signal }: Reading,
  projects: readonly number[],
  plan: SelectPlan,
): Promise<SelectedRows> {
  const wanted = plan.limit ?? 0;
  // One more than is wanted tells whether there is more.
  const { sql, params } = compileSelect({ ...plan, limit: wanted + 1 });
  const found = await telemetry.select<Record<`o${number}`, unknown>>(projects, sql, {
    params,
    timeoutMs: deadline.left(),
    rowsMax: wanted + 1,
    signal,
  });
  const columns = plan.columns.map(({ name, value }) => ({ name, type: value.type }));
  return {
    columns,
    rows: found.slice(0, wanted).map((row) => columns.map(({ type }, at) => cellOf(type, row[`o${at}`]))),
    hasMore: found.length > wanted,
  };
}

function cellOf(type: ValueType, value: unknown): Cell {
  if (value === null || value === undefined) return null;
  switch (type) {
    case 'integer': {
      const number = Number(value);
      return Number.isSafeInteger(number) ? number : String(value);
    }
    case 'time':
      return isoOf(BigInt(String(value)));
    case 'boolean':
      return value === 1 || value === true;
    default:
      return value as Cell;
  }
}

/** `2026-05-10T12:00:00.25Z`: as many digits as there are. */
function isoOf(ns: bigint): string {
  const part = ((ns % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  const seconds = new Date(Number((ns - part) / 1_000_000n)).toISOString().slice(0, -5);
  const digits = String(part).padStart(9, '0').replace(/0+$/, '');
  return `${seconds}${digits ? `.${digits}` : ''}Z`;
}
