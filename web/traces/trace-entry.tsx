/** One trace of the list: what came in where, how long it took beside the others, and whether it failed. */
import { Link } from '@tanstack/react-router';
import { CircleX } from 'lucide-react';
import type { TraceSummary } from '#contract/traces.ts';
import { durationText } from '#web/durations.ts';
import { millisecondsOf } from '#web/log-time.ts';
import { serviceName } from '#web/service-looks.ts';
import { Badge } from '#web/ui/badge.tsx';
import { cx } from '#web/ui/cx.ts';
import { counted } from '#web/ui/number.ts';
import { RelativeTime } from '#web/ui/relative-time.tsx';
import { revealBidi } from '#web/ui/reveal-bidi.ts';

const NAME_CHARS = 300;

export function TraceEntry({ item, longest }: { item: TraceSummary; longest: number }) {
  const failed = item.status === 'error';
  return (
    <li className="border-b border-line">
      <Link
        to="/traces/$traceId"
        params={{ traceId: item.traceId }}
        preload={false}
        className="grid gap-x-4 gap-y-1 px-4 py-2 hover:bg-hover md:grid-cols-[minmax(0,1fr)_14rem_9rem] md:items-center md:px-6"
      >
        <span className="min-w-0">
          <span className="flex min-w-0 items-center gap-2">
            {failed && <CircleX aria-label="failed" className="size-4 shrink-0 text-danger" />}
            <bdi className={cx('min-w-0 truncate text-sm font-medium', failed && 'text-danger')}>
              {revealBidi(item.name.slice(0, NAME_CHARS)) || 'no name'}
            </bdi>
            {item.op && <Badge>{item.op}</Badge>}
          </span>
          <span className="flex min-w-0 items-center gap-2 text-xs text-ink-faint">
            <bdi className="truncate">{[item.service, ...others(item)].map(serviceName).join(', ')}</bdi>
            {item.environment && <bdi className="shrink-0">{item.environment}</bdi>}
          </span>
        </span>
        <span className="flex items-center gap-2">
          <span className="h-2 flex-1 overflow-hidden rounded-full bg-sunken">
            <span
              className={cx('block h-full min-w-1 rounded-full', failed ? 'bg-level-error' : 'bg-bar')}
              style={{ width: `${(item.durationNs / longest) * 100}%` }}
            />
          </span>
          <span className="w-20 shrink-0 text-right text-sm">{durationText(item.durationNs)}</span>
        </span>
        <span className="flex items-baseline gap-2 text-xs text-ink-faint md:flex-col md:items-end md:gap-0">
          <RelativeTime
            time={new Date(millisecondsOf(item.timestamp)).toISOString()}
            className="text-ink-soft"
          />
          <span>
            {counted(item.spans, 'span')}
            {item.errorSpans > 0 && <span className="text-danger">, {item.errorSpans} failed</span>}
          </span>
        </span>
      </Link>
    </li>
  );
}

const others = ({ service, services }: TraceSummary) => services.filter((each) => each !== service);
