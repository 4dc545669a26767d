/**
 * What users wrote: feedback events of current SDKs and user reports of older ones. Either may arrive before
 * the event it speaks of, so the link to the issue is made whichever comes last.
 */
import type { AcceptedRequest } from '#server/record/accepted.ts';
import type { MetadataTransaction } from '#server/store/metadata/metadata.ts';
import { isRecord, type Json, parseHostileJson, Reader } from './normalize/reader.ts';

export interface FeedbackDraft {
  project: number;
  feedbackId: string | null;
  eventId: string | null;
  name: string;
  email: string;
  message: string;
  url: string;
  at: number;
}

/** Characters of a message; Sentry's bound of the protocol. */
const MESSAGE_CHARS = 4096;

export function readFeedbackEvent(payload: Uint8Array, request: AcceptedRequest): FeedbackDraft {
  const event = parseHostileJson(payload);
  const contexts = isRecord(event) && isRecord(event.contexts) ? event.contexts : {};
  const feedback = isRecord(contexts.feedback) ? contexts.feedback : {};
  return draft(feedback, request, {
    feedbackId: request.eventId ?? null,
    eventId: feedback.associated_event_id,
    email: feedback.contact_email,
    message: feedback.message,
  });
}

export function readUserReport(payload: Uint8Array, request: AcceptedRequest): FeedbackDraft {
  const report = parseHostileJson(payload);
  const record = isRecord(report) ? report : {};
  return draft(record, request, {
    feedbackId: null,
    eventId: record.event_id ?? request.eventId,
    email: record.email,
    message: record.comments,
  });
}

function draft(
  record: Json,
  request: AcceptedRequest,
  given: { feedbackId: string | null; eventId: unknown; email: unknown; message: unknown },
): FeedbackDraft {
  const reader = new Reader();
  const eventId = reader.field(given.eventId, 'event_id', 64)?.replaceAll('-', '').toLowerCase();
  return {
    project: request.project,
    feedbackId: given.feedbackId,
    eventId: eventId && /^[0-9a-f]{32}$/.test(eventId) ? eventId : null,
    name: reader.field(record.name, 'name') ?? '',
    email: reader.field(given.email, 'email') ?? '',
    message: reader.text(given.message, 'message', MESSAGE_CHARS) ?? '',
    url: reader.field(record.url, 'url', 1024) ?? '',
    at: request.receivedAt,
  };
}

/** Inserts the batch's feedback, linked where the caller knows the event's issue. */
export async function applyFeedback(
  transaction: MetadataTransaction,
  drafts: readonly FeedbackDraft[],
  issueOfEvent: (project: number, eventId: string) => number | undefined,
): Promise<void> {
  if (drafts.length === 0) return;
  await transaction
    .insertInto('feedback')
    .values(
      drafts.map((feedback) => ({
        project_id: feedback.project,
        feedback_id: feedback.feedbackId,
        event_id: feedback.eventId,
        issue_id: feedback.eventId ? (issueOfEvent(feedback.project, feedback.eventId) ?? null) : null,
        name: feedback.name,
        email: feedback.email,
        message: feedback.message,
        url: feedback.url,
        created_at: feedback.at,
      })),
    )
    .execute();
}

/** How long feedback may wait for its event, ms. SDKs send both within minutes; offline caches within days. */
const FEEDBACK_WAITS_MS = 7 * 86_400_000;
/** Waiting feedback looked at per batch, newest first. */
const WAITING_MAX = 1000;

/** Links feedback that came before its event. */
export async function linkWaitingFeedback(
  transaction: MetadataTransaction,
  now: number,
  issueOfEvent: (project: number, eventId: string) => number | undefined,
): Promise<void> {
  const waiting = await transaction
    .selectFrom('feedback')
    .select(['id', 'project_id', 'event_id'])
    .where('issue_id', 'is', null)
    .where('event_id', 'is not', null)
    .where('created_at', '>', now - FEEDBACK_WAITS_MS)
    .orderBy('id', 'desc')
    .limit(WAITING_MAX)
    .execute();
  for (const { id, project_id, event_id } of waiting) {
    const issueId = issueOfEvent(project_id, event_id!);
    if (issueId !== undefined)
      await transaction.updateTable('feedback').set({ issue_id: issueId }).where('id', '=', id).execute();
  }
}
