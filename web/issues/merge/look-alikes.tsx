/** Issues that look like this one: how much, and why, side by side. Nothing is merged unless somebody says so. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Merge } from 'lucide-react';
import { useState } from 'react';
import type { LookAlikes as Answer } from '#contract/grouping.ts';
import type { IssueDetail } from '#contract/issues.ts';
import { api } from '#web/client.ts';
import { Badge } from '#web/ui/badge.tsx';
import { Button } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { cx } from '#web/ui/cx.ts';
import { ErrorState } from '#web/ui/error-state.tsx';
import { counted, fullNumber } from '#web/ui/number.ts';
import { RelativeTime } from '#web/ui/relative-time.tsx';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import type { MergeTarget } from './use-merge.ts';

type Alike = Answer['items'][number];

interface LookAlikesProps {
  issue: IssueDetail;
  /** With one of them, or with one to be searched for. Absent: one may not. */
  onMerge: ((other: MergeTarget | null) => void) | undefined;
  /** Merges at once: the two are one error. */
  onJoin: ((other: MergeTarget) => void) | undefined;
}

export function LookAlikes({ issue, onMerge, onJoin }: LookAlikesProps) {
  const { data, error, refetch } = useQuery({
    queryKey: ['issue', issue.id, 'alike'],
    queryFn: ({ signal }) => api.lookAlikes(issue.id, signal),
    staleTime: 60_000,
  });
  return (
    <Card
      title="Looks like it"
      note={data && `${fullNumber(data.compared)} compared${data.isPartial ? ', those seen last' : ''}`}
      actions={
        onMerge && (
          <Button size="small" onClick={() => onMerge(null)}>
            <Merge aria-hidden />
            Merge with…
          </Button>
        )
      }
      flush={data !== undefined && data.items.length > 0}
    >
      {error && !data ? (
        <ErrorState error={error} retry={refetch} what="The look-alikes could not be loaded" />
      ) : !data ? (
        <SkeletonLines lines={5} />
      ) : data.items.length === 0 ? (
        <p className="text-sm text-ink-soft">No other issue of {issue.project.name} looks like this one.</p>
      ) : (
        <ul className="divide-y divide-line">
          {data.items.map((item) => (
            <LookAlike key={item.issue.id} item={item} onMerge={item.twin ? onJoin : onMerge} />
          ))}
        </ul>
      )}
    </Card>
  );
}

const NAMES: Record<Alike['why'][number]['what'], string> = {
  title: 'Words',
  type: 'Type',
  frames: 'Your frames',
};
const TWINS: Record<NonNullable<Alike['twin']>, string> = {
  logs: 'The same exception at the same line, told by logs',
  sdk: 'The same exception at the same line, sent by an SDK',
};
const share = (value: number) => `${Math.round(value * 100)} %`;

function LookAlike({
  item: { issue, alike, why, twin },
  onMerge,
}: {
  item: Alike;
  onMerge: ((other: MergeTarget) => void) | undefined;
}) {
  const [open, setOpen] = useState(false);
  return (
    <li className="px-4 py-2.5">
      <div className="flex items-start gap-3">
        <div className="min-w-0 flex-1">
          <Link
            to="/issues/$issueId/{-$tab}"
            params={{ issueId: issue.id, tab: undefined }}
            className="block truncate text-sm font-medium hover:underline"
          >
            <bdi>{issue.title}</bdi>
          </Link>
          <span className="flex flex-wrap items-center gap-x-2 text-xs text-ink-faint">
            <span>{issue.shortId}</span>
            <span>{counted(issue.events, 'event')}</span>
            <RelativeTime time={issue.lastSeen} />
          </span>
          {twin && <p className="mt-1 text-xs font-medium text-accent-strong">{TWINS[twin]}</p>}
        </div>
        {twin ? (
          <Badge tone="accent" title="One error that came twice">
            Twin
          </Badge>
        ) : (
          <Badge tone={alike >= 0.8 ? 'accent' : 'neutral'} title="How much alike the two are">
            {share(alike)}
          </Badge>
        )}
      </div>
      <div className="mt-1.5 flex flex-wrap gap-2">
        <Button size="small" look="ghost" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Hide why' : 'Why alike'}
        </Button>
        {onMerge && (
          <Button size="small" onClick={() => onMerge(issue)} aria-label={`Merge with ${issue.shortId}`}>
            <Merge aria-hidden />
            Merge
          </Button>
        )}
      </div>
      {open && (
        <dl className="mt-2 flex flex-col gap-2 text-xs">
          {why.map(({ what, alike: part, parts }) => (
            <div key={what}>
              <dt className="font-medium">
                {NAMES[what]}{' '}
                <span className="font-normal text-ink-faint">
                  {part === null ? 'not compared: one of the two has none' : share(part)}
                </span>
              </dt>
              <dd className="mt-1 grid grid-cols-2 gap-2">
                <Side name="This one" parts={parts} leaves="this" />
                <Side name={issue.shortId} parts={parts} leaves="other" />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </li>
  );
}

function Side({
  name,
  parts,
  leaves,
}: {
  name: string;
  parts: Alike['why'][number]['parts'];
  leaves: 'this' | 'other';
}) {
  const own = parts.filter((part) => part.in === 'both' || part.in === leaves);
  return (
    <div className="min-w-0">
      <span className="text-2xs text-ink-faint">{name}</span>
      {own.length === 0 ? (
        <p className="text-ink-faint">none</p>
      ) : (
        <ul className="flex flex-col gap-0.5 font-mono text-2xs">
          {own.map((part) => (
            <li
              key={part.text}
              className={cx(
                'rounded px-1 [overflow-wrap:anywhere]',
                part.in === 'both' ? 'bg-accent-soft text-accent-strong' : 'bg-sunken text-ink-soft',
              )}
            >
              <bdi>{part.text}</bdi>
              <span className="sr-only">{part.in === 'both' ? ', in both' : ', only here'}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
