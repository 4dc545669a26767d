/**
 * What hangs on an issue beside its events, and what becomes of it when issues are merged. It goes to the issue that stays;
 * what may be there once stays as that one has it. What the other had is written down with it, for who takes it out again.
 */
import { sql } from 'kysely';
import type { MetadataTransaction } from '#server/store/metadata/metadata.ts';

/**
 * Tables whose rows name an issue. `all`: the rows move. A list: rows with the same values there are one, and that of the
 * issue that stays is kept; empty: one row an issue. `apart`: ends with the issue, since nobody said that the other may be
 * seen by it. Activity and hashes are moved by who merges; suggestions go, as they are found anew.
 */
export const TABLES = {
  feedback: 'all',
  monitor_incident: 'all',
  issue_import: 'all',
  alert_firing: 'all',
  issue_assignee: [],
  issue_follower: ['user_id'],
  issue_bookmark: ['user_id'],
  issue_link: ['url'],
  issue_share: 'apart',
} as const satisfies Record<string, Rule>;

type Rule = 'all' | 'apart' | readonly string[];

type Table = keyof typeof TABLES;

/** Rows by table, of those that may be there once. */
export type Belongings = Record<string, Record<string, unknown>[]>;

export async function moveBelongings(
  transaction: MetadataTransaction,
  from: number,
  into: number,
): Promise<Belongings> {
  const had: Belongings = {};
  for (const [name, unique] of Object.entries(TABLES) as [Table, Rule][]) {
    const table = sql.table(name);
    if (unique === 'all') {
      await sql`update ${table} set issue_id = ${into} where issue_id = ${from}`.execute(transaction);
      continue;
    }
    const rows = await sql<Record<string, unknown>>`select * from ${table} where issue_id = ${from}`.execute(
      transaction,
    );
    if (rows.rows.length > 0) had[name] = rows.rows;
    if (unique === 'apart') continue;
    const same = unique.map((column) => sql`and other.${sql.ref(column)} = ${table}.${sql.ref(column)}`);
    await sql`update ${table} set issue_id = ${into} where issue_id = ${from}
      and not exists (select 1 from ${table} as other where other.issue_id = ${into} ${sql.join(same, sql` `)})`.execute(
      transaction,
    );
  }
  return had;
}

/** What rows name that may be gone since. */
const NAMED: Readonly<Record<string, string>> = { team_id: 'team', tracker_id: 'tracker' };

/** Gives an issue that was taken out again what it had; the other keeps what it got. */
export async function restoreBelongings(
  transaction: MetadataTransaction,
  issue: number,
  had: Belongings,
): Promise<void> {
  for (const [name, rows] of Object.entries(had)) {
    if (!Object.hasOwn(TABLES, name)) continue;
    for (const { id: _, ...row } of rows) {
      const values = { ...row, issue_id: issue };
      await forgetWhatIsGone(transaction, values);
      // A team's, and the team is gone.
      if ('team_id' in row && row.team_id !== null && !('team_id' in values && values.team_id)) continue;
      const columns = Object.keys(values).map((column) => sql.ref(column));
      await sql`insert into ${sql.table(name)} (${sql.join(columns)}) values (${sql.join(Object.values(values))})
        on conflict do nothing`.execute(transaction);
    }
  }
}

async function forgetWhatIsGone(
  transaction: MetadataTransaction,
  values: Record<string, unknown>,
): Promise<void> {
  for (const [column, table] of Object.entries(NAMED)) {
    if (values[column] === undefined || values[column] === null) continue;
    const { rows } = await sql`select id from ${sql.table(table)} where id = ${values[column]}`.execute(
      transaction,
    );
    if (rows.length === 0) values[column] = null;
  }
}
