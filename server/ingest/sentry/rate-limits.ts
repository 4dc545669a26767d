/**
 * Limits in Sentry's header, which SDKs obey by category:
 * `retry_after:categories(;):scope:reason:namespaces(;)`, several of them joined by commas.
 */
import type { Limit } from '#server/ingest/protocol.ts';
import { CATEGORIES_OF_KIND } from './categories.ts';

/** X-Sentry-Rate-Limits, which may accompany a 200 too: the rest of the categories goes on. */
export function rateLimitHeader(limits: readonly Limit[]): Record<string, string> {
  const parts = limits.map(encodeLimit).filter((part) => part !== undefined);
  return parts.length === 0 ? {} : { 'x-sentry-rate-limits': parts.join(', ') };
}

/** Retry-After of a refusal, for senders that know only that: when all of it may come again. */
export function retryAfterHeader(limits: readonly Limit[]): Record<string, string> {
  return limits.length === 0 ? {} : { 'retry-after': String(Math.max(...limits.map(seconds))) };
}

/** Undefined when no SDK has a category for the kinds: an empty list would silence everything. */
function encodeLimit(limit: Limit): string | undefined {
  const categories = limit.kinds.flatMap((kind) => CATEGORIES_OF_KIND[kind]);
  if (limit.kinds.length > 0 && categories.length === 0) return undefined;
  const reason = limit.reason.replace(/[^a-z0-9_]/gi, '_');
  return `${seconds(limit)}:${categories.join(';')}:${limit.scope}:${reason}:`;
}

/** Whole seconds, at least one: SDKs read 0 as no limit. */
function seconds(limit: Limit): number {
  return Math.max(1, Math.ceil(limit.retryAfterSeconds));
}
