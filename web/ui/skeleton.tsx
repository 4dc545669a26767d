/** Grey shapes of what is coming, as large as the thing itself, so that nothing jumps when it arrives. */
import { cx } from './cx.ts';

export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={cx('skeleton', className)} />;
}

/** Some lines of text on their way; the widths differ as words do. */
export function SkeletonLines({ lines, className }: { lines: number; className?: string }) {
  return (
    <div className={cx('flex flex-col gap-3', className)} aria-busy>
      <span className="sr-only">Loading…</span>
      {Array.from(Array(lines).keys(), (line) => (
        <Skeleton key={line} className={cx('h-4', ['w-4/5', 'w-3/5', 'w-11/12', 'w-2/5'][line % 4])} />
      ))}
    </div>
  );
}
