/**
 * What telemetry knows of the events of some hashes, for the rows of issues that were taken apart: words of the newest event,
 * releases, users. Counts and times come with the hashes (hash-counts.ts) and are exact at once; the rest is read from
 * telemetry, where rows of the last batches may be on their way. So who takes an issue apart leaves a note with the batches that
 * are pending then, and `finishRecounts` reads again when they are in: adding users and choosing the newest words can be
 * done twice, so a crash anywhere ends in the same numbers.
 */
import { randomUUID } from 'node:crypto';
import type { MetadataTransaction } from '#server/store/metadata/metadata.ts';
import { isPending, type PendingMark, pendingBatches } from '#server/store/metadata/pending-batches.ts';
import { statementParts } from '#server/store/metadata/statement-parts.ts';
import { ISSUE_TEXT_MAX } from './batch-issue.ts';
import { hashesOf, type IssueStores } from './issues.ts';
import type { IssueRow } from './lifecycle.ts';
import { ISSUE_USERS_MAX } from './upsert.ts';

type Stores = Pick<IssueStores, 'metadata' | 'telemetry' | 'clock'>;

const NOTE = 'issue_recount:';
/** A batch that cannot be inserted for this long is another trouble; the numbers are read as they are, ms. */
const PENDING_MS_MAX = 3_600_000;

interface Note {
  project: number;
  issues: number[];
  pending: PendingMark[];
  at: number;
}

/** Columns of an issue that follow its newest event, and some that no hash is needed for. */
export type IssueWords = Pick<
  IssueRow,
  | 'title'
  | 'culprit'
  | 'type'
  | 'exception_type'
  | 'exception_value'
  | 'level'
  | 'platform'
  | 'logger'
  | 'last_event_id'
  | 'first_release'
  | 'last_release'
  | 'unhandled'
>;

export interface EventsSeen {
  /** Null: none are kept any more. */
  words: IssueWords | null;
  /** Timestamp of the newest, ms. */
  newest: number;
  /** As issue_user has them, ISSUE_USERS_MAX at most. */
  users: string[];
}

export async function readEvents(
  { telemetry }: Pick<Stores, 'telemetry'>,
  project: number,
  hashes: readonly string[],
): Promise<EventsSeen> {
  const where = 'project_id IN {projects:Array(UInt32)} AND grouping_hash IN {hashes:Array(String)}';
  const params = { hashes };
  const latest = (column: string) => `argMax(${column}, (timestamp, event_id)) AS newest_${column}`;
  const [found] = await telemetry.select<Record<string, string | number>>(
    [project],
    `SELECT count() AS events, toUnixTimestamp64Milli(max(timestamp)) AS newest, ${WORDS.map(latest).join(', ')},
        argMinIf(release, timestamp, release != '') AS first_release,
        argMaxIf(release, timestamp, release != '') AS last_release,
        countIf(handled = 0) > 0 AS unhandled
      FROM events WHERE ${where}`,
    { params },
  );
  const users = await telemetry.select<{ user: string }>(
    [project],
    `SELECT DISTINCT lower(substring(hex(SHA256(user_key)), 1, 16)) AS user FROM (
        SELECT user_key FROM events WHERE ${where} AND user_key != ''
        UNION ALL SELECT user_key FROM sampled_events WHERE ${where} AND user_key != ''
      ) LIMIT ${ISSUE_USERS_MAX}`,
    { params, rowsMax: ISSUE_USERS_MAX },
  );
  return {
    words: found && Number(found.events) > 0 ? wordsOf(found) : null,
    newest: Number(found?.newest ?? 0),
    users: users.map(({ user }) => user),
  };
}

const WORDS = [
  'title',
  'culprit',
  'type',
  'exception_type',
  'exception_value',
  'level',
  'platform',
  'logger',
  'event_id',
] as const;

