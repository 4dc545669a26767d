/** The numbers of a test. */
import type { LogTest } from '#contract/alerts.ts';
import { SelectField } from '#web/ui/field.tsx';
import { NumberField } from './number-field.tsx';

interface TestFieldsProps {
  test: LogTest;
  onChange: (test: LogTest) => void;
}

export function TestFields({ test, onChange }: TestFieldsProps) {
  const fields = fieldsOf(test, onChange);
  return fields && <div className="grid min-w-0 gap-4 sm:grid-cols-2 lg:grid-cols-4">{fields}</div>;
}

function fieldsOf(test: LogTest, onChange: (test: LogTest) => void) {
  switch (test.is) {
    case 'above':
    case 'below':
      return (
        <>
          <NumberField
            label="Threshold"
            value={test.threshold}
            step="any"
            onChange={(threshold) => onChange({ ...test, threshold, resolve: null })}
          />
          <NumberField
            label={test.is === 'above' ? 'Over at, or below' : 'Over at, or above'}
            value={test.resolve ?? test.threshold}
            step="any"
            hint="Apart from the threshold it does not come and go"
            onChange={(resolve) =>
              onChange({ ...test, resolve: resolve === test.threshold ? null : resolve })
            }
          />
        </>
      );
    case 'change':
      return (
        <>
          <NumberField
            label="Percent"
            value={test.percent}
            min={1}
            step="any"
            onChange={(percent) => onChange({ ...test, percent })}
          />
          <Direction value={test.direction} onChange={(direction) => onChange({ ...test, direction })} />
          <SelectField
            label="Against"
            value={test.against}
            onChange={(event) => onChange({ ...test, against: event.target.value as typeof test.against })}
          >
            <option value="previous">as much time before</option>
            <option value="day">a day earlier</option>
            <option value="week">a week earlier</option>
          </SelectField>
          <NumberField
            label="Unless both are less than"
            value={test.least}
            min={0}
            step="any"
            onChange={(least) => onChange({ ...test, least })}
          />
        </>
      );
    case 'anomaly':
      return (
        <>
          <NumberField
            label="Robust standard deviations"
            value={test.deviations}
            min={1}
            max={100}
            step="any"
            onChange={(deviations) => onChange({ ...test, deviations })}
          />
          <Direction value={test.direction} onChange={(direction) => onChange({ ...test, direction })} />
          <SelectField
            label="Compared with"
            value={test.season}
            onChange={(event) => onChange({ ...test, season: event.target.value as typeof test.season })}
          >
            <option value="day">this hour of 14 days</option>
            <option value="week">this hour of this weekday, 8 weeks</option>
          </SelectField>
        </>
      );
    case 'newPattern':
      return (
        <NumberField
          label="Lines of it, at least"
          value={test.least}
          min={1}
          onChange={(least) => onChange({ ...test, least })}
        />
      );
    case 'pattern':
      return (
        <>
          <NumberField
            label="Times as often as before"
            value={test.times}
            min={1.1}
            step="any"
            onChange={(times) => onChange({ ...test, times })}
          />
          <NumberField
            label="Lines of it, at least"
            value={test.least}
            min={1}
            onChange={(least) => onChange({ ...test, least })}
          />
        </>
      );
    default:
      return null;
  }
}

type Way = 'up' | 'down' | 'either';

function Direction({ value, onChange }: { value: Way; onChange: (value: Way) => void }) {
  return (
    <SelectField label="Direction" value={value} onChange={(event) => onChange(event.target.value as Way)}>
      <option value="up">up</option>
      <option value="down">down</option>
      <option value="either">either</option>
    </SelectField>
  );
}
