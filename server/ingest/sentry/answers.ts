/** How the protocol says yes and no. Source: https://develop.sentry.dev/sdk/foundations/transport/rate-limiting/. */
import type { Answer, Decoded, Limit, Verdict } from '#server/ingest/protocol.ts';
import { type Rejection, Unavailable } from '#server/platform/rejection.ts';
import { rateLimitHeader, retryAfterHeader } from './rate-limits.ts';

/** Longest text put into a header line, in characters. */
const HEADER_TEXT_CHARS_MAX = 400;

/** 200 with the event id, or `{}` when the request was about no event. Limits may accompany a 200. */
export function answerId(decoded: Decoded, verdict: Verdict): Answer {
  const { eventId } = decoded.request;
  return answerJson(200, eventId === undefined ? {} : { id: eventId }, rateLimitHeader(verdict.limited));
}

/** Crash reporters show the answer to a person or log it: the event id alone, as text. */
export function answerText(decoded: Decoded, verdict: Verdict): Answer {
  return {
    status: 200,
    headers: { 'content-type': 'text/plain; charset=utf-8', ...rateLimitHeader(verdict.limited) },
    body: decoded.request.eventId ?? '',
  };
}

/** Taken, nothing to say: curl in a cron job and forms only look at the status. */
export function answerEmpty(_: Decoded, verdict: Verdict): Answer {
  return answerJson(202, {}, rateLimitHeader(verdict.limited));
}

/** A refusal: the sentence as JSON, and in a header that browsers may read. */
export function refuse(error: Rejection | Unavailable, limits: Limit[]): Answer {
  const shared = {
    'x-sentry-error': headerText(error.message),
    ...rateLimitHeader(limits),
    ...retryAfterHeader(limits),
  };
  const body = { detail: error.message, error: { code: error.code, message: error.message } };
  return error instanceof Unavailable
    ? answerJson(503, body, { ...shared, 'retry-after': String(error.retryAfterSeconds) })
    : answerJson(error.status, body, { ...shared, ...error.headers });
}

function answerJson(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

/** A message may quote the sender: only what a header line can hold, and no more than a line. */
function headerText(message: string): string {
  return message.replace(/[^\x20-\x7e]/g, '?').slice(0, HEADER_TEXT_CHARS_MAX);
}
