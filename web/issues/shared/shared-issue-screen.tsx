/** Behind a public link: one issue, to be read by whoever has the link. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { SharedIssue } from '#contract/shares.ts';
import { ApiError, api } from '#web/client.ts';
import { Exceptions } from '#web/issues/event/exceptions.tsx';
import { readPayload } from '#web/issues/event/payload.ts';
import { Stack } from '#web/issues/event/stack.tsx';
import { StackControls } from '#web/issues/event/stack-controls.tsx';
import { useStackView } from '#web/issues/event/use-stack-view.ts';
import { LevelMark } from '#web/issues/level-mark.tsx';
import { Badge } from '#web/ui/badge.tsx';
import { Card } from '#web/ui/card.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { Logo } from '#web/ui/logo.tsx';
import { counted } from '#web/ui/number.ts';
import { Pairs } from '#web/ui/pairs.tsx';
import { RelativeTime } from '#web/ui/relative-time.tsx';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { usePageTitle } from '#web/ui/use-page-title.ts';

const route = getRouteApi('/share/$token');

export function SharedIssueScreen() {
  const { token } = route.useParams();
  const { data, error, refetch } = useQuery({
    queryKey: ['shared-issue', token],
    queryFn: ({ signal }) => api.sharedIssue(token, signal),
    retry: false,
    refetchOnWindowFocus: false,
  });
  usePageTitle(data ? `${data.shortId} ${data.title.slice(0, 80)}` : 'Shared issue');
  const isGone = error instanceof ApiError && error.status === 404;
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-5xl flex-col gap-4 px-4 py-6 md:px-6">
      <div className="flex items-center gap-2 text-sm text-ink-soft">
        <Logo className="size-6" />
        Shared from Tandem
      </div>
      {isGone ? (
        <EmptyState title="This link leads nowhere">
          <p>It was taken back, or was never there. Ask the person who sent it.</p>
        </EmptyState>
      ) : error && !data ? (
        <ErrorState error={error} retry={refetch} what="The issue could not be loaded" />
      ) : !data ? (
        <SkeletonLines lines={12} />
      ) : (
        <Shared issue={data} />
      )}
    </main>
  );
}

function Shared({ issue }: { issue: SharedIssue }) {
  const { shortId, title, culprit, level, status, firstSeen, lastSeen, events, event } = issue;
  return (
    <>
      <header className="flex min-w-0 flex-col gap-1.5">
        <p className="text-xs font-medium text-ink-soft">{shortId}</p>
        <h1 className="flex min-w-0 items-start gap-2.5 text-xl leading-7 font-semibold tracking-tight">
          <LevelMark level={level} className="mt-[7px] size-3.5!" />
          <bdi className="min-w-0 [overflow-wrap:anywhere]">{title}</bdi>
        </h1>
        <bdi className="font-mono text-xs [overflow-wrap:anywhere] text-ink-faint">{culprit}</bdi>
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-ink-soft">
          <Badge>{status}</Badge>
          <span>{counted(events, 'event')}</span>
          <span>
            first seen <RelativeTime time={firstSeen} />
          </span>
          <span>
            last seen <RelativeTime time={lastSeen} />
          </span>
        </p>
      </header>
      {event ? (
        <LatestEvent event={event} />
      ) : (
        <p className="text-sm text-ink-faint">Its events are not kept any more.</p>
      )}
    </>
  );
}

function LatestEvent({ event }: { event: NonNullable<SharedIssue['event']> }) {
  const read = useMemo(() => readPayload(event.payload), [event.payload]);
  const view = useStackView();
  return (
    <>
      {read.exceptions.length > 0 ? (
        <Exceptions exceptions={read.exceptions} platform={read.platform} view={view} />
      ) : read.frames.length > 0 ? (
        <Card id="stack" title="Stack" actions={<StackControls view={view} />}>
          <Stack
            stack={read.frames}
            platform={read.platform}
            frames={view.frames}
            order={view.order}
            openOne
          />
        </Card>
      ) : (
        <p className="text-sm text-ink-faint">It came without a stack.</p>
      )}
      {event.tags.length > 0 && (
        <Card title="Surroundings">
          <Pairs pairs={event.tags} />
        </Card>
      )}
    </>
  );
}
