/** The issues that began or came back in a release, or were resolved while it was the newest. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Issue } from '#contract/issues.ts';
import { Badge } from '#web/ui/badge.tsx';
import { Card } from '#web/ui/card.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { compactNumber, counted } from '#web/ui/number.ts';
import { Segmented } from '#web/ui/segmented.tsx';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { releaseIssuesQuery } from './releases-queries.ts';

type Kind = 'new' | 'regressed' | 'resolved';

const NOTHING: Record<Kind, string> = {
  new: 'No issue began in it.',
  regressed: 'No resolved issue came back in it.',
  resolved: 'No issue was resolved while it was the newest release.',
};

export function ReleaseIssues({ version, project }: { version: string; project: string | undefined }) {
  const [kind, setKind] = useState<Kind>('new');
  const { data, error, refetch } = useQuery(releaseIssuesQuery(version, project));
  const label = (words: string, of: Kind) => (data ? `${words} ${data[of].length}` : words);
  return (
    <Card
      title="Issues"
      note={data?.cutShort ? 'the newest hundred of each' : undefined}
      flush
      actions={
        <Segmented
          size="small"
          label="Issues that"
          value={kind}
          onChange={setKind}
          choices={[
            { value: 'new', label: label('New', 'new') },
            { value: 'regressed', label: label('Came back', 'regressed') },
            { value: 'resolved', label: label('Resolved', 'resolved') },
          ]}
        />
      }
    >
      {error && !data ? (
        <ErrorState error={error} retry={refetch} what="The issues could not be loaded" />
      ) : !data ? (
        <SkeletonLines lines={4} className="p-4" />
      ) : data[kind].length === 0 ? (
        <p className="px-4 py-3 text-sm text-ink-faint">{NOTHING[kind]}</p>
      ) : (
        <ul aria-label="Issues of the release">
          {data[kind].map((issue) => (
            <IssueLine key={issue.id} issue={issue} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function IssueLine({ issue }: { issue: Issue }) {
  return (
    <li className="relative flex items-center gap-3 border-b border-line px-4 py-2 text-sm last:border-0 hover:bg-hover">
      <span className="min-w-0 flex-1">
        <Link
          to="/issues/$issueId/{-$tab}"
          params={{ issueId: issue.id }}
          className="line-clamp-1 font-medium [overflow-wrap:anywhere] outline-none after:absolute after:inset-0"
        >
          <bdi>{issue.title}</bdi>
        </Link>
        <span className="flex items-center gap-2 text-xs text-ink-faint">
          {issue.shortId}
          <Badge tone={issue.status === 'unresolved' ? 'warn' : 'good'}>{issue.substate}</Badge>
          {issue.level !== 'error' && <span>{issue.level}</span>}
        </span>
      </span>
      <span className="shrink-0 text-right text-xs text-ink-soft">
        <span title={counted(issue.events, 'event')} className="block">
          {compactNumber(issue.events)} {issue.events === 1 ? 'event' : 'events'}
        </span>
        <span title={counted(issue.users, 'user')}>
          {compactNumber(issue.users)} {issue.users === 1 ? 'user' : 'users'}
        </span>
      </span>
    </li>
  );
}
