/**
 * The public link to an issue: one at a time, made and taken back by whoever may change issues, told in the activity. A
 * link that was taken back, one that never was and one of an organization that shares nothing any more are not told apart.
 */
import { randomBytes } from 'node:crypto';
import type { IssueShare, SharedIssue } from '#contract/shares.ts';
import type { Viewer } from '#server/accounts/accounts.ts';
import { findEvent } from '#server/issues/event-queries.ts';
import { eventsOf } from '#server/issues/events-of.ts';
import { type FoundIssue, type IssueStores, iso, toIssue } from '#server/issues/issues.ts';
import { Rejection } from '#server/platform/rejection.ts';
import type { EventPayload } from '#server/record/event.ts';
import { reject } from '#server/record/rejections.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import { publicEvent, withoutPersons } from './public-event.ts';

/** 256 bits: nobody finds one by trying. */
const TOKEN_BYTES = 32;

type Stores = Pick<IssueStores, 'metadata' | 'clock' | 'peopleNames'>;

export async function readShare(
  { metadata, peopleNames }: Pick<IssueStores, 'metadata' | 'peopleNames'>,
  { organization }: Pick<Viewer, 'organization'>,
  issueId: number,
): Promise<IssueShare | null> {
  const row = await metadata.db
    .selectFrom('issue_share')
    .selectAll()
    .where('issue_id', '=', issueId)
    .executeTakeFirst();
  if (!row) return null;
  const names = row.user_id === null ? null : await peopleNames(organization.id);
  const by = names?.get(row.user_id ?? '') ?? (row.token_name || null);
  return { token: row.token, by, at: iso(row.created_at) };
}

export async function mayShare(db: MetadataDb, organizationId: number): Promise<boolean> {
  const row = await db
    .selectFrom('organization')
    .select('sharing')
    .where('id', '=', organizationId)
    .executeTakeFirst();
  return row?.sharing === 1;
}

/** The link there is, or a new one. */
export async function shareIssue(stores: Stores, viewer: Viewer, issue: FoundIssue): Promise<IssueShare> {
  const { metadata, clock } = stores;
  if (!(await mayShare(metadata.db, viewer.organization.id)))
    throw reject('not_allowed', 'public links are switched off in the settings of the organization');
  const { id: issue_id, project_id } = issue.row;
  await metadata.transaction([project_id], async (transaction) => {
    const made = await transaction
      .insertInto('issue_share')
      .values({
        ...{ issue_id, user_id: viewer.userId, created_at: clock.now() },
        token: randomBytes(TOKEN_BYTES).toString('base64url'),
        token_name: viewer.userId === null ? viewer.name : '',
      })
      .onConflict((conflict) => conflict.column('issue_id').doNothing())
      .returning('issue_id')
      .executeTakeFirst();
    if (made)
      await transaction
        .insertInto('issue_activity')
        .values({ issue_id, project_id, kind: 'shared', ...doneBy(viewer, clock.now()) })
        .execute();
  });
  return (await readShare(stores, viewer, issue_id))!;
}

export async function unshareIssue(
  { metadata, clock }: Stores,
  viewer: Viewer,
  { row: { id: issue_id, project_id } }: FoundIssue,
): Promise<void> {
  await metadata.transaction([project_id], async (transaction) => {
    const gone = await transaction
      .deleteFrom('issue_share')
      .where('issue_id', '=', issue_id)
      .returning('issue_id')
      .executeTakeFirst();
    if (gone)
      await transaction
        .insertInto('issue_activity')
        .values({ issue_id, project_id, kind: 'unshared', ...doneBy(viewer, clock.now()) })
        .execute();
  });
}

const doneBy = ({ userId, name }: Viewer, now: number) => ({
  user_id: userId,
  data: JSON.stringify(userId === null ? { token: name } : {}),
  created_at: now,
});

/** What stands behind a link. */
export async function readSharedIssue(stores: IssueStores, token: string): Promise<SharedIssue> {
  const share = await stores.metadata.db
    .selectFrom('issue_share')
    .innerJoin('issue', 'issue.id', 'issue_share.issue_id')
    .innerJoin('project', 'project.id', 'issue.project_id')
    .innerJoin('organization', 'organization.id', 'project.organization_id')
    .select(['issue.id', 'project.id as projectId', 'organization.id as organizationId'])
    .where('issue_share.token', '=', token)
    .where('organization.sharing', '=', 1)
    .executeTakeFirst();
  const project =
    share &&
    (await stores.listProjects(share.organizationId)).find(({ id }) => id === String(share.projectId));
  const row =
    project &&
    (await stores.metadata.db.selectFrom('issue').selectAll().where('id', '=', share!.id).executeTakeFirst());
  if (!row) throw reject('not_found');
  const issue = { row, project };
  const { shortId, title, culprit, level, status, firstSeen, lastSeen, events } = toIssue(
    issue,
    stores.clock.now(),
  );
  return {
    ...{ shortId, level, status, firstSeen, lastSeen, events },
    ...{ title: withoutPersons(title), culprit: withoutPersons(culprit) },
    event: await latestEvent(stores, issue),
  };
}

/** An issue outlives its events. */
async function latestEvent(stores: IssueStores, issue: FoundIssue): Promise<SharedIssue['event']> {
  try {
    const event = await findEvent(stores, await eventsOf(stores, issue), 'latest');
    const payload = JSON.parse(event.payload) as EventPayload;
    await stores.readStacks?.(event.project_id, payload);
    return { at: iso(event.at), ...publicEvent(payload) };
  } catch (error) {
    if (error instanceof Rejection && error.code === 'not_found') return null;
    throw error;
  }
}
