/** A time in words, with the exact one on hover and for machines. */
import { absoluteTime, relativeTime } from './time.ts';
import { useNow } from './use-now.ts';

export function RelativeTime({ time, className }: { time: string; className?: string }) {
  const now = useNow();
  return (
    <time dateTime={time} title={absoluteTime(time)} className={className}>
      {relativeTime(time, now)}
    </time>
  );
}
