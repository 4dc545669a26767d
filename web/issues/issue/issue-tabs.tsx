/** The sides of an issue as tabs; on a phone all of them are in sight, without their counts. */
import { Link } from '@tanstack/react-router';
import { MessageSquare } from 'lucide-react';
import type { IssueDetail } from '#contract/issues.ts';
import { cx } from '#web/ui/cx.ts';
import { compactNumber } from '#web/ui/number.ts';
import { TabBar, tabClass } from '#web/ui/tab-bar.tsx';
import { TABS, type TabId } from './tabs.ts';

/** The issue tells of so many at most. */
const FEEDBACK_TOLD_MAX = 50;
const feedbackCount = (told: number) => (told < FEEDBACK_TOLD_MAX ? String(told) : `${told}+`);

export function IssueTabs({ issue, tab }: { issue: IssueDetail; tab: TabId }) {
  const counts: Partial<Record<TabId, string>> = {
    occurrences: compactNumber(issue.events),
    ...(issue.comments > 0 && { activity: compactNumber(issue.comments) }),
    users: `${compactNumber(issue.users)}${issue.usersExact ? '' : '+'}`,
  };
  return (
    <TabBar
      label="Sides of the issue"
      current={tab}
      className="sticky top-12 z-10 bg-canvas px-2 md:top-0 md:px-4"
    >
      {TABS.map((each) => (
        <Link
          key={each.id}
          data-entry={each.id}
          to="/issues/$issueId/{-$tab}"
          params={{ issueId: issue.id, tab: each.id }}
          search={(old) => ({ event: old.event })}
          resetScroll={false}
          aria-current={each.id === tab ? 'page' : undefined}
          className={cx(tabClass(each.id === tab), 'max-sm:px-1.5 max-sm:text-xs')}
        >
          {each.label}
          {counts[each.id] && (
            <span className="rounded-full bg-sunken px-1.5 text-2xs text-ink-soft max-sm:hidden">
              {counts[each.id]}
            </span>
          )}
          {each.id === 'users' && issue.feedback.length > 0 && <Written feedback={issue.feedback.length} />}
        </Link>
      ))}
    </TabBar>
  );
}

/** That users wrote something is rare, and worth a look. */
function Written({ feedback }: { feedback: number }) {
  const count = feedbackCount(feedback);
  return (
    <span title={`${count} written by users`} className="flex items-center gap-0.5 text-2xs text-info">
      <MessageSquare aria-hidden className="size-3" />
      <span className="max-sm:hidden">{count}</span>
      <span className="sr-only"> written by users</span>
    </span>
  );
}
