/** A log record or an error of the trace: what it says, and the way to where all of it is. */
import { Link } from '@tanstack/react-router';
import { offsetText } from '#web/durations.ts';
import { LEVEL_LOOKS } from '#web/log-levels.ts';
import { exactTime } from '#web/log-time.ts';
import { serviceName } from '#web/service-looks.ts';
import { buttonClass } from '#web/ui/button.tsx';
import { CopyButton } from '#web/ui/copy-button.tsx';
import { revealBidi } from '#web/ui/reveal-bidi.ts';
import { ScrollArea } from '#web/ui/scroll-area.tsx';
import { absoluteTime } from '#web/ui/time.ts';
import { Facts, PairsSection } from './detail-parts.tsx';
import { logsSearch, USER_AROUND_MS } from './logs-links.ts';
import type { ErrorPlace, LogPlace, SpanNode, TraceModel } from './trace-model.ts';
import { tidyTraceSearch } from './trace-search.ts';

/** Characters of a body; the explorer has all. */
const BODY_CHARS = 20_000;

export function LogDetail({ model, place }: { model: TraceModel; place: LogPlace }) {
  const { log } = place;
  const line = logsSearch(model, [['trace', model.traceId]], { record: log.id });
  const ofUser =
    log.userId === '' ? null : logsSearch(model, [['user', log.userId]], { aroundMs: USER_AROUND_MS });
  const link = buttonClass('secondary', 'small');
  return (
    <div className="flex flex-col gap-4">
      <p className="flex flex-wrap items-baseline gap-x-3 gap-y-1 text-sm">
        <span className={LEVEL_LOOKS[log.level].ink}>{log.level}</span>
        <bdi className="text-ink-soft">{serviceName(log.service)}</bdi>
        <span className="font-mono text-xs text-ink-faint">{offsetText(place.at)}</span>
      </p>
      <div className="rounded-md border border-line bg-sunken">
        <div className="flex min-h-8 justify-end pr-0.5">
          <CopyButton text={log.body} what="body" words="Copy" />
        </div>
        <ScrollArea label="Text of the body" className="max-h-[24rem] overflow-auto rounded-b-md px-3 pb-3">
          <pre className="font-mono text-xs leading-5 [overflow-wrap:anywhere] whitespace-pre-wrap">
            {revealBidi(log.body.slice(0, BODY_CHARS)) || 'no text'}
          </pre>
        </ScrollArea>
      </div>
      <div className="flex flex-wrap gap-1.5">
        {line && (
          <Link to="/logs" search={line} className={buttonClass('primary', 'small')}>
            Open in the logs
          </Link>
        )}
        {ofUser && (
          <Link to="/logs" search={ofUser} className={link}>
            This user’s logs
          </Link>
        )}
      </div>
      <Facts
        facts={[
          ['Time', exactTime(log.timestamp)],
          ['Span', <OfSpan key="span" node={place.node} spanId={log.spanId} />],
          ['Host', log.host],
          ['Environment', log.environment],
          ['Release', log.release],
          ['Logger', log.scope],
          ['User', log.userId],
          ['Request', log.requestId],
        ]}
      />
      <PairsSection title="Attributes" pairs={log.attributes} />
      <PairsSection title="Labels" pairs={log.labels} />
      <PairsSection title="Resource" pairs={log.resource} />
    </div>
  );
}

export function ErrorDetail({ place }: { place: ErrorPlace }) {
  const { error } = place;
  return (
    <div className="flex flex-col gap-4">
      <div>
        <h3 className="text-sm font-semibold [overflow-wrap:anywhere] text-danger">
          <bdi>{revealBidi(error.title)}</bdi>
        </h3>
        <p className="mt-1 text-xs [overflow-wrap:anywhere] text-ink-soft">
          <bdi>{revealBidi(error.culprit)}</bdi>
        </p>
      </div>
      {error.issue ? (
        <div className="flex flex-wrap items-center gap-2">
          <Link
            to="/issues/$issueId/{-$tab}"
            params={{ issueId: error.issue.id }}
            search={{ event: error.eventId }}
            className={buttonClass('primary', 'small')}
          >
            Open {error.issue.shortId}
          </Link>
          <span className="text-xs text-ink-soft">{error.issue.status}</span>
        </div>
      ) : (
        <p className="text-sm text-ink-soft">Its issue was deleted, or is being made at this moment.</p>
      )}
      <Facts
        facts={[
          ['Time', `${offsetText(place.at)}, ${absoluteTime(error.timestamp)}`],
          ['Span', <OfSpan key="span" node={place.node} spanId={error.spanId} />],
          ['Level', error.level],
          ['Service', error.service],
          ['Host', error.host],
          ['Environment', error.environment],
          ['Release', error.release],
          ['User', error.userId],
        ]}
      />
    </div>
  );
}

function OfSpan({ node, spanId }: { node: SpanNode | null; spanId: string }) {
  if (!node) return spanId ? `${spanId}, which is not stored` : 'none named';
  return (
    <Link
      from="/traces/$traceId"
      to="/traces/$traceId"
      search={(old) => tidyTraceSearch({ ...old, span: node.key })}
      resetScroll={false}
      className="text-accent hover:underline"
    >
      <bdi>{node.span.name || node.key}</bdi>
    </Link>
  );
}
