/**
 * The issues of a batch, written by `process` inside the batch's transaction: find by hash, create, associate
 * hashes, count users, update, tell the story in the activity. A handful of statements whatever the batch
 * holds. The transaction holds the lock of every project in the batch (MetadataStore.transaction), so what is
 * read here is still true when it is written; without that lock a clash of hashes fails the whole batch.
 */
import { assert } from '#server/platform/assert.ts';
import { type ReleaseOrder, readReleaseOrders } from '#server/releases/releases.ts';
import type { MetadataTransaction } from '#server/store/metadata/metadata.ts';
import { statementParts } from '#server/store/metadata/statement-parts.ts';
import { type Assignment, assignIssues, hashKey } from './assign-issues.ts';
import { type BatchIssue, fold, type IssueDraft, newDraft, userHash } from './batch-issue.ts';
import { countHashes, countsByHash, type HashCount, nameKinds } from './hash-counts.ts';
import {
  type ActivityInsert,
  archivedCountIsFull,
  type IssueRow,
  openState,
  type SeenRelease,
  STATE_COLUMNS,
} from './lifecycle.ts';
import { tellActivity } from './tell-activity.ts';
import { updateColumns } from './update-columns.ts';

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
  /** The events that brought it back after it was resolved. */
  regressed: SeenRelease | null;
  /** It was archived until there are so many more, and now there are. */
  isBack: boolean;
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
  const { issues: knownHashes, kinds } = await findHashes(transaction, batch);
  const assignments = assignIssues(batch, knownHashes);
  const rows = await findIssues(transaction, assignments);
  const orders = await readOrders(transaction, assignments, batch, rows);
  const changes = assignments.map((assignment) =>
    foldAll(assignment, batch, rows.get(assignment.issueId ?? 0), { now, orders }),
  );
  const fresh = changes.filter((change) => change.isNew);
  const known = changes.filter((change) => !change.isNew);

  await createIssues(transaction, fresh);
  const counts = countsByHash(batch);
  await associateHashes(transaction, changes, counts, now);
  const again = [...counts].filter(([key]) => knownHashes.has(key));
  await countHashes(
    transaction,
    again.map(([, count]) => count),
  );
  await nameKinds(
    transaction,
    again.flatMap(([key, count]) => (count.kind !== '' && count.kind !== kinds.get(key) ? [count] : [])),
  );
  await addUsers(transaction, changes);
  for (const change of known) bringBack(change, now);
  await updateIssues(transaction, known);
  await writeActivity(transaction, changes, now);
  return inOrderOfEntries(batch.length, changes);
}

