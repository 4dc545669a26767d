/** A bulk change of issues in Sentry's API that asks for them to be merged. */
import * as z from 'zod';
import type { FoundIssue } from '#server/issues/issues.ts';
import { mergeIssues } from '#server/issues/merge-issues.ts';
import type { SentryApi } from './sentry-api.ts';
import { bodyOf, type SentryRequest } from './sentry-request.ts';

/** `merge: 1` of a bulk change: the largest stays, as at Sentry. Null: nobody asked for it. */
export async function mergeAsked(
  api: SentryApi,
  request: SentryRequest,
  issues: () => Promise<FoundIssue[]>,
) {
  const { merge } = bodyOf(z.object({ merge: z.unknown().optional() }), request);
  if (merge === undefined || merge === null || merge === false || merge === 0 || merge === '0') return null;
  const { into, merged } = await mergeIssues(api, await issues(), null, request.viewer);
  return { merge: { parent: String(into), children: merged.map(String) } };
}
