/** What a monitor is to expect. The server says what of it cannot be. */
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { MonitorConfig, MonitorDetail, MonitorSchedule } from '#contract/monitors.ts';
import { api } from '#web/client.ts';
import { Dialog } from '#web/ui/dialog.tsx';
import { DialogActions } from '#web/ui/dialog-actions.tsx';
import { Field, SelectField } from '#web/ui/field.tsx';
import { textOf } from '#web/ui/form-text.ts';
import { Segmented } from '#web/ui/segmented.tsx';

interface MonitorFormProps {
  monitor: MonitorDetail;
  onClose: () => void;
  onSaved: () => void;
}

type Kind = 'crontab' | 'interval' | 'none';

const KINDS: readonly { value: Kind; label: string }[] = [
  { value: 'crontab', label: 'Crontab' },
  { value: 'interval', label: 'Interval' },
  { value: 'none', label: 'None' },
];
const UNITS = ['minute', 'hour', 'day', 'week', 'month', 'year'] as const;

export function MonitorForm({ monitor, onClose, onSaved }: MonitorFormProps) {
  const { config } = monitor;
  const { schedule } = config;
  const [kind, setKind] = useState<Kind>(schedule?.type ?? 'none');
  const save = useMutation({
    mutationFn: (next: MonitorConfig) => api.updateMonitor(monitor.id, { config: next }),
    onSuccess: () => {
      onSaved();
      onClose();
    },
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title={`What is expected of ${monitor.slug}`}
      description="Where the program sends a configuration with its check-ins, what that says is put back by its next one."
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(readForm(new FormData(event.currentTarget), kind));
        }}
      >
        <Segmented
          label="Kind of schedule"
          value={kind}
          choices={KINDS}
          onChange={setKind}
          className="self-start"
        />
        {kind === 'crontab' && (
          <div className="grid gap-4 sm:grid-cols-2">
            <Field
              label="Crontab line"
              name="line"
              required
              maxLength={200}
              defaultValue={schedule?.type === 'crontab' ? schedule.value : '0 3 * * *'}
              hint="Minute, hour, day, month, weekday"
            />
            <Field
              label="Time zone"
              name="timezone"
              required
              maxLength={60}
              list="time-zones"
              defaultValue={schedule?.type === 'crontab' ? schedule.timezone : 'UTC'}
              hint="As in Europe/Berlin"
            />
            <datalist id="time-zones">
              {Intl.supportedValuesOf('timeZone').map((zone) => (
                <option key={zone} value={zone} />
              ))}
            </datalist>
          </div>
        )}
        {kind === 'interval' && (
          <div className="grid gap-4 sm:grid-cols-2">
            <NumberField
              label="Every"
              name="value"
              max={10_000}
              value={schedule?.type === 'interval' ? schedule.value : 1}
            />
            <SelectField
              label="Unit"
              name="unit"
              defaultValue={schedule?.type === 'interval' ? schedule.unit : 'hour'}
            >
              {UNITS.map((unit) => (
                <option key={unit} value={unit}>
                  {unit}
                </option>
              ))}
            </SelectField>
          </div>
        )}
        <div className="grid gap-4 sm:grid-cols-2">
          <NumberField
            label="Missed after, minutes"
            name="margin"
            max={57_600}
            value={config.marginMinutes}
            hint="From the expected time"
          />
          <NumberField
            label="May run for, minutes"
            name="runtime"
            max={57_600}
            value={config.maxRuntimeMinutes}
            hint="Then it has timed out"
          />
          <NumberField
            label="Failures for an issue"
            name="failures"
            max={720}
            value={config.failureThreshold}
            hint="In a row"
          />
          <NumberField
            label="Good check-ins to resolve it"
            name="recoveries"
            max={720}
            value={config.recoveryThreshold}
            hint="In a row"
          />
        </div>
        <DialogActions onClose={onClose} busy={save.isPending} error={save.error} />
      </form>
    </Dialog>
  );
}

interface NumberFieldProps {
  label: string;
  name: string;
  value: number;
  max: number;
  hint?: string;
}

const NumberField = ({ value, ...field }: NumberFieldProps) => (
  <Field type="number" inputMode="numeric" required min={1} step={1} defaultValue={value} {...field} />
);

function readForm(form: FormData, kind: Kind): MonitorConfig {
  const number = (name: string) => Number(textOf(form, name));
  return {
    schedule: readSchedule(form, kind),
    marginMinutes: number('margin'),
    maxRuntimeMinutes: number('runtime'),
    failureThreshold: number('failures'),
    recoveryThreshold: number('recoveries'),
  };
}

function readSchedule(form: FormData, kind: Kind): MonitorSchedule | null {
  if (kind === 'none') return null;
  if (kind === 'crontab')
    return { type: 'crontab', value: textOf(form, 'line').trim(), timezone: textOf(form, 'timezone').trim() };
  const unit = UNITS.find((one) => one === textOf(form, 'unit')) ?? 'hour';
  return { type: 'interval', value: Number(textOf(form, 'value')), unit };
}
