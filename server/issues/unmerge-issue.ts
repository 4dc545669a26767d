/**
 * Takes hashes out of an issue, into one of their own. When an issue was merged with just these hashes, that one comes back
 * with its id, its short id, its activity and what people had chosen; else it is a new issue. Events, first and last
 * seen are those of the hashes and exact at once; words, releases and users are read from telemetry, and once more
 * when what is on its way has arrived (issue-recount.ts). One transaction under the lock of the project.
 */
import type { Viewer } from '#server/accounts/accounts.ts';
import { Unavailable } from '#server/platform/rejection.ts';
import { reject } from '#server/record/rejections.ts';
import type { MetadataTransaction } from '#server/store/metadata/metadata.ts';
import { statementParts } from '#server/store/metadata/statement-parts.ts';
import { restoreBelongings } from './issue-belongings.ts';
import { type EventsSeen, finishRecounts, noteRecount, readEvents, setUsers } from './issue-recount.ts';
import { type FoundIssue, hashesOf, type IssueStores } from './issues.ts';
import { type IssueRow, newIssueState } from './lifecycle.ts';
import { archivedFrom, type MergedState } from './merge-issues.ts';
import { shortId } from './short-id.ts';

/** The id of the issue that has the hashes now. */
export async function takeOut(
  stores: Pick<IssueStores, 'metadata' | 'telemetry' | 'clock'>,
  { row: { id, project_id }, project }: FoundIssue,
  asked: readonly string[],
  by: Pick<Viewer, 'userId' | 'name'>,
): Promise<number> {
  const { db } = stores.metadata;
  const owned = (await hashesOf(stores, [id])).get(id)!;
  const taken = await withCompanions(db, project_id, owned, asked);
  const left = owned.filter((hash) => !taken.includes(hash));
  const [takenEvents, leftEvents] = [
    await readEvents(stores, project_id, taken),
    await readEvents(stores, project_id, left),
  ];
  const feedback = await feedbackOf(stores, project_id, id, taken);
  const now = stores.clock.now();

  const target = await stores.metadata.transaction([project_id], async (transaction) => {
    const source = await transaction.selectFrom('issue').selectAll().where('id', '=', id).executeTakeFirst();
    const still = (await hashesOf({ metadata: { db: transaction } }, [id])).get(id)!;
    if (!source || taken.some((hash) => !still.includes(hash))) throw reject('issue_changed');
    const remaining = still.filter((hash) => !taken.includes(hash));
    const takenSum = await sumOf(transaction, project_id, taken);
    const leftSum = await sumOf(transaction, project_id, remaining);
    // What no hash explains (events from before they were counted, what another tracker had seen) stays where it is.
    const uncounted = Math.max(0, source.event_count - takenSum.events - leftSum.events);
    if (takenSum.events === 0 || leftSum.events + uncounted === 0)
      throw reject('request_invalid', 'both issues must have events: take out some of the hashes, not all');

    const back = await mergedIssue(transaction, id, { asked, taken, still });
    const target = await openIssue(transaction, source, back, takenSum, takenEvents, now);
    await transaction
      .updateTable('issue_hash')
      .set({ issue_id: target.id })
      .where('project_id', '=', project_id)
      .where('hash', 'in', taken)
      .execute();
    await setUsers(transaction, target.id, takenEvents.users);
    await setUsers(transaction, id, leftEvents.users);
    await transaction
      .updateTable('issue')
      .set({
        event_count: leftSum.events + uncounted,
        user_count: leftEvents.users.length,
        ...(leftEvents.words ?? {}),
        ...seenLeft(source, takenSum, leftSum),
        ...archivedFrom(source, leftSum.events + uncounted, leftEvents.users.length),
      })
      .where('id', '=', id)
      .execute();
    for (const part of statementParts(feedback, 1))
      await transaction
        .updateTable('feedback')
        .set({ issue_id: target.id })
        .where('id', 'in', part)
        .where('issue_id', '=', id)
        .execute();
    if (back) await comeBack(transaction, id, back);
    await tell(
      transaction,
      { source, target, slug: project.slug, hashes: asked.length, isBack: back !== undefined },
      by,
      now,
    );
    await noteRecount(transaction, project_id, [id, target.id], now);
    return target.id;
  });
  // Mostly nothing is on its way. What cannot be read now is read later, and the issue is taken apart all the same.
  await finishRecounts(stores).catch((error: unknown) => {
    if (!(error instanceof Unavailable)) throw error;
  });
  return target;
}

