/**
 * One request to a server that may be busy, restarting or far away: asked again while it says so (429, 502 to 504, no
 * connection), as late as it asks for, until the patience is at its end. The answer is read whole, within a bound.
 * A redirect is an answer like any other: whoever follows it gives the credentials to another server.
 */
import { setTimeout as sleep } from 'node:timers/promises';

/** A server that says nothing for so long is asked again, ms. */
const ANSWER_MS_MAX = 120_000;
const FIRST_WAIT_MS = 500;
const WAIT_MS_MAX = 30_000;

export interface PatientRequest {
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
  /** How long to go on when no answer helps, ms. Waiting that the server asked for does not count. */
  patienceMs: number;
  /** Of an answer. */
  bytesMax: number;
  /** Hears of every wait of more than a second. */
  onWait?: (sentence: string) => void;
}

export interface PatientAnswer {
  status: number;
  headers: Headers;
  text: string;
}

/** No answer came, or one that is too large. The message says what happened, for a person. */
export class NoAnswer extends Error {}

/** The longest wait a server may ask for, ms: a rate limit of an hour exists, one of a day is an error. */
const ASKED_WAIT_MS_MAX = 3_600_000;

export async function patientFetch(url: URL, request: PatientRequest): Promise<PatientAnswer> {
  let waited = 0;
  for (let turn = 0; ; turn += 1) {
    const asked = await ask(url, request);
    const retry = retryOf(asked);
    if (!retry) return answerOf(asked);
    const backoff = Math.min(FIRST_WAIT_MS * 2 ** turn, WAIT_MS_MAX);
    const wait = retry.afterMs === undefined ? backoff : Math.max(retry.afterMs, 100);
    if (retry.afterMs === undefined) waited += wait;
    if (waited > request.patienceMs || wait > ASKED_WAIT_MS_MAX) return answerOf(asked);
    if (wait > 1000) request.onWait?.(`${retry.why}; waiting ${Math.ceil(wait / 1000)} s`);
    await sleep(wait);
  }
}

type Asked = PatientAnswer | NoAnswer;

function answerOf(asked: Asked): PatientAnswer {
  if (asked instanceof NoAnswer) throw asked;
  return asked;
}

async function ask(url: URL, { method = 'GET', headers, body, bytesMax }: PatientRequest): Promise<Asked> {
  try {
    const answer = await fetch(url, {
      ...{ method, redirect: 'manual', signal: AbortSignal.timeout(ANSWER_MS_MAX) },
      ...(headers ? { headers } : {}),
      ...(body === undefined ? {} : { body }),
    });
    const parts: Uint8Array[] = [];
    let bytes = 0;
    for await (const part of answer.body ?? []) {
      bytes += part.byteLength;
      if (bytes > bytesMax) throw new TooLarge(`${url.origin} answered with more than ${bytesMax} bytes`);
      parts.push(part);
    }
    return { status: answer.status, headers: answer.headers, text: Buffer.concat(parts).toString('utf8') };
  } catch (cause) {
    if (cause instanceof TooLarge) throw cause;
    return new NoAnswer(`${url.origin} gives no whole answer: ${reasonOf(cause)}`, { cause });
  }
}

class TooLarge extends NoAnswer {}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error ? cause.message || error.message : error.message;
}

/** What is worth asking again, and when. */
function retryOf(asked: Asked): { why: string; afterMs?: number } | null {
  if (asked instanceof NoAnswer) return { why: asked.message };
  const { status, headers } = asked;
  if (status !== 429 && (status < 502 || status > 504)) return null;
  const afterMs = askedWait(headers);
  return { why: `the server answers ${status}`, ...(afterMs === undefined ? {} : { afterMs }) };
}

/** `Retry-After` in seconds or as a date; Sentry says at which second its window ends instead. */
function askedWait(headers: Headers): number | undefined {
  const after = headers.get('retry-after');
  if (after !== null && /^\d{1,6}(\.\d+)?$/.test(after)) return Number(after) * 1000;
  const at =
    after === null
      ? Number(headers.get('x-sentry-rate-limit-reset') ?? Number.NaN) * 1000
      : Date.parse(after);
  return Number.isFinite(at) ? Math.max(at - Date.now(), 0) : undefined;
}
