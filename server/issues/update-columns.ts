/** Some columns of many issues in one statement: how batches, people and the sweep write what they decided. */
import { sql } from 'kysely';
import type { MetadataTransaction } from '#server/store/metadata/metadata.ts';
import { statementParts } from '#server/store/metadata/statement-parts.ts';
import type { IssueRow } from './lifecycle.ts';

const NUMBERS: ReadonlySet<keyof IssueRow> = new Set([
  'last_seen',
  'event_count',
  'user_count',
  'first_seen',
  'unhandled',
  'substate_at',
  'resolved_at',
  'archived_limit',
  'archived_window_ms',
  'archived_from',
  'priority_set_at',
]);

/**
 * UPDATE ... FROM a list of values. Postgres takes bound values of such a list for text, hence the casts; to SQLite they
 * mean nothing.
 */
export async function updateColumns<Name extends keyof IssueRow>(
  transaction: MetadataTransaction,
  names: readonly Name[],
  changes: readonly { id: number; issue: Pick<IssueRow, Name> }[],
): Promise<void> {
  const columns = ['id', ...names].map((name) => sql.ref(name));
  const settings = names.map((name) => {
    const value = sql.ref(`changed.${name}`);
    return sql`${sql.ref(name)} = ${NUMBERS.has(name) ? sql`cast(${value} as bigint)` : value}`;
  });
  for (const part of statementParts(changes, columns.length)) {
    const rows = part.map(({ id, issue }) => sql`(${sql.join([id, ...names.map((name) => issue[name])])})`);
    await sql`with changed (${sql.join(columns)}) as (values ${sql.join(rows)})
      update issue set ${sql.join(settings)} from changed where issue.id = cast(changed.id as bigint)`.execute(
      transaction,
    );
  }
}
