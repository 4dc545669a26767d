/** Whom it hits: users of how many, the reckoning of the score, releases, and the values of every tag. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import type { IssueImpact } from '#contract/impact.ts';
import type { IssueDetail } from '#contract/issues.ts';
import {
  ACTIVE_FROM,
  beforeTitle,
  changeText,
  finePercent,
  partWords,
  pointsText,
  scoreText,
} from '#web/issues/impact-words.ts';
import { Card } from '#web/ui/card.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { compactNumber, counted, fullNumber } from '#web/ui/number.ts';
import { ScrollArea } from '#web/ui/scroll-area.tsx';
import { Segmented } from '#web/ui/segmented.tsx';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { impactQuery } from './impact-queries.ts';
import { TagDistributions } from './tag-distributions.tsx';

const PERIODS = [
  { value: '24h', label: '24 h' },
  { value: '14d', label: '14 d' },
  { value: '90d', label: '90 d' },
] as const;
type ImpactPeriod = (typeof PERIODS)[number]['value'];
const SPANS: Record<ImpactPeriod, string> = { '24h': '24 hours', '14d': '14 days', '90d': '90 days' };

export function ImpactTab({ issue }: { issue: IssueDetail }) {
  const [period, setPeriod] = useState<ImpactPeriod>('14d');
  const { data, error, refetch } = useQuery(impactQuery(issue.id, period));
  return (
    <div className="flex flex-col gap-4">
      <div className="flex">
        <Segmented size="small" label="Period" value={period} onChange={setPeriod} choices={PERIODS} />
      </div>
      {error && !data ? (
        <ErrorState error={error} retry={refetch} what="The impact could not be loaded" />
      ) : !data ? (
        <SkeletonLines lines={5} />
      ) : (
        <div className="grid gap-4 lg:grid-cols-2">
          <Affected impact={data} issue={issue} span={SPANS[period]} />
          <Reckoning impact={data} />
          {data.releases.length > 0 && <Releases releases={data.releases} />}
        </div>
      )}
      <TagDistributions issueId={issue.id} period={period} />
    </div>
  );
}

function Affected({ impact, issue, span }: { impact: IssueImpact; issue: IssueDetail; span: string }) {
  const { users, events, active, sessions, usersEstimated } = impact;
  const about = users.exact ? '' : 'about ';
  return (
    <Card title="Affected" note={`in the last ${span}`}>
      <dl className="grid grid-cols-2 gap-x-4 gap-y-3 sm:grid-cols-3">
        <Figure
          name="Users"
          value={`${users.exact ? '' : '≈ '}${compactNumber(users.now)}`}
          title={`${about}${fullNumber(users.now)}`}
        >
          <span title={beforeTitle(users, span)}>{changeText(users)}</span>
        </Figure>
        <Figure name="Events" value={compactNumber(events.now)} title={fullNumber(events.now)}>
          <span title={beforeTitle(events, span)}>{changeText(events)}</span>
        </Figure>
        <Figure
          name="Sessions"
          value={sessions === null ? '–' : compactNumber(sessions)}
          title={sessions === null ? 'No event names its session' : fullNumber(sessions)}
        >
          {sessions !== null && active && active.sessions > 0 && (
            <>
              {finePercent(sessions, active.sessions)} of {compactNumber(active.sessions)}
            </>
          )}
        </Figure>
      </dl>
      <p className="mt-3 text-sm">
        {active && active.users > 0 ? (
          <>
            <b className="font-semibold">{finePercent(users.now, active.users)}</b> of the{' '}
            {counted(active.users, 'user')} active in the last {span}.{' '}
            <span className="text-ink-faint">Active users are {ACTIVE_FROM[active.from]}.</span>
          </>
        ) : (
          <span className="text-ink-soft">
            How many users are active is not known: neither sessions nor errors nor log records name any.
          </span>
        )}
      </p>
      <p className="mt-1 text-xs text-ink-faint">
        Since the beginning:{' '}
        {usersEstimated === null
          ? counted(issue.users, 'user')
          : `about ${fullNumber(usersEstimated)} users. Up to ${fullNumber(issue.users)} are counted one by one; this number is an estimate, within about one percent.`}
      </p>
    </Card>
  );
}

function Figure({
  name,
  value,
  title,
  children,
}: {
  name: string;
  value: string;
  title: string;
  children: ReactNode;
}) {
  return (
    <div className="flex min-w-0 flex-col">
      <dt className="text-xs text-ink-faint">{name}</dt>
      <dd className="flex min-w-0 flex-col">
        <span title={title} className="text-xl leading-6 font-semibold tracking-tight">
          {value}
        </span>
        <span className="min-h-4 text-xs text-ink-soft">{children}</span>
      </dd>
    </div>
  );
}

function Reckoning({ impact: { score } }: { impact: IssueImpact }) {
  return (
    <Card title={`Impact ${scoreText(score)}`} note="what the list is sorted by">
      <ul className="grid grid-cols-[3rem_6rem_minmax(0,1fr)] gap-x-3 gap-y-1 text-sm">
        {score.parts.map((part) => {
          const { what, why } = partWords(part);
          return (
            <li key={part.name} className="col-span-full grid grid-cols-subgrid">
              <span className="text-right font-medium tabular-nums">{pointsText(part.points)}</span>
              <span className="text-ink-soft">{what}</span>
              <span className="min-w-0">{why}</span>
            </li>
          );
        })}
      </ul>
      <p className="mt-3 text-xs text-ink-faint">
        Ten times as many users are 15 points, five days without an event cost as many. A user weighs more
        where fewer are active.
      </p>
    </Card>
  );
}

const share = (value: number | null) =>
  value === null ? '–' : `${(value * 100).toFixed(value < 0.995 ? 1 : 2)} %`;

function Releases({ releases }: { releases: IssueImpact['releases'] }) {
  return (
    <Card title="Releases" className="lg:col-span-2" flush>
      <ScrollArea label="Releases of its events" className="overflow-x-auto">
        <table className="w-full text-xs">
          <thead>
            <tr className="border-b border-line text-left text-ink-faint [&>th]:px-4 [&>th]:py-2 [&>th]:font-normal">
              <th>Release</th>
              <th className="text-right">Events</th>
              <th className="text-right">Users</th>
              <th className="text-right whitespace-nowrap">Crash-free sessions</th>
              <th className="text-right whitespace-nowrap">Crash-free users</th>
              <th className="text-right">Adoption</th>
            </tr>
          </thead>
          <tbody>
            {releases.map((release) => (
              <tr
                key={release.version}
                className="border-b border-line last:border-0 [&>td]:px-4 [&>td]:py-2 [&>td+td]:text-right"
              >
                <td className="max-w-72 truncate">
                  <Link
                    to="/releases/$version"
                    params={{ version: release.version }}
                    className="font-medium hover:text-accent hover:underline"
                  >
                    <bdi>{release.version}</bdi>
                  </Link>
                </td>
                <td>{fullNumber(release.events)}</td>
                <td>{fullNumber(release.users)}</td>
                <td>{share(release.crashFreeSessions)}</td>
                <td>{share(release.crashFreeUsers)}</td>
                <td>{share(release.adoption)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollArea>
    </Card>
  );
}
