/** One occurrence, all of it: the answer first, the surroundings after. */
import { useMemo } from 'react';
import type { EventCode } from '#contract/code.ts';
import type { EventDetail } from '#contract/events.ts';
import { Attachments } from '#web/attachments/attachments.tsx';
import { Card } from '#web/ui/card.tsx';
import { CopyButton } from '#web/ui/copy-button.tsx';
import { Pairs } from '#web/ui/pairs.tsx';
import { RelativeTime } from '#web/ui/relative-time.tsx';
import { Breadcrumbs } from './breadcrumbs.tsx';
import { ProvideCodeLinks } from './code-links.tsx';
import { Contexts } from './contexts.tsx';
import { EventCodeCards } from './event-code.tsx';
import { EventFacts } from './event-facts.tsx';
import { Exceptions } from './exceptions.tsx';
import { FrameProblems } from './frame-problems.tsx';
import { LogLink } from './log-link.tsx';
import { Modules } from './modules.tsx';
import { MonitorLink } from './monitor-link.tsx';
import { readPayload } from './payload.ts';
import { Problems } from './problems.tsx';
import { Request } from './request.tsx';
import { Stack } from './stack.tsx';
import { StackControls } from './stack-controls.tsx';
import { Threads } from './threads.tsx';
import { useStackView } from './use-stack-view.ts';

/** `code`: what its frames lead to; undefined while that is on its way. */
export function EventView({ detail, code }: { detail: EventDetail; code: EventCode | undefined }) {
  const event = useMemo(() => readPayload(detail.payload), [detail.payload]);
  const view = useStackView();
  const at = Date.parse(detail.timestamp);
  return (
    <ProvideCodeLinks links={code?.links ?? []}>
      <div className="grid min-w-0 gap-4 xl:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="flex min-w-0 flex-col gap-4">
          <Problems problems={event.problems} />
          <FrameProblems problems={detail.frameProblems} projectId={detail.projectId} />
          <MonitorLink payload={detail.payload} />
          <LogLink log={detail.log} />
          {detail.feedback.map((each) => (
            <Feedback key={each.at + each.message} feedback={each} />
          ))}
          {event.message && event.exceptions.length === 0 && (
            <Card id="message" title="Message" actions={<CopyButton text={event.message} what="message" />}>
              <bdi className="block font-mono text-sm whitespace-pre-wrap [overflow-wrap:anywhere]">
                {event.message}
              </bdi>
            </Card>
          )}
          {event.report && (
            <Card id="report" title="Report of the browser" note={event.report.name.toUpperCase()}>
              <Pairs pairs={event.report.values} />
            </Card>
          )}
          {event.exceptions.length > 0 && (
            <Exceptions exceptions={event.exceptions} platform={event.platform} view={view} />
          )}
          {event.frames.length > 0 && event.exceptions.length === 0 && (
            <Card id="stack" title="Stack" actions={<StackControls view={view} />}>
              <Stack
                stack={event.frames}
                platform={event.platform}
                frames={view.frames}
                order={view.order}
                openOne
              />
            </Card>
          )}
          {event.threads.length > 0 && (
            <Threads threads={event.threads} platform={event.platform} view={view} />
          )}
        </div>
        <aside
          aria-label="Facts of the event"
          className="flex min-w-0 flex-col gap-4 max-xl:grid max-xl:items-start md:max-xl:grid-cols-2 xl:row-span-2"
        >
          {code && <EventCodeCards code={code} />}
          <EventFacts event={event} eventId={detail.id} issueId={detail.issueId} />
        </aside>
        <div className="flex min-w-0 flex-col gap-4">
          {event.breadcrumbs.length > 0 && (
            <Breadcrumbs breadcrumbs={event.breadcrumbs} at={at} title={detail.title} />
          )}
          {event.request && <Request request={event.request} />}
          {event.message && event.exceptions.length > 0 && (
            <Card title="Message">
              <bdi className="block font-mono text-xs whitespace-pre-wrap [overflow-wrap:anywhere]">
                {event.message}
              </bdi>
            </Card>
          )}
          {(event.contexts.length > 0 || event.extra.length > 0) && (
            <Contexts contexts={event.contexts} extra={event.extra} />
          )}
          {detail.attachments.length > 0 && (
            <Card id="attachments" title="Attachments" note={String(detail.attachments.length)} flush>
              <Attachments attachments={detail.attachments} openPicture />
            </Card>
          )}
          {event.sdk.details.length > 0 && (
            <Card id="sdk" title="SDK" note={`${event.sdk.name} ${event.sdk.version}`}>
              <Pairs pairs={event.sdk.details} />
            </Card>
          )}
          {event.modules.length > 0 && <Modules modules={event.modules} />}
        </div>
      </div>
    </ProvideCodeLinks>
  );
}

function Feedback({ feedback }: { feedback: EventDetail['feedback'][number] }) {
  return (
    <figure className="rounded-lg border border-line bg-surface px-4 py-3 text-sm">
      <blockquote className="whitespace-pre-wrap [overflow-wrap:anywhere]">
        <bdi>{feedback.message}</bdi>
      </blockquote>
      <figcaption className="mt-1 text-xs text-ink-faint">
        <bdi>{feedback.name || feedback.email || 'A user'}</bdi>, <RelativeTime time={feedback.at} />
      </figcaption>
    </figure>
  );
}
