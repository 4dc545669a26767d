/** What of a project's quotas is used today, each with its bar. For the pages that tell of it. */
import type { QuotaUsed } from '#contract/projects.ts';
import { byteSize, compactNumber } from '#web/ui/number.ts';
import { ShareBar } from '#web/ui/share-bar.tsx';

export const QUOTA_CATEGORIES = ['events', 'logs', 'spans'] as const satisfies QuotaUsed['category'][];

/** How people call what a quota counts. */
export const QUOTA_LABELS: Readonly<Record<QuotaUsed['category'], string>> = {
  events: 'Errors',
  logs: 'Logs',
  spans: 'Spans',
};

export function QuotaBars({ used, prefix = '' }: { used: readonly QuotaUsed[]; prefix?: string }) {
  return used.map(({ category, unit, used: count, limit }) => (
    <ShareBar
      key={`${category} ${unit}`}
      label={`${prefix}${QUOTA_LABELS[category]}, ${unit} today`}
      used={count}
      limit={limit}
      format={unit === 'bytes' ? byteSize : compactNumber}
    />
  ));
}
