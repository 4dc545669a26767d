/**
 * How channels reach the outside: HTTP through the one guarded door for addresses that people give, mail through the server's
 * own SMTP. What an HTTP answer means is decided here, once for all of them.
 */
import type { Clock } from '#server/platform/clock.ts';
import { type Outbound, OutboundFailed, OutboundRefused } from '#server/platform/outbound.ts';
import { type HttpReply, type Mail, NotDelivered, type Way } from './channel.ts';

/** A server may ask for an hour of quiet, not for a day: then it has made a mistake. */
const RETRY_AFTER_MS_MAX = 3_600_000;

/**
 * Statuses that say of this very message that it cannot be taken: it is not tried again. Others that refuse (401, 403, 404,
 * 410) are about the address or its credential, which a person puts right while the message waits.
 */
const FINAL: ReadonlySet<number> = new Set([400, 405, 406, 411, 413, 414, 415, 422, 431]);

export function createWay({
  outbound,
  mail,
  clock,
}: {
  outbound: Outbound;
  mail: Mail | null;
  clock: Clock;
}): Way {
  return {
    mail,
    now: clock.now,
    async post({ url, headers = {}, body }) {
      const answer = await outbound
        .call({
          method: 'POST',
          url,
          headers: { 'content-type': 'application/json', 'user-agent': 'Tandem', ...headers },
          body,
        })
        .catch((cause: unknown) => {
          if (cause instanceof OutboundRefused)
            throw new NotDelivered(
              { status: null, text: `This server does not call that address: ${cause.message}.` },
              { cause },
            );
          if (cause instanceof OutboundFailed)
            throw new NotDelivered({ status: null, text: cause.message }, { cause });
          throw cause;
        });
      const reply: HttpReply = { status: answer.status, headers: answer.headers, text: answer.body };
      if (reply.status < 200 || reply.status > 299)
        throw new NotDelivered(reply, {
          isFinal: FINAL.has(reply.status),
          retryAfterMs: askedWait(reply.headers, clock.now()),
        });
      return reply;
    },
  };
}

/** `Retry-After` in seconds or as a date (RFC 9110 10.2.3), milliseconds. */
export function askedWait(headers: Readonly<Record<string, string>>, now: number): number | null {
  const text = headers['retry-after']?.trim() ?? '';
  const ms = /^\d{1,9}(\.\d{1,6})?$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
  return Number.isFinite(ms) ? boundedWait(ms) : null;
}

export const boundedWait = (ms: number) => Math.min(Math.max(ms, 0), RETRY_AFTER_MS_MAX);
