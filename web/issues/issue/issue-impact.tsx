/** How bad it is: how often, for how many, since when, since which release; and the course of it. */
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import type { IssueDetail, Trend } from '#contract/issues.ts';
import { BarChart } from '#web/ui/bar-chart.tsx';
import { compactNumber, fullNumber } from '#web/ui/number.ts';
import { RelativeTime } from '#web/ui/relative-time.tsx';
import { Segmented } from '#web/ui/segmented.tsx';
import { type Mark, stepWords } from '#web/ui/trend.ts';
import { AffectedShare } from './affected-share.tsx';

const spanWords = ({ counts, stepSeconds }: Trend) => stepWords(counts.length * stepSeconds * 1000);

export function IssueImpact({ issue }: { issue: IssueDetail }) {
  // All of a new issue is in one bar of the long course.
  const [span, setSpan] = useState<'long' | 'day'>(() =>
    Date.parse(issue.firstSeen) >= Date.parse(issue.trend24h.from) ? 'day' : 'long',
  );
  const trend = span === 'long' ? issue.trend : issue.trend24h;
  return (
    <section
      aria-label="Impact"
      className="mx-4 mb-2 grid gap-x-8 gap-y-4 rounded-lg border border-line bg-surface p-4 md:mx-6 lg:grid-cols-[17rem_minmax(0,1fr)]"
    >
      <div className="flex flex-col gap-3">
        <dl className="grid grid-cols-2 content-start gap-x-4 gap-y-3">
          <Figure name="Events">
            <span title={fullNumber(issue.events)} className="text-xl leading-6 font-semibold tracking-tight">
              {compactNumber(issue.events)}
            </span>
          </Figure>
          <Figure name="Users">
            <span
              title={`${issue.usersExact ? '' : 'at least '}${fullNumber(issue.users)}`}
              className="text-xl leading-6 font-semibold tracking-tight"
            >
              {compactNumber(issue.users)}
              {!issue.usersExact && '+'}
            </span>
          </Figure>
          <Figure name="First seen">
            <RelativeTime time={issue.firstSeen} className="font-medium" />
            <Release name={issue.firstRelease} />
          </Figure>
          <Figure name="Last seen">
            <RelativeTime time={issue.lastSeen} className="font-medium" />
            <Release name={issue.lastRelease} />
          </Figure>
        </dl>
        <AffectedShare issueId={issue.id} />
      </div>
      <div className="min-w-0">
        <div className="mb-2 flex items-center justify-between gap-2">
          <h2 className="text-xs text-ink-faint">Events over time</h2>
          <Segmented
            size="small"
            label="Span"
            value={span}
            onChange={setSpan}
            choices={[
              { value: 'day', label: spanWords(issue.trend24h) },
              { value: 'long', label: spanWords(issue.trend) },
            ]}
          />
        </div>
        <BarChart
          label="Events"
          height="h-14 md:h-20"
          marks={marksOf(issue)}
          series={[
            {
              name: 'Events',
              from: Date.parse(trend.from),
              stepMs: trend.stepSeconds * 1000,
              counts: trend.counts,
              fill: 'fill-bar',
              dot: 'bg-bar',
            },
          ]}
        />
      </div>
    </section>
  );
}

const MARKED: Partial<Record<IssueDetail['activity'][number]['kind'], string>> = {
  first_seen: 'First seen',
  resolved: 'Resolved',
  regressed: 'Regressed',
};
/** More labels than this would lie on top of each other. */
const MARKS_MAX = 3;

const MARK_CHARS_MAX = 12;

/** What happened to the issue, and the releases of its project, to be seen among its events. */
function marksOf({ activity, releases }: IssueDetail): Mark[] {
  const own = activity
    .flatMap(({ kind, at }) => (MARKED[kind] ? [{ at: Date.parse(at), label: MARKED[kind] }] : []))
    .toSorted((a, b) => b.at - a.at)
    .slice(0, MARKS_MAX);
  const released = releases.map(({ version, at }) => ({
    at: Date.parse(at),
    label: version.slice(version.lastIndexOf('@') + 1).slice(0, MARK_CHARS_MAX) || version,
    quiet: true,
  }));
  return [...own, ...released];
}

function Figure({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex min-w-0 flex-col">
      <dt className="text-xs text-ink-faint">{name}</dt>
      <dd className="flex min-w-0 flex-col text-sm">{children}</dd>
    </div>
  );
}

function Release({ name }: { name: string }) {
  if (!name) return null;
  return (
    <Link
      to="/releases/$version"
      params={{ version: name }}
      title={`Release ${name}`}
      className="truncate text-xs text-ink-soft hover:text-accent hover:underline"
    >
      <bdi>{name}</bdi>
    </Link>
  );
}
