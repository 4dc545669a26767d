/** Event ids: 32 lower-case hex here, whatever dashes and case they came with. */
import { randomUUID } from 'node:crypto';
import { reject } from '#server/record/rejections.ts';

const NIL = '0'.repeat(32);
const EVENT_ID = /^(?:[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/i;

export function newEventId(): string {
  return randomUUID().replaceAll('-', '');
}

/** The id as sent, normalised. Undefined when there is none; an all-zero id counts as none, as in Sentry. */
export function readEventId(sent: unknown): string | undefined {
  if (sent === undefined || sent === null || sent === '') return undefined;
  if (typeof sent !== 'string' || !EVENT_ID.test(sent)) throw reject('event_id_invalid');
  const id = sent.replaceAll('-', '').toLowerCase();
  return id === NIL ? undefined : id;
}