function wordsOf(found: Record<string, string | number>): IssueWords {
  const text = (name: string) => String(found[name] ?? '').slice(0, ISSUE_TEXT_MAX);
  return {
    title: text('newest_title'),
    culprit: text('newest_culprit'),
    type: text('newest_type'),
    exception_type: text('newest_exception_type'),
    exception_value: text('newest_exception_value'),
    level: text('newest_level'),
    platform: text('newest_platform'),
    logger: text('newest_logger'),
    last_event_id: text('newest_event_id'),
    first_release: text('first_release'),
    last_release: text('last_release'),
    unhandled: Number(found.unhandled) === 1 ? 1 : 0,
  };
}

/** Makes these the users of the issue, and says how many. */
export async function setUsers(
  transaction: MetadataTransaction,
  issue: number,
  users: readonly string[],
): Promise<void> {
  await transaction.deleteFrom('issue_user').where('issue_id', '=', issue).execute();
  await addUsers(transaction, issue, users);
}

async function addUsers(
  transaction: MetadataTransaction,
  issue: number,
  users: readonly string[],
): Promise<void> {
  for (const part of statementParts(users, 2))
    await transaction
      .insertInto('issue_user')
      .values(part.map((user_hash) => ({ issue_id: issue, user_hash })))
      .onConflict((conflict) => conflict.columns(['issue_id', 'user_hash']).doNothing())
      .execute();
}

async function countUsers(transaction: MetadataTransaction, issue: number): Promise<number> {
  const { users } = await transaction
    .selectFrom('issue_user')
    .select((of) => of.fn.countAll<number>().as('users'))
    .where('issue_id', '=', issue)
    .executeTakeFirstOrThrow();
  return Math.min(Number(users), ISSUE_USERS_MAX);
}

/** To be read again when what is on its way now is in. In the transaction that takes the issue apart. */
export async function noteRecount(
  transaction: MetadataTransaction,
  project: number,
  issues: number[],
  now: number,
): Promise<void> {
  const note: Note = { project, issues, pending: await pendingBatches(transaction), at: now };
  await transaction
    .insertInto('setting')
    .values({ name: `${NOTE}${randomUUID()}`, value: JSON.stringify(note) })
    .execute();
}

/**
 * Completes recounts that were begun, as far as it can be done now. To be called now and then. One that cannot be completed
 * does not keep the others from it; throws what the first of those met with.
 */
export async function finishRecounts(stores: Stores): Promise<void> {
  const { db } = stores.metadata;
  const notes = await db.selectFrom('setting').selectAll().where('name', 'like', `${NOTE}%`).execute();
  const failures: unknown[] = [];
  for (const { name, value } of notes) {
    const note = JSON.parse(value) as Note;
    const isLate = stores.clock.now() - note.at > PENDING_MS_MAX;
    if (!isLate && (await isPending(db, note.pending))) continue;
    try {
      for (const issue of note.issues) await recount(stores, note.project, issue);
      await db.deleteFrom('setting').where('name', '=', name).execute();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

async function recount(stores: Stores, project: number, issue: number): Promise<void> {
  const hashes = (await hashesOf(stores, [issue])).get(issue) ?? [];
  const { words, newest, users } = await readEvents(stores, project, hashes);
  await stores.metadata.transaction([project], async (transaction) => {
    const row = await transaction.selectFrom('issue').selectAll().where('id', '=', issue).executeTakeFirst();
    const now = await hashesOf({ metadata: { db: transaction } }, [issue]);
    // Merged, deleted or taken apart again meanwhile: who did that has seen to it.
    if (!row || now.get(issue)?.join() !== hashes.join()) return;
    await addUsers(transaction, issue, users);
    await transaction
      .updateTable('issue')
      .set({
        user_count: await countUsers(transaction, issue),
        // A newer event than was read has brought its own words.
        ...(words && newest >= row.last_seen ? words : {}),
      })
      .where('id', '=', issue)
      .execute();
  });
}
