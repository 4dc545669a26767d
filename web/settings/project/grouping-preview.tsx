/** What rules would have done to the events stored last: which issues would be one, several, or others. */
import { Link } from '@tanstack/react-router';
import { ArrowRight } from 'lucide-react';
import type { ReactNode } from 'react';
import type { GroupingPreview, GroupingPreviewIssue } from '#contract/grouping.ts';
import { Badge } from '#web/ui/badge.tsx';
import { Card } from '#web/ui/card.tsx';
import { cx } from '#web/ui/cx.ts';
import { counted, fullNumber } from '#web/ui/number.ts';
import { RelativeTime } from '#web/ui/relative-time.tsx';

/** A rule that takes more than this share was hardly meant so. */
const WIDE_SHARE = 0.5;

export function GroupingPreviewView({ preview, isStale }: { preview: GroupingPreview; isStale: boolean }) {
  const { events, moved, merges, splits, replaced, rules, titles } = preview;
  return (
    <section aria-label="Preview" className={cx('flex flex-col gap-4', isStale && 'opacity-60')}>
      <div aria-live="polite" className="text-sm">
        {isStale && <p className="text-warn">The rules have changed since: preview again.</p>}
        {events === 0 ? (
          <p>There are no events of the last 30 days to try the rules on.</p>
        ) : (
          <p>
            Of {counted(events, 'event')}
            {preview.from && (
              <>
                , the oldest <RelativeTime time={preview.from} />
              </>
            )}
            ,{' '}
            <strong>
              {moved === 0 ? 'none would be in another issue' : `${fullNumber(moved)} would be elsewhere`}
            </strong>
            . {preview.cutShort}
          </p>
        )}
      </div>
      {merges.length > 0 && (
        <Changes title="Would be one" total={preview.mergesTotal} shown={merges.length}>
          {merges.map(({ into, from }) => (
            <Change key={into.id ?? into.exampleEventId} left={from} right={[into]} />
          ))}
        </Changes>
      )}
      {splits.length > 0 && (
        <Changes title="Would be several" total={preview.splitsTotal} shown={splits.length}>
          {splits.map(({ from, into }) => (
            <Change key={from.id} left={[from]} right={into} />
          ))}
        </Changes>
      )}
      {replaced.length > 0 && (
        <Changes
          title="Would go on as another issue"
          total={preview.replacedTotal}
          shown={replaced.length}
          note="The present one gets no more events. Merge the two when the new one has come."
        >
          {replaced.map(({ from, into }) => (
            <Change key={from.id} left={[from]} right={[into]} />
          ))}
        </Changes>
      )}
      {rules.length > 0 && events > 0 && (
        <Card title="Rule by rule" flush>
          <ul className="divide-y divide-line text-xs">
            {rules.map((rule) => (
              <li key={`${rule.in}:${rule.line}`} className="flex items-center gap-3 px-4 py-1.5">
                <bdi className="min-w-0 flex-1 truncate font-mono" title={rule.text}>
                  {rule.text}
                </bdi>
                {rule.events === 0 ? (
                  <Badge tone="warn">nothing</Badge>
                ) : (
                  rule.events > events * WIDE_SHARE && <Badge tone="warn">more than half</Badge>
                )}
                <span className="shrink-0">{counted(rule.events, 'event')}</span>
              </li>
            ))}
          </ul>
        </Card>
      )}
      {titles.length > 0 && (
        <Card title="Titles" flush>
          <ul className="divide-y divide-line text-sm">
            {titles.map(({ title, events: times }) => (
              <li key={title} className="flex items-center gap-3 px-4 py-1.5">
                <bdi className="min-w-0 flex-1 truncate">{title}</bdi>
                <span className="shrink-0 text-xs text-ink-faint">{counted(times, 'event')}</span>
              </li>
            ))}
          </ul>
        </Card>
      )}
    </section>
  );
}

interface ChangesProps {
  title: string;
  total: number;
  shown: number;
  note?: string;
  children: ReactNode;
}

function Changes({ title, total, shown, note, children }: ChangesProps) {
  return (
    <Card title={title} note={total > shown ? `${shown} of ${fullNumber(total)}` : fullNumber(total)} flush>
      {note && <p className="px-4 pt-3 text-sm text-ink-soft">{note}</p>}
      <ul className="divide-y divide-line">{children}</ul>
    </Card>
  );
}

function Change({
  left,
  right,
}: {
  left: readonly GroupingPreviewIssue[];
  right: readonly GroupingPreviewIssue[];
}) {
  return (
    <li className="grid items-center gap-x-3 gap-y-1 px-4 py-2.5 sm:grid-cols-[minmax(0,1fr)_auto_minmax(0,1fr)]">
      <Issues issues={left} />
      <ArrowRight aria-label="become" className="size-4 text-ink-faint max-sm:rotate-90" />
      <Issues issues={right} />
    </li>
  );
}

function Issues({ issues }: { issues: readonly GroupingPreviewIssue[] }) {
  return (
    <ul className="flex min-w-0 flex-col gap-1.5">
      {issues.map((issue) => (
        <li key={issue.id ?? issue.exampleEventId} className="min-w-0">
          {issue.id ? (
            <Link
              to="/issues/$issueId/{-$tab}"
              params={{ issueId: issue.id, tab: undefined }}
              className="block truncate text-sm hover:underline"
            >
              <bdi>{issue.title}</bdi>
            </Link>
          ) : (
            <bdi className="block truncate text-sm">{issue.title}</bdi>
          )}
          <span className="flex items-center gap-2 text-xs text-ink-faint">
            {issue.id ? issue.shortId : <Badge tone="accent">new</Badge>}
            <span>{counted(issue.events, 'event')}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}
