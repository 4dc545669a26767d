/** Who it is in two letters; a round one is a person, a square one a group. */
import { cx } from './cx.ts';
import { initialsOf } from './initials.ts';

interface AvatarProps {
  name: string;
  square?: boolean;
  className?: string;
}

export function Avatar({ name, square, className }: AvatarProps) {
  return (
    <span
      aria-hidden
      className={cx(
        'inline-flex size-6 shrink-0 items-center justify-center bg-sunken text-2xs font-semibold text-ink-soft ring-1 ring-line-strong select-none',
        square ? 'rounded-md' : 'rounded-full',
        className,
      )}
    >
      {initialsOf(name)}
    </span>
  );
}
