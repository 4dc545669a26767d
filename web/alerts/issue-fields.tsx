/** What an alert about issues waits for: what happens to an issue, and how many it has reached. */
import { Plus, X } from 'lucide-react';
import type { IssueCondition, IssueCount, IssueTrigger } from '#contract/alerts.ts';
import { Button, IconButton } from '#web/ui/button.tsx';
import { Field, SelectField } from '#web/ui/field.tsx';
import { Check } from './check.tsx';
import { FirstReleaseFields } from './first-release-fields.tsx';
import { NumberField } from './number-field.tsx';
import { SpanField } from './span-field.tsx';
import { TRIGGERS } from './words.ts';

/** As many as the server takes. */
const COUNTS_MAX = 3;
const COUNTED: readonly { value: IssueCount['of']; label: string }[] = [
  { value: 'users', label: 'Users' },
  { value: 'events', label: 'Events' },
  { value: 'sessions', label: 'Events per 100 sessions' },
];

interface IssueFieldsProps {
  condition: IssueCondition;
  onChange: (condition: IssueCondition) => void;
}

export function IssueFields({ condition, onChange }: IssueFieldsProps) {
  const change = (next: Partial<IssueCondition>) => onChange({ ...condition, ...next });
  const { when, counts } = condition;
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <fieldset className="flex flex-col gap-1">
        <legend className="text-sm font-medium">An issue</legend>
        {(Object.entries(TRIGGERS) as [IssueTrigger, string][]).map(([trigger, words]) => (
          <Check
            key={trigger}
            label={words}
            checked={when.includes(trigger)}
            onChange={(isOn) =>
              change({ when: isOn ? [...when, trigger] : when.filter((one) => one !== trigger) })
            }
          />
        ))}
        <p className="text-xs text-ink-faint">
          {when.length === 0
            ? 'None is ticked: any issue that reaches the counts.'
            : 'One of them is enough.'}
        </p>
      </fieldset>
      <fieldset className="flex min-w-0 flex-col gap-3">
        <legend className="mb-1 text-sm font-medium">and has reached</legend>
        {counts.map((count, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a count has no name but its place.
          <div key={at} className="flex min-w-0 items-end gap-2">
            <div className="grid min-w-0 flex-1 gap-2 sm:grid-cols-3">
              <SelectField
                label="Of what"
                value={count.of}
                onChange={(event) =>
                  change({
                    counts: counts.with(at, { ...count, of: event.target.value as IssueCount['of'] }),
                  })
                }
              >
                {COUNTED.map(({ value, label }) => (
                  <option key={value} value={value}>
                    {label}
                  </option>
                ))}
              </SelectField>
              <NumberField
                label="At least"
                value={count.atLeast}
                min={count.of === 'sessions' ? 0.01 : 1}
                step={count.of === 'sessions' ? 'any' : 1}
                onChange={(atLeast) => change({ counts: counts.with(at, { ...count, atLeast }) })}
              />
              <SpanField
                label="Within"
                value={count.windowMinutes}
                min={1}
                max={10_080}
                onChange={(windowMinutes) => change({ counts: counts.with(at, { ...count, windowMinutes }) })}
              />
            </div>
            <IconButton label="Leave this out" onClick={() => change({ counts: counts.toSpliced(at, 1) })}>
              <X aria-hidden />
            </IconButton>
          </div>
        ))}
        {counts.length < COUNTS_MAX && (
          <Button
            size="small"
            className="self-start"
            onClick={() => change({ counts: [...counts, { of: 'users', atLeast: 50, windowMinutes: 60 }] })}
          >
            <Plus aria-hidden />
            Add a count
          </Button>
        )}
      </fieldset>
      <div className="grid min-w-0 gap-4 sm:grid-cols-2">
        <Field
          label="Only issues like"
          value={condition.query}
          maxLength={1000}
          placeholder="error.type:PaymentError level:error assigned:#payments"
          hint="As in the search of the issues"
          onChange={(event) => change({ query: event.target.value })}
          className="sm:col-span-2"
        />
        <FirstReleaseFields
          release={condition.firstRelease}
          onChange={(firstRelease) => change({ firstRelease })}
        />
        <Field
          label="Environment"
          value={condition.environment}
          maxLength={64}
          placeholder="any"
          hint="Whose events are counted"
          onChange={(event) => change({ environment: event.target.value })}
        />
        {when.length > 0 && counts.length > 0 && (
          <SpanField
            label="Within how long of it"
            value={condition.withinMinutes}
            min={1}
            max={43_200}
            hint="After it happened the counts may still be reached"
            onChange={(withinMinutes) => change({ withinMinutes })}
          />
        )}
        <SpanField
          label="Over after quiet of"
          value={condition.quietMinutes}
          min={1}
          max={43_200}
          hint="Or when the issue is resolved or archived"
          onChange={(quietMinutes) => change({ quietMinutes })}
        />
      </div>
    </div>
  );
}
