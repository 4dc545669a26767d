/**
 * What tells a request that is sent again, because our answer did not arrive, from a new one. The sender names it
 * (`Idempotency-Key`, as in the draft of the IETF), or it holds spans, which have ids of their own, or it is about one event.
 * Anything else has no identity: two requests with the same line of log may be two lines.
 */
import { createHash, type Hash } from 'node:crypto';
import type { AcceptedRecord, LaneName } from '#server/record/accepted.ts';
import type { IngestRequest } from './protocol.ts';

/** Half of SHA-256: nobody meets another's by chance, and whoever makes two equal has the key to send both. */
const IDENTITY_CHARS = 32;

/**
 * Of a request whose sender names it. The bytes count too: a name that a script gives to everything it sends loses
 * nothing. The key, because names of one sender are nothing to another. 1.9 GB/s.
 */
export function namedIdentity(
  { headers, body }: Pick<IngestRequest, 'headers' | 'body'>,
  keyId: number,
): string | undefined {
  const name = headers['idempotency-key']?.trim();
  if (!name) return undefined;
  return textOf(createHash('sha256').update(`named ${keyId} ${name}\n`).update(body));
}

/**
 * Of what goes to one lane. The parts of one request have one each, for each is read by itself. Events and what belongs
 * to them are told by their own ids, when they are processed; logs that come in the envelope of an event by the event's.
 */
export function frameIdentity(
  lane: LaneName,
  records: readonly AcceptedRecord[],
  keyId: number,
  { named, eventId }: { named?: string | undefined; eventId?: string | undefined } = {},
): string | undefined {
  if (named !== undefined) return textOf(createHash('sha256').update(`${lane} ${named}`));
  if (lane !== 'bulk') return undefined;
  if (eventId === undefined && !records.some(({ type }) => type === 'spans')) return undefined;
  const hash = createHash('sha256').update(`${keyId} ${eventId ?? ''}\n`);
  for (const { payload } of records) hash.update(payload);
  return textOf(hash);
}

const textOf = (hash: Hash) => hash.digest('hex').slice(0, IDENTITY_CHARS);
