/** How much of a limit is used: a bar with its numbers in words, amber from four fifths, red when it is reached. */
import { cx } from './cx.ts';
import { percent } from './number.ts';

/** From here on there is still time to do something about it. */
const WARN_FROM = 0.8;

export function ShareBar({
  label,
  used,
  limit,
  format,
}: {
  label: string;
  used: number;
  limit: number;
  format: (value: number) => string;
}) {
  const share = Math.min(1, used / limit);
  const isReached = used >= limit;
  const isNear = share >= WARN_FROM;
  return (
    <div className="text-sm">
      <div className="flex flex-wrap justify-between gap-x-3">
        <span className="min-w-0">{label}</span>
        <span className={cx(isReached ? 'text-danger' : isNear ? 'text-warn' : 'text-ink-soft')}>
          {format(used)} of {format(limit)} · {percent(used, limit)}
          {isReached ? ' · used up' : isNear ? ' · nearly used up' : ''}
        </span>
      </div>
      <div aria-hidden className="mt-1 h-1.5 overflow-hidden rounded-full bg-sunken">
        <div
          className={cx(
            'h-full rounded-full',
            isReached ? 'bg-level-error' : isNear ? 'bg-level-warning' : 'bg-bar-strong',
          )}
          style={{ width: `${used > 0 ? Math.max(0.5, share * 100) : 0}%` }}
        />
      </div>
    </div>
  );
}
