/** Senders in browsers: any page may send, and its script may read what the answer says about limits. */
import type { Protocol } from './protocol.ts';

type Cors = NonNullable<Protocol['cors']>;

export function answerHeaders(cors: Cors | undefined): Record<string, string> {
  return cors
    ? { 'access-control-allow-origin': '*', 'access-control-expose-headers': cors.exposeHeaders }
    : {};
}

export function preflightHeaders(cors: Cors, methods: readonly string[]): Record<string, string> {
  return {
    'access-control-allow-origin': '*',
    'access-control-allow-methods': methods.join(', '),
    'access-control-allow-headers': cors.allowHeaders,
    'access-control-max-age': String(cors.maxAgeSeconds),
  };
}
