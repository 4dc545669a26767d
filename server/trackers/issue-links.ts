/** Links of an issue to trackers and other addresses: made, created there, taken away, and told in the activity. */
import * as z from 'zod';
import type { IssueLink, TrackerIssueRequest } from '#contract/trackers.ts';
import type { Viewer } from '#server/accounts/accounts.ts';
import type { FoundIssue } from '#server/issues/issues.ts';
import { toLink } from '#server/issues/teamwork/links.ts';
import { reject } from '#server/record/rejections.ts';
import { isUniqueViolation } from '#server/store/metadata/unique-violation.ts';
import type { TrackerIssue } from './tracker-kind.ts';
import {
  askTracker,
  findTracker,
  KINDS,
  readTrackers,
  type TrackerRow,
  type TrackerStores,
} from './trackers.ts';

/** Of one issue. */
const LINKS_MAX = 20;
const TITLE_CHARS_MAX = 300;

/** One of a tracker of ours is looked up there; any other address is kept as it is. */
export async function linkIssue(
  stores: TrackerStores,
  viewer: Viewer,
  issue: FoundIssue,
  text: string,
): Promise<IssueLink> {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:')
    throw reject('request_invalid', 'url: write it whole, with https://');
  await checkRoom(stores, issue);
  for (const tracker of await readTrackers(stores, viewer.organization.id)) {
    const which = readOf(tracker, url);
    if (which === null) continue;
    const ask = askTracker(stores, viewer.organization.id, tracker);
    const found = await understood(KINDS[tracker.kind].find(ask, which));
    return keepLink(stores, viewer, issue, { tracker, found, activity: 'linked' });
  }
  const name = `${url.host}${url.pathname}`.replace(/\/$/, '').slice(0, TITLE_CHARS_MAX);
  const found = { url: url.href, name, title: '', state: '' };
  return keepLink(stores, viewer, issue, { tracker: null, found, activity: 'linked' });
}

/** What a tracker takes an address for; null: it is none of its own. */
function readOf({ kind, url: base }: TrackerRow, url: URL): unknown | null {
  const { origin, pathname } = new URL(base);
  const prefix = pathname.replace(/\/+$/, '');
  if (url.origin !== origin || !url.pathname.startsWith(`${prefix}/`)) return null;
  return KINDS[kind].read(url.pathname.slice(prefix.length));
}

export async function createTrackerIssue(
  stores: TrackerStores,
  viewer: Viewer,
  issue: FoundIssue,
  { trackerId, target, title, body, issueType = 'Bug' }: TrackerIssueRequest,
): Promise<IssueLink> {
  await checkRoom(stores, issue);
  const tracker = await findTracker(stores, viewer.organization.id, trackerId);
  const ask = askTracker(stores, viewer.organization.id, tracker);
  const wanted = { target, title, body, issueType };
  const found = await understood(KINDS[tracker.kind].create(ask, wanted, tracker.url));
  return keepLink(stores, viewer, issue, { tracker, found, activity: 'link_created' });
}

/** An answer of another shape is the tracker's. */
async function understood(found: Promise<TrackerIssue>): Promise<TrackerIssue> {
  try {
    return await found;
  } catch (cause) {
    if (cause instanceof z.ZodError)
      throw reject('tracker_failed', 'it answered something else than an issue', { cause });
    throw cause;
  }
}

export async function unlinkIssue(
  { metadata, clock }: TrackerStores,
  viewer: Viewer,
  { row: { id: issue_id, project_id } }: FoundIssue,
  linkId: number,
): Promise<void> {
  await metadata.transaction([project_id], async (transaction) => {
    const gone = await transaction
      .deleteFrom('issue_link')
      .where('issue_id', '=', issue_id)
      .where('id', '=', linkId)
      .returning(['name', 'url'])
      .executeTakeFirst();
    if (!gone) throw reject('not_found', 'no such link');
    await transaction
      .insertInto('issue_activity')
      .values({ issue_id, project_id, kind: 'unlinked', ...doneBy(viewer, gone, clock.now()) })
      .execute();
  });
}

async function checkRoom({ metadata }: TrackerStores, { row }: FoundIssue): Promise<void> {
  const { kept } = await metadata.db
    .selectFrom('issue_link')
    .select((of) => of.fn.countAll<number>().as('kept'))
    .where('issue_id', '=', row.id)
    .executeTakeFirstOrThrow();
  if (kept >= LINKS_MAX) throw reject('limit_reached', `${LINKS_MAX} links of an issue`);
}

async function keepLink(
  { metadata, clock }: TrackerStores,
  viewer: Viewer,
  { row: { id: issue_id, project_id } }: FoundIssue,
  {
    tracker,
    found,
    activity,
  }: { tracker: TrackerRow | null; found: TrackerIssue; activity: 'linked' | 'link_created' },
): Promise<IssueLink> {
  const now = clock.now();
  const url = found.url.startsWith('/') && tracker ? tracker.url + found.url : found.url;
  try {
    return await metadata.transaction([project_id], async (transaction) => {
      const row = await transaction
        .insertInto('issue_link')
        .values({
          ...{ issue_id, tracker_id: tracker?.id ?? null, kind: tracker?.kind ?? 'url', url },
          ...{ name: found.name, title: found.title.slice(0, TITLE_CHARS_MAX) },
          ...{ state: found.state.slice(0, 100), created_at: now },
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      await transaction
        .insertInto('issue_activity')
        .values({ issue_id, project_id, kind: activity, ...doneBy(viewer, { ...found, url }, now) })
        .execute();
      return toLink(row);
    });
  } catch (cause) {
    if (isUniqueViolation(cause)) throw reject('conflict', 'the link is there already', { cause });
    throw cause;
  }
}

const doneBy = (
  { userId, name: tokenName }: Viewer,
  { name, url }: { name: string; url: string },
  now: number,
) => ({
  user_id: userId,
  data: JSON.stringify({ link: name, url, ...(userId === null ? { token: tokenName } : {}) }),
  created_at: now,
});
