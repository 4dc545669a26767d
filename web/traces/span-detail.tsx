/** Everything about one span, and what leads on from it. */
import { Link } from '@tanstack/react-router';
import { CircleX } from 'lucide-react';
import type { Span } from '#contract/traces.ts';
import { durationText, offsetText } from '#web/durations.ts';
import { LEVEL_LOOKS } from '#web/log-levels.ts';
import { exactTime } from '#web/log-time.ts';
import { serviceName } from '#web/service-looks.ts';
import { Badge } from '#web/ui/badge.tsx';
import { Button, buttonClass } from '#web/ui/button.tsx';
import { CopyButton } from '#web/ui/copy-button.tsx';
import { cx } from '#web/ui/cx.ts';
import { keyed } from '#web/ui/keyed.ts';
import { counted, percent } from '#web/ui/number.ts';
import { Pairs } from '#web/ui/pairs.tsx';
import { revealBidi } from '#web/ui/reveal-bidi.ts';
import { Facts, PairsSection, Section } from './detail-parts.tsx';
import { levelOf } from './lanes.ts';
import { logsSearch, USER_AROUND_MS } from './logs-links.ts';
import type { SpanNode, TraceModel } from './trace-model.ts';
import { searchOf, wordsOf } from './trace-records.ts';
import { tidyTraceSearch } from './trace-search.ts';

/** Records of it that the detail lists; the rows have all. */
const RECORDS_SHOWN = 50;
const LINE_CHARS = 300;

interface SpanDetailProps {
  model: TraceModel;
  node: SpanNode;
  onZoom: () => void;
}

export function SpanDetail({ model, node, onZoom }: SpanDetailProps) {
  const { span } = node;
  return (
    <div className="flex flex-col gap-4">
      <div>
        <h3 className="text-sm font-semibold [overflow-wrap:anywhere]">
          <bdi>{revealBidi(span.name) || 'no name'}</bdi>
        </h3>
        <p className="mt-1 flex flex-wrap items-center gap-1.5 text-xs text-ink-soft">
          <bdi>{serviceName(span.service)}</bdi>
          {span.op && <Badge>{span.op}</Badge>}
          {span.kind !== 'unspecified' && <Badge>{span.kind}</Badge>}
          {span.status !== 'unset' && (
            <Badge tone={span.status === 'error' ? 'danger' : 'good'}>{span.status}</Badge>
          )}
        </p>
      </div>
      {span.status === 'error' && span.statusMessage !== '' && (
        <p className="flex gap-2 rounded-md bg-danger-soft px-3 py-2 text-sm text-danger">
          <CircleX aria-hidden className="mt-0.5 size-4 shrink-0" />
          <bdi className="min-w-0 [overflow-wrap:anywhere]">{revealBidi(span.statusMessage)}</bdi>
        </p>
      )}
      <Facts
        facts={[
          [
            'Duration',
            `${durationText(span.durationNs)}, ${percent(span.durationNs, model.whole.to)} of the trace`,
          ],
          [
            'Self time',
            node.children.length > 0
              ? `${durationText(node.selfNs)}, ${percent(node.selfNs, span.durationNs)} of the span`
              : '',
          ],
          ['Start', `${offsetText(node.start)}, ${exactTime(span.timestamp)}`],
          [
            'Clock',
            node.shift === 0
              ? ''
              : `shown ${durationText(Math.abs(node.shift))} ${node.shift > 0 ? 'later' : 'earlier'} than sent`,
          ],
          ['Inside', node.below > 0 ? counted(node.below, 'span') : ''],
          ['Parent', <Parent key="parent" node={node} />],
          ['Host', span.host],
          ['Environment', span.environment],
          ['Release', span.release],
          ['User', span.userId],
          ['Session', span.sessionId],
          ['Request', span.requestId],
          ['Scope', span.scope],
          ['Came by', span.source],
          ['Trace state', span.traceState],
          [
            'Span id',
            <span key="id" className="flex items-center font-mono">
              {span.spanId}
              <CopyButton text={span.spanId} what="span id" className="-my-1" />
            </span>,
          ],
        ]}
      />
      <LeadsOn model={model} node={node} onZoom={onZoom} />
      <Records node={node} />
      <PairsSection title="Attributes" pairs={span.attributes} />
      <Events span={span} />
      <Links span={span} />
      <PairsSection title="Resource" pairs={span.resource} />
    </div>
  );
}