/** Which hashes of the batch already point to an issue, and what they were told by so far. */
async function findHashes(
  transaction: MetadataTransaction,
  batch: readonly BatchIssue[],
): Promise<{ issues: ReadonlyMap<string, number>; kinds: ReadonlyMap<string, string> }> {
  const issues = new Map<string, number>();
  const kinds = new Map<string, string>();
  for (const [project, entries] of Map.groupBy(batch, (entry) => entry.project)) {
    const hashes = new Set(entries.flatMap((entry) => entry.hashes));
    for (const part of statementParts([...hashes], 1)) {
      const rows = await transaction
        .selectFrom('issue_hash')
        .select(['hash', 'issue_id', 'kind'])
        .where('project_id', '=', project)
        .where('hash', 'in', part)
        .execute();
      for (const row of rows) {
        const key = hashKey(project, row.hash);
        issues.set(key, row.issue_id);
        kinds.set(key, row.kind);
      }
    }
  }
  return { issues, kinds };
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

/** The order of releases where it decides: of projects with events of issues that are resolved in a release. */
async function readOrders(
  transaction: MetadataTransaction,
  assignments: readonly Assignment[],
  batch: readonly BatchIssue[],
  rows: ReadonlyMap<number, IssueRow>,
): Promise<ReadonlyMap<number, ReleaseOrder>> {
  const wanted = new Map<number, { versions: Set<string>; newest: boolean }>();
  for (const { issueId, project, entries } of assignments) {
    const row = rows.get(issueId ?? 0);
    if (row?.status !== 'resolved' || row.resolved_in === '' || row.resolved_in === 'commit') continue;
    const of = wanted.get(project) ?? { versions: new Set(), newest: false };
    wanted.set(project, of);
    for (const release of [row.resolved_release, ...releasesOf(entries, batch)])
      if (release) of.versions.add(release);
    of.newest ||= releasesOf(entries, batch).includes('');
  }
  return wanted.size === 0 ? new Map() : readReleaseOrders(transaction, wanted);
}

const releasesOf = (entries: readonly number[], batch: readonly BatchIssue[]) =>
  entries.flatMap((at) => batch[at]!.releases.map(({ release }) => release));

/** After the users were counted, which may be what it was archived until. */
function bringBack(change: Change, now: number): void {
  if (!archivedCountIsFull(change.issue)) return;
  change.isBack = true;
  change.issue = { ...change.issue, ...openState('escalating', now) };
}

function foldAll(
  assignment: Assignment,
  batch: readonly BatchIssue[],
  row: IssueRow | undefined,
  { now, orders }: { now: number; orders: ReadonlyMap<number, ReleaseOrder> },
): Change {
  const entries = assignment.entries.map((at) => batch[at]!);
  assert(
    row !== undefined || assignment.issueId === null,
    `issue ${assignment.issueId} has hashes and no row`,
  );
  const userHashes = [...new Set(entries.flatMap((entry) => entry.userKeys.map(userHash)))];
  let issue: IssueDraft = row ?? { ...newDraft(entries[0]!, now), user_count: userHashes.length };
  let regressed: SeenRelease | null = null;
  for (const entry of entries) {
    const folded = fold(issue, entry, now, orders.get(entry.project));
    issue = folded.issue;
    regressed ??= folded.regressed;
  }
  return {
    id: row?.id ?? 0,
    isNew: row === undefined,
    regressed,
    isBack: false,
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
        log_count: count?.fromLogs ?? 0,
        kind: count?.kind ?? '',
      };
    }),
  );
  for (const part of statementParts(rows, 9))
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
/** Columns of an inserted issue: the above, and those written once or by a change of status. */
const ISSUE_COLUMNS = MOVING.length + RESTING.length + STATE_COLUMNS.length + 5;

async function updateIssues(transaction: MetadataTransaction, known: readonly Change[]): Promise<void> {
  const reworded = known.filter(({ before, issue }) => RESTING.some((name) => before![name] !== issue[name]));
  await updateColumns(transaction, MOVING, known);
  await updateColumns(transaction, RESTING, reworded);
  await updateColumns(
    transaction,
    STATE_COLUMNS,
    known.filter((change) => change.regressed || change.isBack),
  );
}

async function writeActivity(
  transaction: MetadataTransaction,
  changes: readonly Change[],
  now: number,
): Promise<void> {
  const rows = changes.flatMap((change): ActivityInsert[] => {
    const told = storyOf(change);
    return told === null
      ? []
      : [
          {
            ...{ issue_id: change.id, project_id: change.issue.project_id, user_id: null, created_at: now },
            ...{ kind: told.kind, data: JSON.stringify(told.data) },
          },
        ];
  });
  await tellActivity(transaction, rows);
}

/** What the batch did to the issue, beside counting. */
function storyOf({ isNew, isBack, regressed, issue, before }: Change): {
  kind: ActivityInsert['kind'];
  data: Record<string, unknown>;
} | null {
  const eventId = issue.last_event_id;
  const named = (release: string) => (release ? { release } : {});
  if (isNew) return { kind: 'first_seen', data: { eventId, ...named(issue.first_release) } };
  if (regressed) {
    const { resolved_in, resolved_release } = before!;
    const fixedIn = resolved_in === '' ? {} : { resolvedIn: resolved_in, resolvedRelease: resolved_release };
    return { kind: 'regressed', data: { eventId, ...named(regressed.release), ...fixedIn } };
  }
  if (!isBack) return null;
  const { archived_until: until, archived_limit: count } = before!;
  return { kind: 'returned', data: { eventId, until, count } };
}

function inOrderOfEntries(length: number, changes: readonly Change[]): BatchIssueResult[] {
  const results = new Array<BatchIssueResult>(length);
  for (const { id, isNew, regressed, assignment } of changes)
    for (const at of assignment.entries) results[at] = { issueId: id, isNew, regressed: regressed !== null };
  return results;
}
