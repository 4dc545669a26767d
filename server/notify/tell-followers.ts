/**
 * People who follow an issue hear of what others do to it: the activity of issues is read on from where it was left, and what
 * concerns somebody goes to the outbox of their own channel in the transaction that moves the mark. Nobody hears of what they
 * did themselves, and nobody of what was before there was a mark.
 */
import type { PersonalEvent } from '#contract/channels.ts';
import type { CommentData } from '#contract/teamwork.ts';
import { followersOf } from '#server/issues/teamwork/followers.ts';
import { findMentions } from '#server/issues/teamwork/mentions.ts';
import type { Clock } from '#server/platform/clock.ts';
import type { Notification } from '#server/record/notification.ts';
import type { MetadataDb, MetadataStore } from '#server/store/metadata/metadata.ts';
import type { Enqueue } from './outbox.ts';
import { personalChannels } from './personal.ts';
import { ACTIVITY } from './words.ts';

const MARK = 'followers-told';
/** Entries of one turn; the others in the next. */
const ENTRIES_PER_TURN = 200;
/** What is older was brought from elsewhere, or nobody was there to tell it. Milliseconds. */
const OLD_MS = 3_600_000;
/** On Postgres an entry may become visible after one with a higher number: by now its transaction is over. */
const SETTLED_MS = 10_000;
const TEXT_CHARS_MAX = 1_000;

export interface FollowerDeps {
  metadata: MetadataStore;
  clock: Clock;
  enqueue: Enqueue;
  peopleNames(organizationId: number): Promise<ReadonlyMap<string, string>>;
  publicUrl(): string;
}

interface Entry {
  id: number;
  kind: string;
  userId: string | null;
  data: string;
  at: number;
  issueId: number;
  number: number;
  title: string;
  organizationId: number;
  project: { id: number; slug: string; name: string };
}

export async function tellFollowers(deps: FollowerDeps): Promise<void> {
  const { metadata, clock, enqueue } = deps;
  const mark = await readMark(metadata.db);
  if (mark === null) return;
  const read = await readEntries(deps, mark);
  const last = read.at(-1);
  if (!last) return;
  const now = clock.now();
  const told: { entry: Entry; people: ReadonlyMap<string, PersonalEvent> }[] = [];
  for (const entry of read)
    if (entry.at > now - OLD_MS && entry.kind in EVENTS)
      told.push({ entry, people: await concerned(deps, entry) });
  await metadata.transaction([], async (transaction) => {
    const moved = await transaction
      .updateTable('setting')
      .set({ value: String(last.id) })
      .where('name', '=', MARK)
      .where('value', '=', String(mark))
      .executeTakeFirst();
    // Another program has told them.
    if (moved.numUpdatedRows === 0n) return;
    for (const { entry, people } of told) {
      const { organizationId } = entry;
      const channels = await personalChannels(transaction, { organizationId, now }, [...people.keys()]);
      for (const { id, userId, events } of channels) {
        const event = people.get(userId)!;
        if (events.includes(event))
          await enqueue(
            transaction,
            notificationOf(deps, entry, { event, names: await namesOf(deps, entry) }),
            [String(id)],
          );
      }
    }
  });
}

const EVENTS: Record<string, PersonalEvent> = {
  assigned: 'assigned',
  comment: 'commented',
  regressed: 'regressed',
  resolved: 'resolved',
};

/** The first time, everything so far counts as told. */
async function readMark(db: MetadataDb): Promise<number | null> {
  const known = await db.selectFrom('setting').select('value').where('name', '=', MARK).executeTakeFirst();
  if (known) return Number(known.value);
  const { newest } = await db
    .selectFrom('issue_activity')
    .select((of) => of.fn.max<number | null>('id').as('newest'))
    .executeTakeFirstOrThrow();
  await db
    .insertInto('setting')
    .values({ name: MARK, value: String(newest ?? 0) })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return null;
}

async function readEntries({ metadata, clock }: FollowerDeps, mark: number): Promise<Entry[]> {
  const rows = await metadata.db
    .selectFrom('issue_activity as activity')
    .innerJoin('issue', 'issue.id', 'activity.issue_id')
    .innerJoin('project', 'project.id', 'activity.project_id')
    .select([
      ...(['activity.id', 'activity.kind', 'activity.user_id as userId', 'activity.data'] as const),
      ...(['activity.created_at as at', 'issue.id as issueId', 'issue.number', 'issue.title'] as const),
      ...(['project.organization_id as organizationId', 'project.id as projectId'] as const),
      ...(['project.slug', 'project.name'] as const),
    ])
    .where('activity.id', '>', mark)
    .orderBy('activity.id')
    .limit(ENTRIES_PER_TURN)
    .execute();
  const entries = rows.map(({ projectId, slug, name, ...row }) => ({
    ...row,
    project: { id: projectId, slug, name },
  }));
  if (metadata.dialect === 'sqlite') return entries;
  const now = clock.now();
  const fresh = entries.findIndex(({ at }) => at > now - SETTLED_MS && at <= now);
  return fresh === -1 ? entries : entries.slice(0, fresh);
}

