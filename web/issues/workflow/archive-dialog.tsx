/** Any time or count that an issue is archived until. */
import { useState } from 'react';
import type { ArchiveUntil } from '#contract/workflow.ts';
import { Dialog } from '#web/ui/dialog.tsx';
import { DialogActions } from '#web/ui/dialog-actions.tsx';
import { Field, SelectField } from '#web/ui/field.tsx';
import { textOf } from '#web/ui/form-text.ts';
import { untilWords } from './change-words.ts';

const UNITS = [
  { minutes: 1, label: 'minutes' },
  { minutes: 60, label: 'hours' },
  { minutes: 1_440, label: 'days' },
];
const WINDOWS = [
  { minutes: 0, label: 'ever' },
  { minutes: 60, label: 'an hour' },
  { minutes: 1_440, label: 'a day' },
  { minutes: 10_080, label: 'a week' },
];
type Kind = 'events' | 'users' | 'time';

function readUntil(form: FormData, kind: Kind): ArchiveUntil {
  const count = Number(textOf(form, 'count'));
  const minutes = Number(textOf(form, 'minutes'));
  if (kind === 'time') return { until: 'time', minutes: count * minutes };
  return { until: kind, count, ...(minutes > 0 ? { windowMinutes: minutes } : {}) };
}

export function ArchiveDialog({
  onArchive,
  onClose,
}: {
  onArchive: (until: ArchiveUntil) => void;
  onClose: () => void;
}) {
  const [kind, setKind] = useState<Kind>('events');
  const [until, setUntil] = useState<ArchiveUntil>({ until: 'events', count: 10 });
  const isTime = kind === 'time';
  return (
    <Dialog open onClose={onClose} title="Archive until">
      <form
        className="flex flex-col gap-4"
        onChange={(event) => {
          const form = new FormData(event.currentTarget);
          setUntil(readUntil(form, textOf(form, 'kind') as Kind));
        }}
        onSubmit={(event) => {
          event.preventDefault();
          onArchive(readUntil(new FormData(event.currentTarget), kind));
          onClose();
        }}
      >
        <div className="grid gap-4 sm:grid-cols-3">
          <SelectField
            label="Until"
            name="kind"
            value={kind}
            onChange={(event) => setKind(event.target.value as Kind)}
          >
            <option value="events">more events</option>
            <option value="users">more users</option>
            <option value="time">a time is over</option>
          </SelectField>
          <Field
            label="How many"
            name="count"
            type="number"
            min={1}
            max={isTime ? 366 : 1_000_000_000}
            step={1}
            inputMode="numeric"
            required
            defaultValue={10}
          />
          <SelectField
            label={isTime ? 'Of' : 'Within'}
            name="minutes"
            key={kind}
            defaultValue={isTime ? 1_440 : 0}
          >
            {(isTime ? UNITS : WINDOWS).map(({ minutes, label }) => (
              <option key={minutes} value={minutes}>
                {label}
              </option>
            ))}
          </SelectField>
        </div>
        <p className="text-sm text-ink-soft">Archived {untilWords(until)}.</p>
        <DialogActions onClose={onClose} verb="Archive" />
      </form>
    </Dialog>
  );
}
