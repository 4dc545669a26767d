/** What the same service on the same host said just before and after a line, whatever the search is. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { LogRecord } from '#contract/logs.ts';
import { LEVEL_LOOKS } from '#web/log-levels.ts';
import { millisecondsOf } from '#web/log-time.ts';
import { Button } from '#web/ui/button.tsx';
import { cx } from '#web/ui/cx.ts';
import { sentenceOf } from '#web/ui/error-state.tsx';
import { revealBidi } from '#web/ui/reveal-bidi.ts';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { offsetFrom } from '#web/ui/time.ts';
import { toLines } from './lines.ts';
import { surroundingsQuery } from './logs-queries.ts';

/** How many on each side; pressing again shows more. */
const STEPS = [0, 10, 50, 100] as const;
const BODY_CHARS = 300;

export function Surroundings({ record }: { record: LogRecord }) {
  const [step, setStep] = useState(0);
  const lines = STEPS[step] ?? 0;
  const next = STEPS[step + 1];
  const { data, error, isFetching } = useQuery({
    ...surroundingsQuery(record.id, lines),
    enabled: lines > 0,
    placeholderData: (old) => old,
  });
  const shown = lines > 0 ? data : undefined;
  const isAll =
    shown !== undefined && !isFetching && Math.max(shown.older.length, shown.newer.length) < lines;
  const whose = [record.service, record.host && `on ${record.host}`].filter(Boolean).join(' ');
  const all = shown ? [...shown.newer.toReversed(), shown.record, ...shown.older] : [];
  return (
    <section className="min-w-0">
      <h3 className="mb-1 flex min-h-8 flex-wrap items-center gap-x-2 text-xs font-semibold text-ink-soft">
        Surrounding lines
        <bdi className="font-normal text-ink-faint">{whose}</bdi>
        {next !== undefined && !isAll && (
          <Button size="small" disabled={isFetching} onClick={() => setStep(step + 1)} className="ml-auto">
            {step === 0 ? `Show ±${next}` : `±${next}`}
          </Button>
        )}
      </h3>
      {error && <p className="text-xs text-danger">{sentenceOf(error)}</p>}
      {lines > 0 && !data && !error && <SkeletonLines lines={4} />}
      {shown && (
        <ul className="overflow-hidden rounded-md border border-line text-xs">
          {toLines(all).map(({ key, record: each }) => (
            <li key={key} className="border-b border-line last:border-0">
              <Link
                from="/logs"
                to="/logs"
                search={(old) => ({ ...old, record: each.id })}
                resetScroll={false}
                preload={false}
                aria-current={each.id === record.id ? 'true' : undefined}
                className={cx(
                  'flex items-baseline gap-2 border-l-[3px] px-2 py-1 hover:bg-hover',
                  LEVEL_LOOKS[each.level].row,
                  each.id === record.id && 'bg-accent-soft! font-medium',
                )}
              >
                <span className="w-16 shrink-0 text-right text-ink-faint">
                  {each.id === record.id
                    ? 'this line'
                    : offsetFrom(millisecondsOf(each.timestamp), millisecondsOf(record.timestamp))}
                </span>
                <bdi className="line-clamp-2 min-w-0 font-mono [overflow-wrap:anywhere]">
                  {revealBidi((each.message ?? each.body).slice(0, BODY_CHARS)) || 'no text'}
                </bdi>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