const namesOf = ({ peopleNames }: FollowerDeps, { organizationId }: Entry) => peopleNames(organizationId);

/** Who is to hear of it and as what, without who did it. */
async function concerned(deps: FollowerDeps, entry: Entry): Promise<ReadonlyMap<string, PersonalEvent>> {
  const people =
    entry.kind === 'assigned' ? await assigneesOf(deps, entry) : await followersToTell(deps, entry);
  people.delete(entry.userId ?? '');
  return people;
}

async function assigneesOf(
  { metadata: { db } }: FollowerDeps,
  { issueId }: Entry,
): Promise<Map<string, PersonalEvent>> {
  const rows = await db
    .selectFrom('issue_assignee')
    .leftJoin('team_member', 'team_member.team_id', 'issue_assignee.team_id')
    .select(['issue_assignee.user_id as own', 'team_member.user_id as ofTeam'])
    .where('issue_assignee.issue_id', '=', issueId)
    .execute();
  return new Map(
    rows.flatMap(({ own, ofTeam }) =>
      [own, ofTeam].flatMap((id) => (id === null ? [] : [[id, 'assigned'] as const])),
    ),
  );
}

async function followersToTell(deps: FollowerDeps, entry: Entry): Promise<Map<string, PersonalEvent>> {
  const { metadata, peopleNames } = deps;
  const followers = await followersOf({ metadata, peopleNames }, entry.organizationId, entry.issueId);
  const people = new Map<string, PersonalEvent>(followers.map(({ id }) => [id, EVENTS[entry.kind]!]));
  if (entry.kind !== 'comment') return people;
  const { userIds } = findMentions(textOf(entry), await namesOf(deps, entry), []);
  for (const id of userIds) if (people.has(id)) people.set(id, 'mentioned');
  // Those of a team that was called began to follow with this comment.
  const called = await metadata.db
    .selectFrom('issue_follower')
    .select('user_id')
    .where('issue_id', '=', entry.issueId)
    .where('reason', '=', 'mentioned')
    .where('since', '=', entry.at)
    .execute();
  for (const { user_id } of called) if (people.has(user_id)) people.set(user_id, 'mentioned');
  return people;
}

const textOf = ({ data }: Entry) =>
  ((JSON.parse(data) as Partial<CommentData>).text ?? '').slice(0, TEXT_CHARS_MAX);

const WHY: Record<PersonalEvent, string> = {
  assigned: 'it was assigned to you',
  mentioned: 'you were mentioned',
  commented: 'you follow the issue',
  regressed: 'you follow the issue',
  resolved: 'you follow the issue',
};

function notificationOf(
  { publicUrl }: FollowerDeps,
  entry: Entry,
  { event, names }: { event: PersonalEvent; names: ReadonlyMap<string, string> },
): Notification {
  const { token } = JSON.parse(entry.data) as { token?: string };
  const who = (entry.userId === null ? token : names.get(entry.userId)) ?? 'Tandem';
  const short = `${entry.project.slug.toUpperCase()}-${entry.number}`;
  const said: Record<PersonalEvent, string> = {
    assigned: `${who} assigned ${short} to you`,
    mentioned: `${who} mentioned you on ${short}`,
    commented: `${who} commented on ${short}`,
    regressed: `${short} is back`,
    resolved: `${who} resolved ${short}`,
  };
  const isTalk = entry.kind === 'comment';
  return {
    id: `activity:${entry.id}`,
    organizationId: String(entry.organizationId),
    project: entry.project,
    rule: { id: ACTIVITY, name: WHY[event] },
    firingKey: `issue:${entry.issueId}`,
    state: 'firing',
    priority: 'info',
    title: `${said[event]}: ${entry.title}`,
    reason: isTalk ? textOf(entry) : '',
    startedAt: entry.at,
    endedAt: null,
    facts: [
      { name: 'Why you', value: WHY[event] },
      { name: 'Fewer mails', value: `${publicUrl()}/settings/notifications` },
    ],
    cause: null,
    issue: { id: String(entry.issueId), shortId: short },
    url: `${publicUrl()}/issues/${entry.issueId}`,
    labels: {},
  };
}
