/**
 * The likely cause of an issue for whoever tells of it elsewhere, such as an alert: what its story marks, found within a
 * time of the caller's choice. Null when there is none, when it could not be compared in time, and when the event is gone:
 * a message must neither wait for it nor fail for it.
 */
import type { EventCause, StoryRef, Suspect } from '#contract/story.ts';
import { eventsOf } from '#server/issues/events-of.ts';
import { type FoundIssue, type IssueStores, projectIds } from '#server/issues/issues.ts';
import type { Log } from '#server/platform/log.ts';
import { excerpt } from './evidence.ts';
import { readStory, type StoryQuestion } from './story.ts';

export interface LikelyCause {
  /** `gateway: POST /charges 503`: the line itself, cut, in its sender's words. */
  text: string;
  /** What it did, when, and the counts: a sentence. */
  evidence: string;
  /** The story with the line opened: a path under the public address. */
  path: string;
  ref: StoryRef;
  suspect: Suspect;
}

export interface CauseQuestion {
  issueId: string;
  /** An id, or `latest`. */
  eventId: string;
  timeoutMs?: number;
}

/** An alert may wait so long. */
const TIMEOUT_MS = 2_000;
/** A hint beside the stack: nobody waits for it, and whoever wants to know opens the story. */
const HINT_TIMEOUT_MS = 4_000;
/** What came longer ago tells of another time. */
const SETTLED_WITHIN_MS = 60_000;
const SETTLED_TIMEOUT_MS = 500;
/** Most loggers send their lines in batches of a second or two; a message waits for no others. */
const SETTLED_MS = 3_000;

/** Throws what readStory throws; see the function below for who must not fail. */
export async function likelyCause(
  stores: IssueStores,
  { issueId, eventId, timeoutMs = TIMEOUT_MS }: CauseQuestion,
): Promise<LikelyCause | null> {
  const found = await findOwn(stores, issueId);
  if (!found) return null;
  const { story } = await readStory(stores, { ...found, which: eventId, timeoutMs });
  const item = story.items.find(({ id }) => id === story.cause.itemId);
  // What could not be compared with healthy traffic is a guess, and an alert is no place for guesses.
  if (story.cause.state !== 'found' || !item?.suspect) return null;
  return {
    text: `${item.service ? `${item.service}: ` : ''}${excerpt(item.message ?? item.body)}`,
    evidence: item.suspect.evidence,
    path: `/issues/${issueId}/story?${new URLSearchParams({ event: story.event!.id, line: item.id })}`,
    ref: item.ref,
    suspect: item.suspect,
  };
}

/** For the page of an occurrence, by what its viewer may see. */
export async function eventCause(
  stores: IssueStores,
  question: Pick<StoryQuestion, 'projects' | 'issue' | 'which'>,
): Promise<EventCause> {
  const { story } = await readStory(stores, { ...question, timeoutMs: HINT_TIMEOUT_MS });
  const { cause, event, cutShort = [], items } = story;
  const suspect = items.find(({ id }) => id === cause.itemId)?.suspect;
  const isCounted = cause.state === 'found' && suspect?.numbers.occurrences && suspect.numbers.healthy?.of;
  return {
    cause:
      isCounted && event && cause.itemId !== null
        ? { evidence: suspect.evidence, eventId: event.id, itemId: cause.itemId }
        : null,
    isEarly: cutShort.some(({ why }) => why === 'early'),
  };
}

/** For alerts: with the public address, and null instead of an error, which is logged. */
export function openFindCause(stores: IssueStores, publicUrl: () => string, log: Pick<Log, 'warn'>) {
  return async (
    issueId: string,
    eventId: string,
  ): Promise<{ text: string; evidence: string; url: string } | null> => {
    try {
      const settled = await settledEvent(stores, issueId);
      const cause = await likelyCause(stores, { issueId, eventId: settled || eventId || 'latest' });
      return cause && { text: cause.text, evidence: cause.evidence, url: `${publicUrl()}${cause.path}` };
    } catch (error) {
      log.warn({ err: error, issueId }, 'the likely cause of an issue could not be found');
      return null;
    }
  };
}

/** The newest event that came so long ago that its lines are there; empty: all are newer. */
async function settledEvent(stores: IssueStores, issueId: string): Promise<string> {
  const found = await findOwn(stores, issueId);
  if (!found) return '';
  const of = await eventsOf(stores, found.issue);
  const [event] = await stores.telemetry.select<{ event_id: string }>(
    of.projects,
    `SELECT event_id FROM events WHERE ${of.where}
        AND timestamp >= fromUnixTimestamp64Milli({since:Int64}) AND received_at <= fromUnixTimestamp64Milli({until:Int64})
      ORDER BY timestamp DESC LIMIT 1`,
    {
      params: {
        ...of.params,
        since: stores.clock.now() - SETTLED_WITHIN_MS,
        until: stores.clock.now() - SETTLED_MS,
      },
      timeoutMs: SETTLED_TIMEOUT_MS,
    },
  );
  return event?.event_id ?? '';
}

/** The issue with all projects of its organization: nobody asks, and no other organization is seen. */
async function findOwn(
  stores: IssueStores,
  issueId: string,
): Promise<{ issue: FoundIssue; projects: number[] } | null> {
  const { db } = stores.metadata;
  const row = await db.selectFrom('issue').selectAll().where('id', '=', Number(issueId)).executeTakeFirst();
  if (!row) return null;
  const owner = await db
    .selectFrom('project')
    .select('organization_id')
    .where('id', '=', row.project_id)
    .executeTakeFirst();
  const projects = owner ? await stores.listProjects(owner.organization_id) : [];
  const project = projects.find(({ id }) => Number(id) === row.project_id);
  return project ? { issue: { row, project }, projects: projectIds(projects) } : null;
}
