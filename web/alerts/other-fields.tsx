/** What alerts about cron monitors and about the health of releases wait for. */
import type { HealthCondition, MonitorCondition } from '#contract/alerts.ts';
import { Field, SelectField } from '#web/ui/field.tsx';
import { Check } from './check.tsx';
import { NumberField } from './number-field.tsx';
import { SpanField } from './span-field.tsx';

const STATES: readonly { value: MonitorCondition['states'][number]; label: string }[] = [
  { value: 'missed', label: 'did not run' },
  { value: 'late', label: 'is late' },
  { value: 'timeout', label: 'runs for too long' },
  { value: 'error', label: 'failed' },
];

interface FieldsProps<Condition> {
  condition: Condition;
  onChange: (condition: Condition) => void;
}

export function MonitorFields({ condition, onChange }: FieldsProps<MonitorCondition>) {
  const { states, monitors, environment } = condition;
  return (
    <div className="grid min-w-0 gap-4 sm:grid-cols-2">
      <fieldset className="flex flex-col gap-1 sm:col-span-2">
        <legend className="text-sm font-medium">A job</legend>
        {STATES.map(({ value, label }) => (
          <Check
            key={value}
            label={label}
            checked={states.includes(value)}
            onChange={(isOn) =>
              onChange({
                ...condition,
                states: isOn ? [...states, value] : states.filter((one) => one !== value),
              })
            }
          />
        ))}
      </fieldset>
      <Field
        label="Monitors"
        defaultValue={monitors.join(', ')}
        maxLength={2000}
        placeholder="all"
        hint="Names, separated by commas"
        onChange={(event) =>
          onChange({
            ...condition,
            monitors: event.target.value
              .split(',')
              .map((name) => name.trim())
              .filter(Boolean),
          })
        }
      />
      <Field
        label="Environment"
        value={environment}
        maxLength={64}
        placeholder="any"
        onChange={(event) => onChange({ ...condition, environment: event.target.value })}
      />
    </div>
  );
}

export function HealthFields({ condition, onChange }: FieldsProps<HealthCondition>) {
  const change = (next: Partial<HealthCondition>) => onChange({ ...condition, ...next });
  return (
    <div className="grid min-w-0 gap-4 sm:grid-cols-2 lg:grid-cols-3">
      <SelectField
        label="Free of crashes"
        value={condition.of}
        onChange={(event) => change({ of: event.target.value as HealthCondition['of'] })}
      >
        <option value="sessions">sessions</option>
        <option value="users">users</option>
      </SelectField>
      <NumberField
        label="Less than, percent"
        value={condition.below}
        min={0.01}
        max={100}
        step="any"
        onChange={(below) => change({ below, resolve: null })}
      />
      <SelectField
        label="In the last"
        value={condition.period}
        onChange={(event) => change({ period: event.target.value as HealthCondition['period'] })}
      >
        <option value="1h">hour</option>
        <option value="24h">24 hours</option>
        <option value="7d">7 days</option>
      </SelectField>
      <Field
        label="Release"
        value={condition.release}
        required
        maxLength={250}
        hint="latest: the newest of each project"
        onChange={(event) => change({ release: event.target.value })}
      />
      <NumberField
        label="Not of fewer than"
        value={condition.least}
        min={1}
        hint="Few say nothing"
        onChange={(least) => change({ least })}
      />
      <SpanField
        label="For at least"
        value={condition.forMinutes}
        min={0}
        max={1440}
        hint="0: fires at once"
        onChange={(forMinutes) => change({ forMinutes })}
      />
    </div>
  );
}
