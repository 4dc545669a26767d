/** A span of time of a form, in the unit that people say it in: a day, and not 1440 minutes. */
import { useId, useState } from 'react';
import { CONTROL } from '#web/ui/field.tsx';

const UNITS = [
  { minutes: 1, word: 'minutes' },
  { minutes: 60, word: 'hours' },
  { minutes: 1440, word: 'days' },
] as const;

interface SpanFieldProps {
  label: string;
  /** Minutes, as all of these. */
  value: number;
  min: number;
  max: number;
  hint?: string;
  onChange: (minutes: number) => void;
}

export function SpanField({ label, value, min, max, hint, onChange }: SpanFieldProps) {
  const id = useId();
  const [unit, setUnit] = useState(() => unitOf(value));
  const [text, setText] = useState(String(value / unit));
  // What is typed counts as soon as it is a span; another value comes from outside.
  const shown = text === '' || Number(text) * unit === value ? text : String(value / unit);
  const change = (count: number, minutes: number) => {
    const next = Math.min(max, Math.max(min, Math.round(count * minutes)));
    if (Number.isFinite(next)) onChange(next);
  };
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <div className="flex min-w-0 gap-2">
        <input
          id={id}
          type="number"
          inputMode="numeric"
          required
          min={Math.ceil(min / unit)}
          max={Math.floor(max / unit)}
          step={1}
          value={shown}
          aria-describedby={hint ? `${id}-hint` : undefined}
          onChange={(event) => {
            setText(event.target.value);
            if (Number.isFinite(event.target.valueAsNumber)) change(event.target.valueAsNumber, unit);
          }}
          className={CONTROL}
        />
        <select
          aria-label={`${label}: unit`}
          value={unit}
          onChange={(event) => {
            const minutes = Number(event.target.value);
            const least = min === 0 ? 0 : 1;
            const count = Math.max(least, Math.min(Number(shown), Math.floor(max / minutes)));
            setUnit(minutes);
            setText(String(count));
            change(count, minutes);
          }}
          className={`${CONTROL} w-auto! shrink-0`}
        >
          {UNITS.filter(({ minutes }) => minutes <= max).map(({ minutes, word }) => (
            <option key={minutes} value={minutes}>
              {word}
            </option>
          ))}
        </select>
      </div>
      {hint && (
        <p id={`${id}-hint`} className="text-xs text-ink-faint">
          {hint}
        </p>
      )}
    </div>
  );
}

/** The largest in which it is whole; nothing at all is so in minutes. */
function unitOf(minutes: number): number {
  if (minutes === 0) return 1;
  return UNITS.findLast((unit) => minutes % unit.minutes === 0)?.minutes ?? 1;
}
