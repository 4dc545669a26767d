/**
 * What users wrote: feedback events of current SDKs and user reports of older ones. Either may arrive before
 * the event it speaks of, so the link to the issue is made whichever comes last.
 */
import { hash } from 'node:crypto';
import type { AcceptedRequest } from '#server/record/accepted.ts';
import type { MetadataDb, MetadataTransaction } from '#server/store/metadata/metadata.ts';
import { statementParts } from '#server/store/metadata/statement-parts.ts';
import { isRecord, type Json, parseHostileJson, Reader } from './normalize/reader.ts';

export interface FeedbackDraft {
  project: number;
  /** The id of the feedback event; of a report, which has none, one made of what it says. */
  feedbackId: string;
  eventId: string | null;
  name: string;
  email: string;
  message: string;
  url: string;
  traceId: string;
  replayId: string;
  /** Where it was written: `widget`, `crash_dialog`; empty: not said. */
  source: string;
  environment: string;
  release: string;
  at: number;
  /** As sent. */
  bytes: number;
}

/** Characters of a message; Sentry's bound of the protocol. */
const MESSAGE_CHARS = 4096;

export function readFeedbackEvent(payload: Uint8Array, request: AcceptedRequest): FeedbackDraft {
  const event = parseHostileJson(payload);
  const contexts = isRecord(event) && isRecord(event.contexts) ? event.contexts : {};
  const feedback = isRecord(contexts.feedback) ? contexts.feedback : {};
  const said = readSaid(feedback, {
    eventId: feedback.associated_event_id,
    email: feedback.contact_email,
    message: feedback.message,
  });
  const sent = isRecord(event) ? event : {};
  const trace = isRecord(contexts.trace) ? contexts.trace : {};
  const reader = new Reader();
  return {
    ...draft(request.eventId ?? idOf(said), said, payload, request),
    traceId: hexId(trace.trace_id) ?? '',
    replayId: hexId(feedback.replay_id) ?? '',
    source: reader.field(feedback.source, 'source', 64) ?? '',
    environment: reader.field(sent.environment, 'environment', 64) ?? '',
    release: reader.field(sent.release, 'release') ?? '',
  };
}

export function readUserReport(payload: Uint8Array, request: AcceptedRequest): FeedbackDraft {
  const report = parseHostileJson(payload);
  const record = isRecord(report) ? report : {};
  const said = readSaid(record, {
    eventId: record.event_id ?? request.eventId,
    email: record.email,
    message: record.comments,
  });
  return {
    ...draft(idOf(said), said, payload, request),
    source: new Reader().field(record.source, 'source', 64) ?? '',
  };
}

type Said = Pick<FeedbackDraft, 'eventId' | 'name' | 'email' | 'message' | 'url'>;

function readSaid(record: Json, given: { eventId: unknown; email: unknown; message: unknown }): Said {
  const reader = new Reader();
  return {
    eventId: hexId(given.eventId),
    name: reader.field(record.name, 'name') ?? '',
    email: reader.field(given.email, 'email') ?? '',
    message: reader.text(given.message, 'message', MESSAGE_CHARS) ?? '',
    url: reader.field(record.url, 'url', 1024) ?? '',
  };
}

function hexId(value: unknown): string | null {
  const id = new Reader().field(value, 'id', 64)?.replaceAll('-', '').toLowerCase();
  return id && /^[0-9a-f]{32}$/.test(id) ? id : null;
}

/** The same words about the same event, sent again, are the same feedback. */
function idOf({ eventId, name, email, message, url }: Said): string {
  return hash('md5', JSON.stringify([eventId, name, email, message, url]));
}

function draft(
  feedbackId: string,
  said: Said,
  payload: Uint8Array,
  { project, receivedAt }: AcceptedRequest,
): FeedbackDraft {
  const unsaid = { traceId: '', replayId: '', source: '', environment: '', release: '' };
  return { project, feedbackId, ...said, ...unsaid, at: receivedAt, bytes: payload.byteLength };
}

/**
 * Entries of a project kept within an hour. People who write are few, and anybody with the DSN of a page can write:
 * beyond it they are counted and not kept.
 */
const FEEDBACK_PER_HOUR_MAX = 5_000;
const HOUR_MS = 3_600_000;

/** Whether there is room for one more. */
export async function roomForFeedback(
  db: MetadataDb,
  drafts: readonly FeedbackDraft[],
  now: number,
): Promise<(project: number) => boolean> {
  const room = new Map<number, number>();
  for (const project of new Set(drafts.map((draft) => draft.project))) {
    const { count } = await db
      .selectFrom('feedback')
      .select((of) => of.fn.countAll<number>().as('count'))
      .where('project_id', '=', project)
      .where('created_at', '>', now - HOUR_MS)
      .executeTakeFirstOrThrow();
    room.set(project, FEEDBACK_PER_HOUR_MAX - Number(count));
  }
  return (project) => {
    const left = room.get(project) ?? 0;
    room.set(project, left - 1);
    return left > 0;
  };
}

/** Bound values of a row of feedback. */
const COLUMNS = 14;

/** Inserts the batch's feedback, linked where the caller knows the event's issue. */
export async function applyFeedback(
  transaction: MetadataTransaction,
  drafts: readonly FeedbackDraft[],
  issueOfEvent: (project: number, eventId: string) => number | undefined,
): Promise<void> {
  const rows = drafts.map(({ project, feedbackId, eventId, traceId, replayId, at, ...said }) => ({
    project_id: project,
    feedback_id: feedbackId,
    event_id: eventId,
    issue_id: eventId ? (issueOfEvent(project, eventId) ?? null) : null,
    name: said.name,
    email: said.email,
    message: said.message,
    url: said.url,
    trace_id: traceId,
    replay_id: replayId,
    source: said.source,
    environment: said.environment,
    release: said.release,
    created_at: at,
  }));
  for (const part of statementParts(rows, COLUMNS))
    await transaction
      .insertInto('feedback')
      .values(part)
      // Another program on the same store may have taken it since we looked.
      .onConflict((conflict) => conflict.columns(['project_id', 'feedback_id']).doNothing())
      .execute();
}

/** How long feedback may wait for its event, ms. SDKs send both within minutes; offline caches within days. */
const FEEDBACK_WAITS_MS = 7 * 86_400_000;

/** Links feedback that came before its event. `events` are those of the batch, with the issue of each. */
export async function linkWaitingFeedback(
  transaction: MetadataTransaction,
  now: number,
  events: readonly { project: number; eventId: string; issueId: number }[],
): Promise<void> {
  const waiting = transaction
    .selectFrom('feedback')
    .where('issue_id', 'is', null)
    .where('created_at', '>', now - FEEDBACK_WAITS_MS);
  // Nearly always nothing waits, and one look at an index says so.
  if (!(await waiting.select('id').limit(1).executeTakeFirst())) return;
  for (const [project, of] of Map.groupBy(events, (event) => event.project)) {
    const issueOf = new Map(of.map(({ eventId, issueId }) => [eventId, issueId]));
    for (const ids of statementParts([...issueOf.keys()], 1)) {
      const found = await waiting
        .select(['id', 'event_id'])
        .where('project_id', '=', project)
        .where('event_id', 'in', ids)
        .execute();
      for (const { id, event_id } of found)
        await transaction
          .updateTable('feedback')
          .set({ issue_id: issueOf.get(event_id!)! })
          .where('id', '=', id)
          .execute();
    }
  }
}
