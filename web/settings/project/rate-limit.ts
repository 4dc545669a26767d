/** Limits of a key in words. */
import type { IngestKey } from '#contract/projects.ts';
import { fullNumber } from '#web/ui/number.ts';

export const WINDOWS = [
  { seconds: 1, label: 'a second' },
  { seconds: 60, label: 'a minute' },
  { seconds: 3600, label: 'an hour' },
  { seconds: 86_400, label: 'a day' },
] as const;

export function rateLimitWords(limit: IngestKey['rateLimit']): string {
  if (!limit) return 'no limit';
  const window =
    WINDOWS.find((each) => each.seconds === limit.windowSeconds)?.label ??
    `${fullNumber(limit.windowSeconds)} seconds`;
  return `at most ${fullNumber(limit.count)} in ${window}`;
}
