/** One issue in the list: what it is on the left, how much of it on the right. */

import { Link } from '@tanstack/react-router';
import { MessageSquare } from 'lucide-react';
import { memo } from 'react';
import type { IssueListItem } from '#contract/issues.ts';
import { EXPECTED_LABELS } from '#web/expected-labels.ts';
import { AssigneeButton } from '#web/issues/assignee-button.tsx';
import { assigneeName } from '#web/issues/assignee-choices.tsx';
import { BookmarkButton } from '#web/issues/bookmark-button.tsx';
import { ImpactScore } from '#web/issues/impact-score.tsx';
import { splitTitle } from '#web/issues/issue-title.ts';
import { LevelMark } from '#web/issues/level-mark.tsx';
import { SubstateBadge } from '#web/issues/substate-badge.tsx';
import { PriorityMark } from '#web/issues/workflow/priority.tsx';
import { cx } from '#web/ui/cx.ts';
import { compactNumber, counted, fullNumber } from '#web/ui/number.ts';
import { RelativeTime } from '#web/ui/relative-time.tsx';
import { Sparkline } from '#web/ui/sparkline.tsx';

/** Shared with the header, so that titles and numbers line up. Where nothing can be selected no column waits for it. */
export const columns = (selectable: boolean) =>
  cx(
    'grid gap-x-3 px-4 md:gap-x-4 md:px-6',
    selectable
      ? 'grid-cols-[1.25rem_minmax(0,1fr)] md:grid-cols-[1.25rem_minmax(0,1fr)_3.5rem_3.5rem_3.5rem_1.75rem_6.5rem] lg:grid-cols-[1.25rem_minmax(0,1fr)_8.5rem_3.5rem_3.5rem_3.5rem_1.75rem_6.5rem]'
      : 'grid-cols-[minmax(0,1fr)] md:grid-cols-[minmax(0,1fr)_3.5rem_3.5rem_3.5rem_1.75rem_6.5rem] lg:grid-cols-[minmax(0,1fr)_8.5rem_3.5rem_3.5rem_3.5rem_1.75rem_6.5rem]',
  );

interface IssueRowProps {
  issue: IssueListItem;
  selected: boolean;
  selectable: boolean;
  /** The row the keys speak of. */
  active: boolean;
  showProject: boolean;
  onOpen: (id: string) => void;
  onSelect: (id: string, range: boolean) => void;
}