/**
 * Beside a hash that decides, events carry others (a stack of all frames beside the one of the person's). They go along,
 * unless events that stay carry them too.
 */
async function withCompanions(
  db: IssueStores['metadata']['db'],
  project: number,
  owned: readonly string[],
  asked: readonly string[],
): Promise<string[]> {
  const unknown = asked.find((hash) => !owned.includes(hash));
  if (unknown !== undefined)
    throw reject('request_invalid', `the issue has no hash ${unknown.slice(0, 100)}`);
  const rows = await db
    .selectFrom('hash_grouping')
    .innerJoin('issue_hash', (join) =>
      join
        .onRef('issue_hash.project_id', '=', 'hash_grouping.project_id')
        .onRef('issue_hash.hash', '=', 'hash_grouping.hash'),
    )
    .select(['hash_grouping.hash', 'hash_grouping.grouping', 'issue_hash.event_count'])
    .where('hash_grouping.project_id', '=', project)
    .where('hash_grouping.hash', 'in', owned)
    .execute();
  const deciding = new Set(rows.flatMap(({ hash, event_count }) => (event_count > 0 ? [hash] : [])));
  const companions = (isTaken: boolean) =>
    new Set(
      rows
        .filter(({ hash }) => asked.includes(hash) === isTaken)
        .flatMap(({ grouping }) => (JSON.parse(grouping) as { hashes: string[] }).hashes),
    );
  const staying = companions(false);
  const along = [...companions(true)].filter(
    (hash) => owned.includes(hash) && !deciding.has(hash) && !staying.has(hash),
  );
  return [...new Set([...asked, ...along])];
}

/** Feedback looked at; the rest stays with the issue that it is shown on. */
const FEEDBACK_MAX = 5_000;

/** What users wrote about events of the hashes that are taken out. */
async function feedbackOf(
  { metadata: { db }, telemetry }: Pick<IssueStores, 'metadata' | 'telemetry'>,
  project: number,
  issue: number,
  hashes: readonly string[],
): Promise<number[]> {
  const rows = await db
    .selectFrom('feedback')
    .select(['id', 'event_id'])
    .where('issue_id', '=', issue)
    .where('event_id', 'is not', null)
    .orderBy('id', 'desc')
    .limit(FEEDBACK_MAX)
    .execute();
  if (rows.length === 0) return [];
  const found = await telemetry.select<{ event_id: string }>(
    [project],
    `SELECT event_id FROM events WHERE project_id IN {projects:Array(UInt32)}
      AND grouping_hash IN {hashes:Array(String)} AND event_id IN {events:Array(String)}`,
    { params: { hashes, events: rows.map(({ event_id }) => event_id) } },
  );
  const events = new Set(found.map(({ event_id }) => event_id));
  return rows.flatMap(({ id, event_id }) => (events.has(event_id ?? '') ? [id] : []));
}

interface Sum {
  events: number;
  firstSeen: number;
  lastSeen: number;
}

/** When what stays was seen, and its first release where that is not known from its events. */
function seenLeft(source: IssueRow, taken: Sum, left: Sum) {
  const isOlder = left.events === 0 || source.first_seen < Math.min(taken.firstSeen, left.firstSeen);
  const isNewer = left.events === 0 || source.last_seen > Math.max(taken.lastSeen, left.lastSeen);
  return {
    first_seen: isOlder ? source.first_seen : left.firstSeen,
    last_seen: isNewer ? source.last_seen : left.lastSeen,
    ...(isOlder && source.first_release ? { first_release: source.first_release } : {}),
  };
}

async function sumOf(
  transaction: MetadataTransaction,
  project: number,
  hashes: readonly string[],
): Promise<Sum> {
  if (hashes.length === 0) return { events: 0, firstSeen: 0, lastSeen: 0 };
  const { events, first, last } = await transaction
    .selectFrom('issue_hash')
    .select((of) => [
      of.fn.sum<number>('event_count').as('events'),
      of.fn.min('first_seen').as('first'),
      of.fn.max('last_seen').as('last'),
    ])
    .where('project_id', '=', project)
    .where('hash', 'in', hashes)
    .executeTakeFirstOrThrow();
  return { events: Number(events), firstSeen: Number(first ?? 0), lastSeen: Number(last ?? 0) };
}

