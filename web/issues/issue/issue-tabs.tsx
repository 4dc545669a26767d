/** The sides of an issue as tabs; on a phone the present one is scrolled into sight. */
import { Link } from '@tanstack/react-router';
import type { IssueDetail } from '#contract/issues.ts';
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
    ...(issue.feedback.length > 0 ? { feedback: feedbackCount(issue.feedback.length) } : {}),
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
          className={tabClass(each.id === tab)}
        >
          {each.label}
          {counts[each.id] && (
            <span className="rounded-full bg-sunken px-1.5 text-2xs text-ink-soft">{counts[each.id]}</span>
          )}
        </Link>
      ))}
    </TabBar>
  );
}
