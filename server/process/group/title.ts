/**
 * The title and culprit of an event, as Sentry words them. Part of `process`, after grouping's in-app marks.
 * Promises: pure; every field is a string, empty when not known; the text is the sender's and hostile.
 */
import type { EventPayload } from '#server/record/event.ts';

export interface EventTitle {
  title: string;
  culprit: string;
  exceptionType: string;
  exceptionValue: string;
  message: string;
  metadata: Record<string, string>;
}

export function titleOf(event: EventPayload): EventTitle {
  const exceptions = event.exception?.values ?? [];
  const main = exceptions.at(-1);
  const message = event.logentry?.formatted ?? event.logentry?.message ?? '';
  const exceptionType = main?.type ?? '';
  const exceptionValue = main?.value ?? '';
  const first = (text: string) => (text.split('\n', 1)[0] ?? '').slice(0, 256);
  const title = main
    ? exceptionType
      ? exceptionValue
        ? `${exceptionType}: ${first(exceptionValue)}`
        : exceptionType
      : first(exceptionValue) || '<unknown>'
    : first(message) || '<unlabeled event>';
  return {
    title,
    culprit: event.transaction ?? event.culprit ?? '',
    exceptionType,
    exceptionValue,
    message,
    metadata: {},
  };
}
