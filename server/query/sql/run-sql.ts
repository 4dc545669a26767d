/**
 * SQL: text, projects and a period in, rows out. The text is parsed and becomes a plan; it never goes further. Throws
 * the refusal `query_invalid` with line and column, and QueryCutShort at a limit of the engine.
 */
import type { PlanRange } from '#server/query/plan/plan.ts';
import type { Reading } from '#server/query/plan/run-plan.ts';
import { readSelect, type SelectedRows } from '#server/query/plan/run-select.ts';
import { parseSql } from './parse-sql.ts';
import { type PlannedSelect, planSelect } from './plan-select.ts';

export interface SqlQuestion {
  projects: readonly number[];
  text: string;
  /** Nanoseconds since 1970. */
  now: bigint;
  period: PlanRange;
}

export interface SqlAnswer extends SelectedRows {
  /** The time that was read. */
  range: PlanRange;
  isRangeOfQuery: boolean;
  /** Rows beyond the default limit were left out, and the query named none. */
  isTruncated: boolean;
}

export async function runSql(reading: Reading, question: SqlQuestion): Promise<SqlAnswer> {
  const { plan, range, isRangeOfQuery, hasLimit } = readSql(question);
  const read = await readSelect(reading, question.projects, plan);
  return { ...read, range, isRangeOfQuery, isTruncated: read.hasMore && !hasLimit };
}

/** The plan of a text. */
export const readSql = (question: Omit<SqlQuestion, 'projects'>): PlannedSelect =>
  planSelect(question, parseSql(question.text));
