/** Which occurrence one looks at, and the way to its neighbours: by press or by h and l. */
import { Link, useNavigate } from '@tanstack/react-router';
import { ArrowUp, Braces, ChevronFirst, ChevronLast, ChevronLeft, ChevronRight } from 'lucide-react';
import type { EventDetail } from '#contract/events.ts';
import { Button, buttonClass, IconButton } from '#web/ui/button.tsx';
import { CopyButton } from '#web/ui/copy-button.tsx';
import { fullNumber } from '#web/ui/number.ts';
import { RelativeTime } from '#web/ui/relative-time.tsx';
import { useShortcuts } from '#web/ui/shortcuts.ts';
import { absoluteTime } from '#web/ui/time.ts';
import type { TabId } from './tabs.ts';

interface EventBarProps {
  issueId: string;
  event: EventDetail;
  tab: TabId;
  /** Set when a newer occurrence has arrived since this one was fetched as the latest. */
  onNewer: (() => void) | undefined;
}

export function EventBar({ issueId, event, tab, onNewer }: EventBarProps) {
  const navigate = useNavigate();
  const go = (id: string | null | undefined) => {
    if (id === null) return;
    navigate({
      to: '/issues/$issueId/{-$tab}',
      params: { issueId, tab },
      search: id ? { event: id } : {},
      replace: true,
      resetScroll: false,
    });
  };
  useShortcuts({
    h: () => go(event.olderId),
    l: () => go(event.newerId),
    'shift-h': () => event.olderId && go('oldest'),
    'shift-l': () => event.newerId && go(undefined),
  });
  return (
    <div className="mb-4 flex flex-wrap items-center gap-x-3 gap-y-1">
      <div className="flex items-center">
        <IconButton label="Oldest (H)" disabled={!event.olderId} onClick={() => go('oldest')}>
          <ChevronFirst aria-hidden />
        </IconButton>
        <IconButton label="Older (h)" disabled={!event.olderId} onClick={() => go(event.olderId)}>
          <ChevronLeft aria-hidden />
        </IconButton>
        <IconButton label="Newer (l)" disabled={!event.newerId} onClick={() => go(event.newerId)}>
          <ChevronRight aria-hidden />
        </IconButton>
        <IconButton label="Latest (L)" disabled={!event.newerId} onClick={() => go(undefined)}>
          <ChevronLast aria-hidden />
        </IconButton>
      </div>
      {onNewer && (
        <Button size="small" look="primary" className="rounded-full" onClick={onNewer}>
          <ArrowUp aria-hidden />A newer one has arrived
        </Button>
      )}
      <p className="text-sm" aria-live="polite">
        {event.newerId === null
          ? 'Latest occurrence'
          : event.olderId === null
            ? 'Oldest occurrence'
            : 'Occurrence'}
        <span className="text-ink-faint">
          {' '}
          · {fullNumber(event.index)} of {fullNumber(event.total)}
        </span>
      </p>
      <p className="text-sm text-ink-soft">
        <RelativeTime time={event.timestamp} />
        <span className="text-ink-faint max-sm:hidden"> · {absoluteTime(event.timestamp)}</span>
      </p>
      <div className="ml-auto flex min-w-0 items-center gap-2">
        <p className="flex min-w-0 items-center text-xs text-ink-faint max-sm:hidden">
          <code className="font-mono" title={event.id}>
            {event.id.slice(0, 8)}
          </code>
          <CopyButton text={event.id} what="event id" />
        </p>
        <Link
          to="/issues/$issueId/{-$tab}"
          params={{ issueId, tab: tab === 'raw' ? 'stack' : 'raw' }}
          search={(old) => ({ event: old.event })}
          resetScroll={false}
          title={tab === 'raw' ? 'Back to the stack (0)' : 'All of the event as JSON (0)'}
          aria-current={tab === 'raw' ? 'page' : undefined}
          className={buttonClass(tab === 'raw' ? 'secondary' : 'ghost', 'small')}
        >
          <Braces aria-hidden />
          Raw
        </Link>
      </div>
    </div>
  );
}
