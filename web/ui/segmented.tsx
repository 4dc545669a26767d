/** A few choices side by side, one of them taken. Radio buttons underneath, so arrows and screen readers work. */
import { useId } from 'react';
import { cx } from './cx.ts';

interface SegmentedProps<T extends string> {
  label: string;
  value: T;
  choices: readonly { value: T; label: string }[];
  onChange: (value: T) => void;
  size?: 'small' | 'medium';
  className?: string;
}

export function Segmented<T extends string>({
  label,
  value,
  choices,
  onChange,
  size = 'medium',
  className,
}: SegmentedProps<T>) {
  const name = useId();
  return (
    <fieldset
      className={cx('inline-flex min-w-0 rounded-md bg-sunken p-0.5 ring-1 ring-line ring-inset', className)}
    >
      <legend className="sr-only">{label}</legend>
      {choices.map((choice) => (
        <label
          key={choice.value}
          className={cx(
            'relative flex cursor-pointer items-center rounded-[5px] px-2.5 font-medium whitespace-nowrap transition-colors has-focus-visible:outline-2 has-focus-visible:outline-accent',
            size === 'small' ? 'h-6 text-xs pointer-coarse:h-9' : 'h-7 text-sm pointer-coarse:h-9',
            choice.value === value
              ? 'bg-surface text-ink shadow-sm ring-1 ring-line'
              : 'text-ink-soft hover:text-ink',
          )}
        >
          <input
            type="radio"
            name={name}
            value={choice.value}
            checked={choice.value === value}
            onChange={() => onChange(choice.value)}
            className="absolute inset-0 cursor-pointer opacity-0"
          />
          {choice.label}
        </label>
      ))}
    </fieldset>
  );
}
