/**
 * What users say: the `feedback` item, an event with contexts.feedback, and the older `user_report`, four
 * fields about an event that may not have arrived yet.
 */
import { reject } from '#server/record/rejections.ts';
import { type Contents, keep } from './contents.ts';
import type { Item } from './envelope-reader.ts';
import { readEventId } from './event-id.ts';
import { isObject, type JsonObject, readJsonObject, textOf } from './json.ts';

export function decodeFeedback({ payload }: Item): Contents {
  const { value, bytes } = readJsonObject(payload);
  const feedback = isObject(value.contexts) ? value.contexts.feedback : undefined;
  if (!isObject(feedback) || !textOf(feedback.message)?.trim())
    throw reject('feedback_invalid', 'contexts.feedback.message');
  return { records: [keep('feedback', 'feedback', bytes)], counts: [], eventId: readEventId(value.event_id) };
}

export function decodeUserReport({ payload }: Item): Contents {
  const { value, bytes } = readJsonObject(payload);
  requireUserReport(value);
  return { records: [keep('user_report', 'feedback', bytes)], counts: [] };
}

/** Throws feedback_invalid or event_id_invalid. */
export function requireUserReport(report: JsonObject): void {
  if (!textOf(report.comments)?.trim()) throw reject('feedback_invalid', 'comments');
  if (readEventId(report.event_id) === undefined)
    throw reject('feedback_invalid', 'event_id of the event it is about');
}
