/** From what a protocol says to what is sent: the door's last step, the same for every protocol. */
import type { FastifyReply } from 'fastify';
import { Rejection, type Unavailable } from '#server/platform/rejection.ts';
import { reject } from '#server/record/rejections.ts';
import type { Answer, Asked, Limit, LimitCode, Protocol } from './protocol.ts';

export function sendAnswer(reply: FastifyReply, answer: Answer): FastifyReply {
  if (answer.body.length > 0) reply.type('application/json; charset=utf-8');
  for (const [name, value] of Object.entries(answer.headers ?? {})) reply.header(name, asHeaderValue(value));
  return reply.code(answer.status).send(answer.body);
}

/** A refusal may quote the sender's bytes, and a header takes only printable ASCII. */
function asHeaderValue(value: string): string {
  return value.replace(/[^\x20-\x7e]/g, '?');
}

/** The refusal in the protocol's words; what every client understands is added where the protocol says nothing. */
export function refusalAnswer(
  protocol: Protocol,
  error: Rejection | Unavailable,
  limits: Limit[],
  asked: Asked,
): Answer {
  const answer = protocol.refuse(error, limits, asked);
  const own = error instanceof Rejection ? error.headers : { 'retry-after': String(error.retryAfterSeconds) };
  return { ...answer, headers: { ...own, ...answer.headers } };
}

/** The gravest first: what the sender hears of when several limits are reached. */
const GRAVITY = ['overloaded', 'quota_exceeded', 'rate_limited'] as const satisfies LimitCode[];

/** Nothing of the request may pass now: the refusal, with the longest wait. */
export function limitReached(limits: Limit[]): Rejection {
  const code = GRAVITY.find((each) => limits.some(({ reason }) => reason === each)) ?? 'rate_limited';
  const details = limits.flatMap(({ reason, detail }) => (reason === code && detail ? [detail] : []));
  const seconds = Math.max(...limits.map((limit) => limit.retryAfterSeconds));
  return reject(code, details.join('; '), { headers: { 'retry-after': String(seconds) } });
}