function Parent({ node }: { node: SpanNode }) {
  if (node.parent)
    return (
      <Link
        from="/traces/$traceId"
        to="/traces/$traceId"
        search={(old) => tidyTraceSearch({ ...old, span: node.parent!.key })}
        resetScroll={false}
        className="text-accent hover:underline"
      >
        <bdi>{node.parent.span.name || node.parent.key}</bdi>
      </Link>
    );
  return node.isOrphan ? `${node.span.parentSpanId}, which is not stored` : 'none: the trace begins here';
}

function LeadsOn({ model, node, onZoom }: SpanDetailProps) {
  const { span } = node;
  const link = buttonClass('secondary', 'small');
  const ofSpan = logsSearch(model, [
    ['trace', model.traceId],
    ['span.id', span.spanId],
  ]);
  const ofUser =
    span.userId === '' ? null : logsSearch(model, [['user', span.userId]], { aroundMs: USER_AROUND_MS });
  return (
    <div className="flex flex-wrap gap-1.5">
      {ofSpan && (
        <Link to="/logs" search={ofSpan} className={link}>
          Logs of this span
        </Link>
      )}
      {ofUser && (
        <Link to="/logs" search={ofUser} className={link}>
          This user’s logs
        </Link>
      )}
      <Button size="small" onClick={onZoom}>
        Zoom to it
      </Button>
      <CopyButton text={() => JSON.stringify(span, null, 2)} what="JSON of this span" words="Copy JSON" />
    </div>
  );
}

function Records({ node }: { node: SpanNode }) {
  if (node.records.length === 0) return null;
  return (
    <Section title="Lines and errors" note={String(node.records.length)}>
      <ul className="overflow-hidden rounded-md border border-line text-xs">
        {node.records.slice(0, RECORDS_SHOWN).map((record) => (
          <li key={record.key} className="border-b border-line last:border-0">
            <Link
              from="/traces/$traceId"
              to="/traces/$traceId"
              search={(old) => tidyTraceSearch({ ...old, ...searchOf(record) })}
              resetScroll={false}
              className={cx(
                'flex items-baseline gap-2 border-l-[3px] px-2 py-1 hover:bg-hover',
                LEVEL_LOOKS[levelOf(record)].row,
              )}
            >
              <span className="w-16 shrink-0 text-right text-2xs text-ink-faint">
                {offsetText(record.at - node.start)}
              </span>
              <bdi className="line-clamp-2 min-w-0 font-mono [overflow-wrap:anywhere]">
                {revealBidi(wordsOf(record).slice(0, LINE_CHARS)) || 'no text'}
              </bdi>
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Events({ span }: { span: Span }) {
  if (span.events.length === 0) return null;
  const start = BigInt(span.timestamp);
  return (
    <Section title="Events" note={String(span.events.length)}>
      <ul className="flex flex-col gap-2">
        {keyed(span.events, ({ name }) => name).map(({ key, item: { name, timestamp, attributes } }) => (
          <li key={key} className="rounded-md border border-line px-3 py-2">
            <p className="flex items-baseline gap-2 text-xs font-medium">
              <bdi className="min-w-0 [overflow-wrap:anywhere]">{revealBidi(name)}</bdi>
              <span className="ml-auto shrink-0 text-2xs font-normal text-ink-faint">
                {timestamp !== '' && offsetText(Number(BigInt(timestamp) - start))}
              </span>
            </p>
            <Pairs pairs={Object.entries(attributes)} className="mt-1" />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Links({ span }: { span: Span }) {
  if (span.links.length === 0) return null;
  return (
    <Section title="Links" note={String(span.links.length)}>
      <ul className="flex flex-col gap-1 text-xs">
        {keyed(span.links, ({ traceId, spanId }) => `${traceId} ${spanId}`).map(({ key, item }) => (
          <li key={key}>
            <Link
              to="/traces/$traceId"
              params={{ traceId: item.traceId }}
              search={{ span: item.spanId }}
              className="font-mono [overflow-wrap:anywhere] text-accent hover:underline"
            >
              {item.traceId} / {item.spanId}
            </Link>
            <Pairs pairs={Object.entries(item.attributes)} />
          </li>
        ))}
      </ul>
    </Section>
  );
}
