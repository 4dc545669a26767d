/** One batch to the server, once: what became of it, as a value. Never throws. */
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Batch } from './outbox.ts';

/** A server that says nothing for so long is asked again, ms. */
const ANSWER_MS_MAX = 20_000;
/** Of an answer that is kept, to be told on, characters. */
const ANSWER_CHARS_MAX = 300;

export type Posted =
  | { became: 'taken' }
  /** The server will never take anything from us. */
  | { became: 'unwelcome'; why: string }
  /** The server will never take this. */
  | { became: 'refused'; why: string }
  | { became: 'failed'; why: string; retryAfterMs?: number };

const compress = promisify(gzip);

export async function post(
  { url, key }: { url: URL; key: string },
  { id, body }: Batch,
  signal: AbortSignal,
): Promise<Posted> {
  const packed = await compress(body, { level: 1 });
  return new Promise((resolve) => {
    const fail = (why: string) => resolve({ became: 'failed', why });
    const options = {
      method: 'POST',
      timeout: ANSWER_MS_MAX,
      signal,
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/x-ndjson',
        'content-encoding': 'gzip',
        'content-length': packed.length,
        'idempotency-key': id,
        'user-agent': 'tandem-pipe',
      },
    };
    const send = url.protocol === 'https:' ? requestHttps : requestHttp;
    const request = send(url, options, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => {
        if (text.length < ANSWER_CHARS_MAX) text += chunk;
      });
      answer.on('error', ({ message }) => fail(message));
      answer.on('end', () =>
        resolve(readAnswer(answer.statusCode ?? 0, answer.headers['retry-after'], text)),
      );
    });
    request.on('timeout', () => request.destroy(new Error(`no answer within ${ANSWER_MS_MAX / 1000} s`)));
    request.on('error', (error: NodeJS.ErrnoException) =>
      fail(error.message || (error.code ?? 'no connection')),
    );
    request.end(packed);
  });
}

function readAnswer(status: number, retryAfter: string | undefined, text: string): Posted {
  if (status >= 200 && status < 300) return { became: 'taken' };
  const why = `${status} ${sentenceIn(text)}`.trim();
  if (status === 401 || status === 403) return { became: 'unwelcome', why };
  // 404 and 405 come of a proxy in front of a server that is being replaced, and of a wrong address: both are told.
  if (status === 400 || status === 413 || status === 415 || status === 422) return { became: 'refused', why };
  return { became: 'failed', why, retryAfterMs: retryAfterMs(retryAfter) };
}

function sentenceIn(text: string): string {
  try {
    const { error } = JSON.parse(text);
    return String(error.message ?? error);
  } catch {
    return text.slice(0, ANSWER_CHARS_MAX).replaceAll(/\s+/g, ' ');
  }
}

/** Seconds, or a date. */
function retryAfterMs(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const ms = /^\d{1,6}$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
