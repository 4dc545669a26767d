/**
 * Any thrown value -> status, headers and body of the answer. The one place where errors become HTTP:
 * `{"error":{"code","message"},"detail":message}`, where `detail` is what Sentry's clients print.
 */
import type { FastifyError } from 'fastify';
import { Rejection, Unavailable } from '#server/platform/rejection.ts';
import type { HttpRejectionCode, Reject } from './reject.ts';

export interface ErrorAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
  /** True for a fault of ours: somebody must look at it. */
  bug: boolean;
}

/** Fastify's own complaints in the words of our table. Those not listed go by their status. */
const FASTIFY_CODES: Record<string, HttpRejectionCode> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'media_type_unknown',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'body_incomplete',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'body_empty',
  FST_ERR_CTP_INVALID_JSON_BODY: 'json_invalid',
  FST_ERR_MAX_PARAM_LENGTH: 'address_too_long',
  FST_ERR_NOT_FOUND: 'not_found',
};

const STATUS_CODES: Record<number, HttpRejectionCode> = {
  404: 'not_found',
  405: 'method_not_allowed',
  408: 'request_timeout',
  413: 'body_too_large',
  414: 'address_too_long',
  415: 'media_type_unknown',
  431: 'headers_too_large',
};

export function errorAnswer(error: unknown, requestId: string, reject: Reject): ErrorAnswer {
  if (error instanceof Unavailable)
    return {
      status: 503,
      headers: { 'retry-after': String(error.retryAfterSeconds) },
      body: errorBody(error.code, error.message),
      bug: false,
    };
  const rejection = error instanceof Rejection ? error : asRejection(error, reject);
  if (rejection)
    return {
      status: rejection.status,
      headers: rejection.headers,
      body: errorBody(rejection.code, rejection.message),
      bug: false,
    };
  return {
    status: 500,
    headers: { 'x-request-id': requestId },
    body: errorBody(
      'internal_error',
      `Something went wrong in the server. Its log has the reason under request ${requestId}.`,
    ),
    bug: true,
  };
}

export function errorBody(code: string, message: string): string {
  return JSON.stringify({ error: { code, message }, detail: message });
}

/** The refusal behind an error of Fastify or one of its plugins; null when the fault is ours. */
function asRejection(error: unknown, reject: Reject): Rejection | null {
  if (!isFastifyError(error)) return null;
  if (error.validation) return reject('request_invalid', wrongField(error), { cause: error });
  const code = FASTIFY_CODES[error.code] ?? STATUS_CODES[error.statusCode];
  if (code) return reject(code, '', { cause: error });
  return reject('request_invalid', error.message, { cause: error });
}

/** A 4xx that Fastify or a plugin made; a plugin's 5xx is a bug like any other. */
function isFastifyError(error: unknown): error is FastifyError & { statusCode: number } {
  if (!(error instanceof Error) || !('statusCode' in error)) return false;
  return typeof error.statusCode === 'number' && error.statusCode >= 400 && error.statusCode < 500;
}

/** `body.rateLimit.count: too small` — where, and what is wrong with it. Never the value: it may be a secret. */
function wrongField(error: FastifyError): string {
  const where = error.validationContext ?? 'request';
  const [first] = error.validation ?? [];
  if (!first) return where;
  const path = first.instancePath.replaceAll('/', '.').replace(/\.$/, '');
  return `${where}${path}: ${first.message ?? first.keyword}`;
}