export const IssueRow = memo(function IssueRow({
  issue,
  selected,
  selectable,
  active,
  showProject,
  onOpen,
  onSelect,
}: IssueRowProps) {
  const { type, message } = splitTitle(issue);
  const users = `${compactNumber(issue.periodUsers)}${issue.usersExact ? '' : '+'}`;
  return (
    <div
      className={cx(
        columns(selectable),
        'group relative items-center border-b border-line py-2.5 transition-colors',
        selected ? 'bg-accent-soft' : 'hover:bg-hover',
        'has-[[data-row-focus]:focus-visible]:bg-hover has-[[data-row-focus]:focus-visible]:shadow-[inset_3px_0_0_var(--accent)]',
        active && 'shadow-[inset_3px_0_0_var(--accent)]',
      )}
    >
      {selectable && (
        <label className="relative z-10 flex size-5 cursor-pointer items-center justify-center self-start before:absolute before:-inset-2.5 md:self-center">
          <span className="sr-only">Select {issue.shortId}</span>
          <input
            type="checkbox"
            checked={selected}
            onChange={(event) => onSelect(issue.id, (event.nativeEvent as MouseEvent).shiftKey)}
            className="size-4 cursor-pointer accent-accent"
          />
        </label>
      )}
      <div className="flex min-w-0 flex-col gap-0.5">
        <div className="flex min-w-0 items-start gap-2">
          <LevelMark level={issue.level} className="mt-[6px]" />
          <Link
            to="/issues/$issueId/{-$tab}"
            params={{ issueId: issue.id }}
            data-row-focus
            onClick={() => onOpen(issue.id)}
            className="line-clamp-2 min-w-0 [overflow-wrap:anywhere] outline-none after:absolute after:inset-0 group-hover:text-accent-strong md:line-clamp-1 dark:group-hover:text-accent"
          >
            <bdi className={cx('font-semibold', !type && 'hidden')}>{type}</bdi>
            {type && message && ' '}
            <bdi className={type ? 'text-ink-soft' : 'font-semibold'}>{message}</bdi>
          </Link>
          <BookmarkButton
            issue={issue}
            className={cx(
              'relative z-10 -my-1 ml-auto pointer-coarse:-my-2',
              !issue.bookmarked &&
                'opacity-0 group-hover:opacity-100 focus-visible:opacity-100 pointer-coarse:hidden',
            )}
          />
        </div>
        <div className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-0.5 text-xs text-ink-faint md:flex-nowrap">
          <SubstateBadge substate={issue.substate} quiet />
          <PriorityMark priority={issue.priority} />
          <span className="shrink-0 font-medium text-ink-soft">{issue.shortId}</span>
          {issue.culprit && (
            <bdi className="max-w-full min-w-0 truncate font-mono text-2xs">{issue.culprit}</bdi>
          )}
          {showProject && <span className="hidden shrink-0 xl:inline">{issue.project.name}</span>}
          {issue.lastRelease && (
            <bdi
              className="hidden max-w-40 shrink-0 truncate xl:inline"
              title={`Last seen in release ${issue.lastRelease}`}
            >
              {issue.lastRelease}
            </bdi>
          )}
          {issue.unhandled && (
            <span className="hidden shrink-0 lg:inline" title="Nothing caught it">
              unhandled
            </span>
          )}
          {issue.comments > 0 && (
            <span className="flex shrink-0 items-center gap-0.5" title={counted(issue.comments, 'comment')}>
              <MessageSquare aria-hidden className="size-3" />
              {issue.comments}
              <span className="sr-only">{issue.comments === 1 ? 'comment' : 'comments'}</span>
            </span>
          )}
          {issue.expected && (
            <span className="hidden shrink-0 lg:inline" title="An error that is part of the day">
              expected: {EXPECTED_LABELS[issue.expected].toLowerCase()}
            </span>
          )}
        </div>
        <div className="flex gap-3 text-xs text-ink-soft md:hidden">
          <span>
            <b className="font-semibold">{compactNumber(issue.periodEvents)}</b>{' '}
            {issue.periodEvents === 1 ? 'event' : 'events'}
          </span>
          <span>
            <b className="font-semibold">{users}</b> {users === '1' ? 'user' : 'users'}
          </span>
          <span>
            impact <ImpactScore impact={issue.impact} className="font-semibold" />
          </span>
          {issue.assignee && <span className="truncate">{assigneeName(issue.assignee)}</span>}
          <RelativeTime time={issue.lastSeen} className="ml-auto shrink-0" />
        </div>
      </div>
      <Sparkline
        series={{
          from: Date.parse(issue.trend.from),
          stepMs: issue.trend.stepSeconds * 1000,
          counts: issue.trend.counts,
        }}
        label={`${counted(issue.periodEvents, 'event')} in the period`}
        className="hidden h-7 w-full lg:block"
      />
      <Count
        value={compactNumber(issue.periodEvents)}
        title={`${counted(issue.periodEvents, 'event')} in the period, ${fullNumber(issue.events)} since the beginning`}
      />
      <Count
        value={users}
        title={`${counted(issue.periodUsers, 'user')} in the period, ${issue.usersExact ? '' : 'at least '}${fullNumber(issue.users)} since the beginning`}
      />
      <ImpactScore impact={issue.impact} className="relative z-10 hidden justify-self-end text-sm md:block" />
      <div className="hidden justify-self-center md:block">
        <AssigneeButton issue={issue} changes={selectable} />
      </div>
      <div className="hidden flex-col text-right text-xs md:flex">
        <RelativeTime time={issue.lastSeen} className="relative z-10 text-ink-soft" />
        <span className="relative z-10 text-ink-faint">
          since <RelativeTime time={issue.firstSeen} />
        </span>
      </div>
    </div>
  );
});

function Count({ value, title }: { value: string; title: string }) {
  return (
    <span title={title} className="relative z-10 hidden justify-self-end text-sm md:block">
      {value}
    </span>
  );
}
