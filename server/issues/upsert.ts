/**
 * The issues of a batch, written by `process` inside the batch's transaction: find by hash, create, associate
 * hashes, count users, update, tell the story in the activity. A handful of statements whatever the batch
 * holds. The transaction holds the lock of every project in the batch (MetadataStore.transaction), so what is
 * read here is still true when it is written; without that lock a clash of hashes fails the whole batch.
 */
import { sql } from 'kysely';
import { assert } from '#server/platform/assert.ts';
import type { MetadataTransaction } from '#server/store/metadata/metadata.ts';
import { statementParts } from '#server/store/metadata/statement-parts.ts';
import { type Assignment, assignIssues, hashKey } from './assign-issues.ts';
import { type BatchIssue, fold, type IssueDraft, newDraft, userHash } from './batch-issue.ts';
import { countHashes, countsByHash, type HashCount } from './hash-counts.ts';
import type { ActivityInsert, IssueRow } from './lifecycle.ts';

export type { BatchIssue } from './batch-issue.ts';

/** What became of one entry of the batch. Entries that belong to one issue get the same answer. */
export interface BatchIssueResult {
  issueId: number;
  isNew: boolean;
  regressed: boolean;
}

/**
 * Distinct users counted per issue. One row of issue_user is about 60 bytes, so an issue that hits everybody
 * costs 0.6 MB and no more; beyond, the count stands still and reads as "at least".
 */
export const ISSUE_USERS_MAX = 10_000;

/** Is the issue's user_count the true number, or only a lower bound? */
export const usersExact = (issue: Pick<IssueRow, 'user_count'>) => issue.user_count < ISSUE_USERS_MAX;

/** One issue as the batch leaves it. */
interface Change {
  /** 0 until a new issue is created. */
  id: number;
  isNew: boolean;
  regressed: boolean;
  /** The row as it was; none for a new issue. */
  before: IssueRow | undefined;
  issue: IssueDraft;
  assignment: Assignment;
  userHashes: string[];
}

/**
 * Applies a batch; the answers are in the order of the entries. The caller has checked in this transaction that
 * the projects exist. `now` is the program's clock, ms.
 */
export async function applyBatch(
  transaction: MetadataTransaction,
  batch: readonly BatchIssue[],
  now: number,
): Promise<BatchIssueResult[]> {
  const knownHashes = await findHashes(transaction, batch);
  const assignments = assignIssues(batch, knownHashes);
  const rows = await findIssues(transaction, assignments);
  const changes = assignments.map((assignment) =>
    foldAll(assignment, batch, rows.get(assignment.issueId ?? 0), now),
  );
  const fresh = changes.filter((change) => change.isNew);
  const known = changes.filter((change) => !change.isNew);

  await createIssues(transaction, fresh);
  const counts = countsByHash(batch);
  await associateHashes(transaction, changes, counts, now);
  await countHashes(
    transaction,
    [...counts].flatMap(([key, count]) => (knownHashes.has(key) ? [count] : [])),
  );
  await addUsers(transaction, changes);
  await updateIssues(transaction, known);
  await writeActivity(transaction, changes, now);
  return inOrderOfEntries(batch.length, changes);
}

/** Which hashes of the batch already point to an issue. */
async function findHashes(
  transaction: MetadataTransaction,
  batch: readonly BatchIssue[],
): Promise<ReadonlyMap<string, number>> {
  const known = new Map<string, number>();
  for (const [project, entries] of Map.groupBy(batch, (entry) => entry.project)) {
    const hashes = new Set(entries.flatMap((entry) => entry.hashes));
    for (const part of statementParts([...hashes], 1)) {
      const rows = await transaction
        .selectFrom('issue_hash')
        .select(['hash', 'issue_id'])
        .where('project_id', '=', project)
        .where('hash', 'in', part)
        .execute();
      for (const row of rows) known.set(hashKey(project, row.hash), row.issue_id);
    }
  }
  return known;
}

async function findIssues(
  transaction: MetadataTransaction,
  assignments: readonly Assignment[],
): Promise<ReadonlyMap<number, IssueRow>> {
  const ids = assignments.flatMap(({ issueId }) => issueId ?? []);
  const rows = new Map<number, IssueRow>();
  for (const part of statementParts(ids, 1))
    for (const row of await transaction.selectFrom('issue').selectAll().where('id', 'in', part).execute())
      rows.set(row.id, row);
  return rows;
}

function foldAll(
  assignment: Assignment,
  batch: readonly BatchIssue[],
  row: IssueRow | undefined,
  now: number,
): Change {
  const entries = assignment.entries.map((at) => batch[at]!);
  assert(
    row !== undefined || assignment.issueId === null,
    `issue ${assignment.issueId} has hashes and no row`,
  );
  const userHashes = [...new Set(entries.flatMap((entry) => entry.userKeys.map(userHash)))];
  let issue: IssueDraft = row ?? { ...newDraft(entries[0]!, now), user_count: userHashes.length };
  let regressed = false;
  for (const entry of entries) {
    const folded = fold(issue, entry, now);
    issue = folded.issue;
    regressed ||= folded.regressed;
  }
  return {
    id: row?.id ?? 0,
    isNew: row === undefined,
    regressed,
    before: row,
    issue,
    assignment,
    userHashes,
  };
}

