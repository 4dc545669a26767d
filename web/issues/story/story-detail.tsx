/** An open line: all it says, why it is here, and where it leads. */
import { Link } from '@tanstack/react-router';
import type { StoryItem } from '#contract/story.ts';
import { LineErrors } from '#web/line-errors.tsx';
import { prettyJson } from '#web/log-body.ts';
import { filterText } from '#web/log-filters.ts';
import { exactTime, millisecondsOf } from '#web/log-time.ts';
import { buttonClass } from '#web/ui/button.tsx';
import { CopyButton } from '#web/ui/copy-button.tsx';
import { revealBidi } from '#web/ui/reveal-bidi.ts';
import { ValueView } from '#web/ui/value-view.tsx';

export function StoryDetail({ item, aroundMs }: { item: StoryItem; aroundMs: number }) {
  const ids = [
    ['service', item.service],
    ['host', item.host],
    ['trace', item.traceId],
    ['span', item.spanId],
    ['request', item.requestId],
    ['session', item.sessionId],
    ['user', item.userId],
  ].filter(([, value]) => value !== '');
  return (
    <div className="flex flex-col gap-3 border-t border-line px-3 py-3 text-xs md:pl-26">
      <p className="text-ink-soft">
        {exactTime(item.timestamp)} · <bdi>{revealBidi(item.because)}</bdi>
      </p>
      {item.suspect && (
        <p className="[overflow-wrap:anywhere] text-warn">
          <bdi>{revealBidi(item.suspect.evidence)}</bdi>
        </p>
      )}
      <pre className="max-h-96 overflow-y-auto rounded-md border border-line bg-sunken p-3 font-mono leading-5 [overflow-wrap:anywhere] whitespace-pre-wrap">
        {revealBidi(prettyJson(item.body) ?? item.body) || 'no text'}
      </pre>
      <LeadsOn item={item} aroundMs={aroundMs} />
      <dl className="grid grid-cols-[minmax(0,9rem)_minmax(0,1fr)] gap-x-3 gap-y-1 font-mono">
        {[...ids, ...Object.entries(item.attributes)].map(([name, value]) => (
          <Field key={String(name)} name={String(name)} value={value} />
        ))}
      </dl>
    </div>
  );
}

function Field({ name, value }: { name: string; value: unknown }) {
  return (
    <>
      <dt className="[overflow-wrap:anywhere] text-ink-faint">
        <bdi>{revealBidi(name)}</bdi>
      </dt>
      <dd className="min-w-0">
        <ValueView value={typeof value === 'string' ? revealBidi(value) : value} />
      </dd>
    </>
  );
}

function LeadsOn({ item, aroundMs }: { item: StoryItem; aroundMs: number }) {
  const { ref, userId, traceId, timestamp } = item;
  const link = buttonClass('secondary', 'small');
  const at = millisecondsOf(timestamp);
  const period = {
    from: new Date(at - aroundMs).toISOString(),
    to: new Date(at + aroundMs).toISOString(),
  };
  const ofUser = userId === '' ? null : filterText('user', userId);
  return (
    <div className="flex flex-wrap gap-1.5">
      {ref.logId && (
        <Link to="/logs" search={{ ...period, record: ref.logId }} className={link}>
          In the logs
        </Link>
      )}
      {ref.logId && (traceId !== '' || item.requestId !== '') && <LineErrors recordId={ref.logId} />}
      {ref.issueId && item.kind === 'error' && (
        <Link
          to="/issues/$issueId/{-$tab}"
          params={{ issueId: ref.issueId }}
          search={ref.eventId ? { event: ref.eventId } : {}}
          className={link}
        >
          Issue {ref.shortId}
        </Link>
      )}
      {traceId !== '' && (
        <Link
          to="/traces/$traceId"
          params={{ traceId }}
          search={ref.spanId ? { span: ref.spanId } : {}}
          className={link}
        >
          Open trace
        </Link>
      )}
      {ofUser && (
        <Link to="/logs" search={{ ...period, query: ofUser }} className={link}>
          This user’s lines
        </Link>
      )}
      <CopyButton text={item.body} what="this line" words="Copy" />
    </div>
  );
}