interface MergedIssue extends MergedState {
  id: number;
  number: number;
}

/** The merged issue that comes back with these hashes: all of its events that are here are among them, and no others. */
async function mergedIssue(
  transaction: MetadataTransaction,
  issue: number,
  { asked, taken, still }: Record<'asked' | 'taken' | 'still', readonly string[]>,
): Promise<MergedIssue | undefined> {
  const rows = await transaction
    .selectFrom('merged_issue')
    .selectAll()
    .where('issue_id', '=', issue)
    .orderBy('merged_at', 'desc')
    .orderBy('id')
    .execute();
  if (rows.length === 0) return undefined;
  const idle = await transaction
    .selectFrom('issue_hash')
    .select('hash')
    .where('issue_id', '=', issue)
    .where('event_count', '=', 0)
    .execute();
  const staying = new Set(still);
  for (const hash of [...taken, ...idle.map((row) => row.hash)]) staying.delete(hash);
  const found = rows.find((row) => {
    const hashes = JSON.parse(row.hashes) as string[];
    return asked.every((hash) => hashes.includes(hash)) && !hashes.some((hash) => staying.has(hash));
  });
  return found && { id: found.id, number: found.number, ...(JSON.parse(found.state) as MergedState) };
}

async function openIssue(
  transaction: MetadataTransaction,
  source: IssueRow,
  back: MergedIssue | undefined,
  sum: Sum,
  seen: EventsSeen,
  now: number,
): Promise<{ id: number; number: number }> {
  const number = back?.number ?? (await nextNumber(transaction, source.project_id));
  // What the store makes itself is not to be written.
  const { id: _, number: __, impact: ___, ...like } = back?.row ?? source;
  const { id } = await transaction
    .insertInto('issue')
    .values({
      ...like,
      ...(back ? { id: back.id } : { ...newIssueState(now), substate: 'ongoing', created_at: now }),
      number,
      ...seen.words,
      first_seen: sum.firstSeen,
      last_seen: sum.lastSeen,
      event_count: sum.events,
      user_count: seen.users.length,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return { id, number };
}

async function nextNumber(transaction: MetadataTransaction, project: number): Promise<number> {
  const { last_issue_number } = await transaction
    .updateTable('project')
    .set((to) => ({ last_issue_number: to('last_issue_number', '+', 1) }))
    .where('id', '=', project)
    .returning('last_issue_number')
    .executeTakeFirstOrThrow();
  return last_issue_number;
}

/** Its history and what people had chosen go with it, and its addresses lead to itself again. */
async function comeBack(transaction: MetadataTransaction, source: number, back: MergedIssue): Promise<void> {
  await transaction
    .updateTable('issue_activity')
    .set({ issue_id: back.id, merged_from: null })
    .where('issue_id', '=', source)
    .where('merged_from', '=', back.id)
    .execute();
  await transaction.deleteFrom('merged_issue').where('id', '=', back.id).execute();
  await restoreBelongings(transaction, back.id, back.belongings);
}

async function tell(
  transaction: MetadataTransaction,
  {
    source,
    target,
    slug,
    hashes,
    isBack,
  }: {
    source: IssueRow;
    target: { id: number; number: number };
    slug: string;
    hashes: number;
    isBack: boolean;
  },
  by: Pick<Viewer, 'userId' | 'name'>,
  now: number,
): Promise<void> {
  const token = by.userId === null ? { token: by.name } : {};
  const entry = { project_id: source.project_id, user_id: by.userId, created_at: now };
  await transaction
    .insertInto('issue_activity')
    .values([
      {
        ...entry,
        issue_id: source.id,
        kind: 'unmerged',
        data: JSON.stringify({ into: shortId(slug, target.number), hashes, ...token }),
      },
      {
        ...entry,
        issue_id: target.id,
        kind: 'unmerged',
        data: JSON.stringify({ from: shortId(slug, source.number), hashes, isBack, ...token }),
      },
    ])
    .execute();
}
