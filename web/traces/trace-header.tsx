/** What a trace is, in a line: its name, how long it took, of what it is made, when it was. */
import { Link } from '@tanstack/react-router';
import { ScrollText } from 'lucide-react';
import { durationText } from '#web/durations.ts';
import { buttonClass } from '#web/ui/button.tsx';
import { CopyButton } from '#web/ui/copy-button.tsx';
import { cx } from '#web/ui/cx.ts';
import { counted } from '#web/ui/number.ts';
import { RelativeTime } from '#web/ui/relative-time.tsx';
import { revealBidi } from '#web/ui/reveal-bidi.ts';
import { absoluteTime } from '#web/ui/time.ts';
import { logsSearch } from './logs-links.ts';
import type { TraceModel } from './trace-model.ts';

export function TraceHeader({ model }: { model: TraceModel }) {
  const { nodes, records, services, roots, origin, whole, traceId } = model;
  const failed = nodes.filter(({ span }) => span.status === 'error').length;
  const errors = records.filter(({ kind }) => kind === 'error').length;
  const lines = records.length - errors;
  const started = new Date(Number(origin / 1_000_000n)).toISOString();
  const logs = logsSearch(model, [['trace', traceId]]);
  return (
    <header className="flex flex-col gap-2">
      <div className="flex flex-wrap items-start gap-x-3 gap-y-1">
        <div className="min-w-0 flex-1 basis-40">
          <h1 className="text-lg font-semibold tracking-tight [overflow-wrap:anywhere]">
            <bdi>{roots[0] ? revealBidi(roots[0].span.name) || 'Trace' : 'Trace'}</bdi>
          </h1>
          <p className="flex min-w-0 items-center gap-1 text-xs text-ink-faint">
            <bdi className="min-w-0 truncate font-mono">{traceId}</bdi>
            <CopyButton text={traceId} what="trace id" className="-my-1" />
          </p>
        </div>
        {logs && (
          <Link to="/logs" search={logs} className={buttonClass('secondary')}>
            <ScrollText aria-hidden />
            In the logs
          </Link>
        )}
      </div>
      <dl className="flex flex-wrap gap-x-6 gap-y-2 text-sm">
        <Fact name="Duration">{durationText(whole.to)}</Fact>
        <Fact name="Services">{services.filter(Boolean).length}</Fact>
        <Fact name="Spans" alarm={failed > 0 && `, ${failed} failed`}>
          {nodes.length.toLocaleString('en-US')}
        </Fact>
        <Fact name="Errors" isBad={errors > 0}>
          {errors}
        </Fact>
        <Fact name="Lines">{lines.toLocaleString('en-US')}</Fact>
        <Fact name="Started">
          <RelativeTime time={started} />
          <span className="text-xs font-normal text-ink-faint"> {absoluteTime(started)}</span>
        </Fact>
      </dl>
    </header>
  );
}

interface FactProps {
  name: string;
  isBad?: boolean;
  alarm?: string | false;
  children: React.ReactNode;
}

function Fact({ name, isBad, alarm, children }: FactProps) {
  return (
    <div>
      <dt className="text-2xs text-ink-faint">{name}</dt>
      <dd className={cx('font-semibold', isBad && 'text-danger')}>
        {children}
        {alarm && <span className="text-danger">{alarm}</span>}
      </dd>
    </div>
  );
}

/** What is missing or was changed, so that nobody trusts a picture more than it deserves. */
export function TraceNotes({
  model,
  cutShort,
}: {
  model: TraceModel;
  cutShort: { spans: boolean; logs: boolean; errors: boolean };
}) {
  const { nodes, records, shifted } = model;
  const errors = records.filter(({ kind }) => kind === 'error').length;
  const cut = [
    cutShort.spans && counted(nodes.length, 'span'),
    cutShort.logs && counted(records.length - errors, 'log line'),
    cutShort.errors && counted(errors, 'error'),
  ].filter((part) => part !== false);
  const notes = [
    cut.length > 0 && `The trace is larger than one page: these are its first ${cut.join(', ')}.`,
    shifted.length > 0 &&
      `The clock of ${shifted.slice(0, 3).join(', ') || 'a service'} is not that of its callers: its spans are shown where they can have been.`,
  ].filter((note) => note !== false);
  return notes.map((note) => (
    <p key={note} className="rounded-md bg-warn-soft px-3 py-1.5 text-xs text-warn">
      {note}
    </p>
  ));
}
