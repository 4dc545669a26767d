/** Whom it hits: users of how many, the reckoning of the score, and the releases of its events. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { IssueImpact } from '#contract/impact.ts';
import type { IssueDetail } from '#contract/issues.ts';
import type { TagsPeriod } from '#web/issues/differences/use-differences.ts';
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
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { usePlaceInSight } from '#web/ui/use-place-in-sight.ts';
import { impactQuery } from './impact-queries.ts';

/** `span`: the period in words, such as `24 hours`. */
export function ImpactCards({
  issue,
  period,
  span,
}: {
  issue: IssueDetail;
  period: TagsPeriod;
  span: string;
}) {
  const { data, error, refetch } = useQuery(impactQuery(issue.id, period));
  const section = usePlaceInSight<HTMLDivElement>('impact', data !== undefined);
  return (
    <div ref={section} id="impact" className="flex min-w-0 scroll-mt-24 flex-col gap-4">
      {error && !data ? (
        <ErrorState error={error} retry={refetch} what="The impact could not be loaded" />
      ) : !data ? (
        <SkeletonLines lines={5} />
      ) : (
        <>
          <Affected impact={data} issue={issue} span={span} />
          <Reckoning impact={data} />
          {data.releases.length > 0 && <Releases releases={data.releases} />}
        </>
      )}
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
    <Card title="Releases" flush>
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
