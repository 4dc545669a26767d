/** What the banner says, from what the program says about itself. */
import type { Status } from '#contract/live.ts';
import { ApiError } from '#web/client.ts';

export function sentencesOf(status: Status | undefined, error: unknown): string[] {
  if (error instanceof ApiError && (error.status === 0 || error.status >= 500))
    return ['The server does not answer. This page shows what it knew last and goes on asking.'];
  if (!status) return [];
  const restarting =
    status.engine === 'restarting'
      ? ['The engine is restarting. Nothing that was answered is lost; pages may be empty for a few seconds.']
      : [];
  return [...restarting, ...status.problems];
}
