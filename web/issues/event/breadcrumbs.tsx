/** What the program did before: the last thing at the bottom, right above the error itself. */
import { Bug, CircleDot, Database, Globe, MousePointerClick, Navigation, Terminal } from 'lucide-react';
import { useState } from 'react';
import { LevelMark } from '#web/issues/level-mark.tsx';
import { Button } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { cx } from '#web/ui/cx.ts';
import { keyed } from '#web/ui/keyed.ts';
import { absoluteTime, offsetFrom } from '#web/ui/time.ts';
import { ValueView } from '#web/ui/value-view.tsx';
import { type BreadcrumbKind, breadcrumbKind, breadcrumbLine } from './breadcrumb-line.ts';
import type { BreadcrumbView } from './payload.ts';

/** The steps right before the error; the others are one press away. */
const SHOWN = 12;

const ICONS: Record<BreadcrumbKind, typeof Bug> = {
  http: Globe,
  navigation: Navigation,
  query: Database,
  user: MousePointerClick,
  debug: Terminal,
  error: Bug,
  other: CircleDot,
};

interface BreadcrumbsProps {
  breadcrumbs: readonly BreadcrumbView[];
  /** When the error itself happened, milliseconds. */
  at: number;
  title: string;
}

export function Breadcrumbs({ breadcrumbs, at, title }: BreadcrumbsProps) {
  const [all, setAll] = useState(false);
  const hidden = all ? 0 : Math.max(0, breadcrumbs.length - SHOWN);
  return (
    <Card id="breadcrumbs" title="Breadcrumbs" note={`${breadcrumbs.length}, the last at the bottom`} flush>
      {hidden > 0 && (
        <div className="border-b border-line px-4 py-1.5">
          <Button look="ghost" size="small" onClick={() => setAll(true)}>
            Show {hidden} earlier
          </Button>
        </div>
      )}
      <ol>
        {keyed(breadcrumbs, (each) => `${each.at} ${each.message}`)
          .slice(hidden)
          .map(({ key, item }) => (
            <BreadcrumbRow key={key} breadcrumb={item} at={at} />
          ))}
        <li className="flex items-start gap-2.5 bg-danger-soft px-4 py-2 text-xs">
          <Bug aria-hidden className="mt-0.5 size-4 shrink-0 text-danger" />
          <bdi className="line-clamp-2 min-w-0 flex-1 font-semibold [overflow-wrap:anywhere] text-danger">
            {title}
          </bdi>
          <time
            dateTime={new Date(at).toISOString()}
            title={absoluteTime(at)}
            className="shrink-0 text-danger"
          >
            0 s
          </time>
        </li>
      </ol>
    </Card>
  );
}

function BreadcrumbRow({ breadcrumb, at }: { breadcrumb: BreadcrumbView; at: number }) {
  const Icon = ICONS[breadcrumbKind(breadcrumb)];
  const { text, rest } = breadcrumbLine(breadcrumb);
  const loud = ['fatal', 'critical', 'error', 'warning'].includes(breadcrumb.level);
  return (
    <li className="flex items-start gap-2.5 border-b border-line px-4 py-2 text-xs">
      <Icon aria-hidden className="mt-0.5 size-4 shrink-0 text-ink-faint" />
      <div className="min-w-0 flex-1">
        <div className="flex min-w-0 flex-wrap items-baseline gap-x-2">
          {loud && (
            <LevelMark
              level={breadcrumb.level === 'critical' ? 'fatal' : breadcrumb.level}
              className="self-center"
            />
          )}
          {breadcrumb.category && (
            <bdi className="max-w-full truncate font-medium text-ink-soft">{breadcrumb.category}</bdi>
          )}
          <bdi
            className={cx(
              'min-w-0 font-mono leading-5 whitespace-pre-wrap [overflow-wrap:anywhere]',
              loud && 'font-semibold',
            )}
          >
            {text}
          </bdi>
        </div>
        {rest.length > 0 && (
          <dl className="mt-0.5 flex flex-col gap-y-0.5 font-mono text-2xs text-ink-soft">
            {rest.map(([name, value]) => (
              <div key={name} className="flex gap-1.5">
                <dt className="shrink-0 text-ink-faint">{name}:</dt>
                <dd className="min-w-0">
                  <ValueView value={value} />
                </dd>
              </div>
            ))}
          </dl>
        )}
      </div>
      {breadcrumb.at !== null && (
        <time
          dateTime={new Date(breadcrumb.at).toISOString()}
          title={absoluteTime(breadcrumb.at)}
          className="shrink-0 text-ink-faint"
        >
          {offsetFrom(breadcrumb.at, at)}
        </time>
      )}
    </li>
  );
}