/** Creates the new issues under the next numbers of their projects, and learns their ids. */
async function createIssues(transaction: MetadataTransaction, fresh: readonly Change[]): Promise<void> {
  for (const [project, changes] of Map.groupBy(fresh, (change) => change.issue.project_id)) {
    const taken = await transaction
      .updateTable('project')
      .set((to) => ({ last_issue_number: to('last_issue_number', '+', changes.length) }))
      .where('id', '=', project)
      .returning('last_issue_number')
      .executeTakeFirst();
    assert(taken, `project ${project} of a batch does not exist`);
    const numbered = changes.map((change, at) => ({
      change,
      number: taken.last_issue_number - changes.length + at + 1,
    }));
    for (const part of statementParts(numbered, ISSUE_COLUMNS)) {
      const created = await transaction
        .insertInto('issue')
        .values(part.map(({ change, number }) => ({ ...change.issue, number })))
        .returning(['id', 'number'])
        .execute();
      const idOf = new Map(created.map((row) => [row.number, row.id]));
      for (const { change, number } of part) change.id = idOf.get(number)!;
    }
  }
}

async function associateHashes(
  transaction: MetadataTransaction,
  changes: readonly Change[],
  counts: ReadonlyMap<string, HashCount>,
  now: number,
): Promise<void> {
  const rows = changes.flatMap(({ id, issue: { project_id }, assignment }) =>
    assignment.newHashes.map((hash) => {
      const count = counts.get(hashKey(project_id, hash));
      return {
        project_id,
        hash,
        issue_id: id,
        created_at: now,
        event_count: count?.events ?? 0,
        first_seen: count?.firstSeen ?? null,
        last_seen: count?.lastSeen ?? null,
      };
    }),
  );
  for (const part of statementParts(rows, 7))
    await transaction.insertInto('issue_hash').values(part).execute();
}

/** Remembers the users of the batch, and adds those not seen before to the user_count of known issues. */
async function addUsers(transaction: MetadataTransaction, changes: readonly Change[]): Promise<void> {
  const byId = new Map(changes.map((change) => [change.id, change]));
  const open = changes.filter(({ isNew, issue }) => isNew || usersExact(issue));
  const rows = open.flatMap(({ id, userHashes }) =>
    userHashes.map((user_hash) => ({ issue_id: id, user_hash })),
  );
  for (const part of statementParts(rows, 2)) {
    const added = await transaction
      .insertInto('issue_user')
      .values(part)
      .onConflict((conflict) => conflict.columns(['issue_id', 'user_hash']).doNothing())
      .returning('issue_id')
      .execute();
    for (const { issue_id } of added) {
      const change = byId.get(issue_id)!;
      if (!change.isNew) change.issue.user_count++;
    }
  }
}

/** What every event moves. */
const MOVING = [
  'last_seen',
  'event_count',
  'user_count',
  'last_event_id',
] as const satisfies readonly (keyof IssueDraft)[];
/** What most events leave as it is: written only for the issues where it differs. */
const RESTING = [
  'title',
  'culprit',
  'type',
  'exception_type',
  'exception_value',
  'level',
  'platform',
  'logger',
  'first_seen',
  'first_release',
  'last_release',
  'unhandled',
  'expected',
] as const satisfies readonly (keyof IssueDraft)[];
const NUMBERS: ReadonlySet<string> = new Set([
  'last_seen',
  'event_count',
  'user_count',
  'first_seen',
  'unhandled',
]);
/** Columns of an inserted issue: the above, and those written once or by a change of status. */
const ISSUE_COLUMNS = MOVING.length + RESTING.length + 8;

async function updateIssues(transaction: MetadataTransaction, known: readonly Change[]): Promise<void> {
  const reworded = known.filter(({ before, issue }) => RESTING.some((name) => before![name] !== issue[name]));
  await updateColumns(transaction, MOVING, known);
  await updateColumns(transaction, RESTING, reworded);
  await updateStatus(
    transaction,
    known.filter((change) => change.regressed),
  );
}

/**
 * The columns of many issues in one UPDATE ... FROM a list of values. Postgres takes bound values of such a
 * list for text, hence the casts; to SQLite they mean nothing.
 */
async function updateColumns(
  transaction: MetadataTransaction,
  names: readonly (keyof IssueDraft)[],
  changes: readonly Change[],
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

/** The issues that came back: the same new state for all of them. */
async function updateStatus(transaction: MetadataTransaction, regressed: readonly Change[]): Promise<void> {
  for (const part of statementParts(regressed, 1)) {
    const { status, substate, substate_at, resolved_at, resolved_by } = part[0]!.issue;
    await transaction
      .updateTable('issue')
      .set({ status, substate, substate_at, resolved_at, resolved_by })
      .where(
        'id',
        'in',
        part.map((change) => change.id),
      )
      .execute();
  }
}

async function writeActivity(
  transaction: MetadataTransaction,
  changes: readonly Change[],
  now: number,
): Promise<void> {
  const rows = changes
    .filter((change) => change.isNew || change.regressed)
    .map(({ id, isNew, issue }): ActivityInsert => {
      const release = isNew ? issue.first_release : issue.last_release;
      return {
        issue_id: id,
        project_id: issue.project_id,
        kind: isNew ? 'first_seen' : 'regressed',
        user_id: null,
        data: JSON.stringify({ eventId: issue.last_event_id, ...(release ? { release } : {}) }),
        created_at: now,
      };
    });
  for (const part of statementParts(rows, 6))
    await transaction.insertInto('issue_activity').values(part).execute();
}

function inOrderOfEntries(length: number, changes: readonly Change[]): BatchIssueResult[] {
  const results = new Array<BatchIssueResult>(length);
  for (const { id, isNew, regressed, assignment } of changes)
    for (const at of assignment.entries) results[at] = { issueId: id, isNew, regressed };
  return results;
}
