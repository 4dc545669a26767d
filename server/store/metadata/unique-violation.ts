/** Whether a statement failed because a row with the same key exists, on either engine. */

/** SQLITE_CONSTRAINT_UNIQUE and SQLITE_CONSTRAINT_PRIMARYKEY, https://www.sqlite.org/rescode.html. */
const SQLITE_CODES: readonly unknown[] = [2067, 1555];
/** SQLSTATE unique_violation. */
const POSTGRES_CODE = '23505';

export function isUniqueViolation(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    ('errcode' in error && SQLITE_CODES.includes(error.errcode)) ||
    ('code' in error && error.code === POSTGRES_CODE)
  );
}
