/** Parts of a list of rows that fit one statement each: an engine takes so many bound parameters and no more. */

/** Bound parameters of one statement: SQLite takes 32,766, Postgres 65,535. */
const PARAMETERS_MAX = 30_000;

/** `columns` parameters a row. No part is empty. */
export function* statementParts<Row>(rows: readonly Row[], columns: number): Generator<Row[]> {
  const size = Math.floor(PARAMETERS_MAX / columns);
  for (let at = 0; at < rows.length; at += size) yield rows.slice(at, at + size);
}
