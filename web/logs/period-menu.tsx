/** The period one looks at: the last hours, or from one moment to another. */
import { CalendarRange, ChevronDown } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { localInput, rowTime } from '#web/log-time.ts';
import { Button, buttonClass } from '#web/ui/button.tsx';
import { Dialog } from '#web/ui/dialog.tsx';
import { Field } from '#web/ui/field.tsx';
import { Menu, MenuChoices, MenuItem, MenuLine } from '#web/ui/menu.tsx';
import { type LogPeriod, type LogsSearch, PERIODS, rangeOf, type TimeRange } from './logs-search.ts';

interface PeriodMenuProps {
  search: LogsSearch;
  onPeriod: (period: LogPeriod) => void;
  onRange: (range: TimeRange) => void;
}

export function PeriodMenu({ search, onPeriod, onRange }: PeriodMenuProps) {
  const [asking, setAsking] = useState(false);
  const absolute = search.from !== undefined;
  const period = search.period ?? '1h';
  return (
    <>
      <Menu
        align="end"
        trigger={
          <button type="button" className={buttonClass('secondary', 'medium', 'min-w-0 shrink font-normal')}>
            <span className="text-ink-faint">{absolute ? 'From' : 'Last'}</span>
            <span className="truncate font-medium">
              {absolute
                ? rangeWords(rangeOf(search, 0))
                : PERIODS.find(({ value }) => value === period)!.label}
            </span>
            <ChevronDown aria-hidden className="size-3.5! text-ink-faint" />
          </button>
        }
      >
        <MenuChoices
          value={absolute ? ('' as LogPeriod) : period}
          choices={PERIODS.map(({ value, label }) => ({ value, label: `Last ${label}` }))}
          onChange={onPeriod}
        />
        <MenuLine />
        <MenuItem onSelect={() => setAsking(true)}>
          <CalendarRange aria-hidden className="text-ink-faint" />
          From … to …
        </MenuItem>
      </Menu>
      {asking && (
        <RangeDialog
          range={rangeOf(search, Date.now())}
          onClose={() => setAsking(false)}
          onRange={(range) => {
            setAsking(false);
            onRange(range);
          }}
        />
      )}
    </>
  );
}

const shortTime = (at: number) => rowTime(`${at}000000`).slice(0, -4);

/** The day once when both ends are of the same. */
function rangeWords({ from, to }: TimeRange): string {
  const [start, end] = [shortTime(from), shortTime(to)];
  return `${start} – ${start.slice(0, 6) === end.slice(0, 6) ? end.slice(7) : end}`;
}

function RangeDialog({
  range,
  onClose,
  onRange,
}: {
  range: TimeRange;
  onClose: () => void;
  onRange: (range: TimeRange) => void;
}) {
  const [from, setFrom] = useState(localInput(range.from));
  const [to, setTo] = useState(localInput(range.to));
  const [problem, setProblem] = useState<string | null>(null);

  function submit(event: FormEvent) {
    event.preventDefault();
    const [start, end] = [new Date(from).getTime(), new Date(to).getTime()];
    if (!Number.isFinite(start) || !Number.isFinite(end)) setProblem('Both moments are needed.');
    else if (start >= end) setProblem('The end must be after the beginning.');
    else onRange({ from: start, to: end });
  }
  const moment = { type: 'datetime-local', step: 1, max: '9999-12-31T23:59:59', required: true };
  return (
    <Dialog
      open
      onClose={onClose}
      title="From one moment to another"
      description="In the time zone of this device."
    >
      <form onSubmit={submit} className="flex flex-col gap-4" noValidate>
        <Field label="From" value={from} onChange={(event) => setFrom(event.target.value)} {...moment} />
        <Field
          label="To"
          problem={problem}
          value={to}
          onChange={(event) => setTo(event.target.value)}
          {...moment}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary">
            Show
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
