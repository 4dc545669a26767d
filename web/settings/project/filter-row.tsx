/** One filter that is on or off: what it is, what it dropped lately, and its switch. */
import { type ReactNode, useEffect, useState } from 'react';
import type { FilterCount } from '#contract/filters.ts';
import { compactNumber, fullNumber } from '#web/ui/number.ts';

interface FilterRowProps {
  label: string;
  hint: ReactNode;
  isOn: boolean;
  disabled: boolean;
  onChange: (isOn: boolean) => void;
  /** Of its reason; undefined: nothing was dropped. */
  count: FilterCount | undefined;
  children?: ReactNode;
}

export function FilterRow({ label, hint, isOn, disabled, onChange, count, children }: FilterRowProps) {
  /** What was clicked, until it is saved or refused: the switch stands where it was put at once. */
  const [chosen, setChosen] = useState<boolean | null>(null);
  useEffect(() => {
    if (!disabled) setChosen(null);
  }, [disabled]);
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-1 border-t border-line py-2.5 first:border-t-0 first:pt-0 last:pb-0">
      <label className="flex min-w-0 flex-1 basis-64 cursor-pointer items-start gap-2.5 pointer-coarse:min-h-11">
        <input
          type="checkbox"
          className="mt-0.5 size-4 shrink-0 accent-accent"
          checked={chosen ?? isOn}
          disabled={disabled}
          onChange={(event) => {
            setChosen(event.currentTarget.checked);
            onChange(event.currentTarget.checked);
          }}
        />
        <span className="min-w-0">
          <span className="block text-sm font-medium">{label}</span>
          <span className="block text-xs text-ink-faint">{hint}</span>
        </span>
      </label>
      <FilteredCount count={count} />
      {children}
    </li>
  );
}

export function FilteredCount({ count }: { count: FilterCount | undefined }) {
  if (!count || count.week === 0)
    return <span className="text-xs text-ink-faint">none filtered in 7 days</span>;
  return (
    <span className="text-xs text-ink-soft">
      <b className="font-semibold" title={fullNumber(count.day)}>
        {compactNumber(count.day)}
      </b>{' '}
      in 24 h ·{' '}
      <b className="font-semibold" title={fullNumber(count.week)}>
        {compactNumber(count.week)}
      </b>{' '}
      in 7 d
    </span>
  );
}

/** The counts of a reason. */
export const countOf = (counts: readonly FilterCount[], reason: string) =>
  counts.find((each) => each.reason === reason);
