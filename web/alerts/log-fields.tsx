/** What an alert about logs waits for: a query of any dialect, and what its number must be like. */
import type { AlertSource, LogCondition, LogTest } from '#contract/alerts.ts';
import type { LogMeasure } from '#contract/logs.ts';
import { CONTROL, Field, SelectField } from '#web/ui/field.tsx';
import { Segmented } from '#web/ui/segmented.tsx';
import { USUAL_TESTS } from './draft.ts';
import { NumberField } from './number-field.tsx';
import { SpanField } from './span-field.tsx';
import { TestFields } from './test-fields.tsx';

const DIALECTS: readonly { value: AlertSource['dialect']; label: string }[] = [
  { value: 'search', label: 'Search' },
  { value: 'logql', label: 'LogQL' },
  { value: 'sql', label: 'SQL' },
];
const USUAL_SOURCES: { [Dialect in AlertSource['dialect']]: Extract<AlertSource, { dialect: Dialect }> } = {
  search: { dialect: 'search', query: 'level:error', measure: 'count', field: '', by: [] },
  logql: {
    dialect: 'logql',
    query: 'sum by (service_name) (count_over_time({service_name=~".+"} |= "error" [5m]))',
  },
  sql: {
    dialect: 'sql',
    query: "SELECT service, count(*) AS lines FROM logs WHERE level = 'error' GROUP BY service",
  },
};
const TESTS: readonly { value: LogTest['is']; label: string }[] = [
  { value: 'above', label: 'More than' },
  { value: 'below', label: 'Less than' },
  { value: 'change', label: 'Changed by' },
  { value: 'absent', label: 'Nothing at all' },
  { value: 'anomaly', label: 'Unlike the same hour of other days' },
  { value: 'newPattern', label: 'A new pattern' },
  { value: 'pattern', label: 'A pattern far more often' },
];
const MEASURES: readonly LogMeasure[] = [
  ...(['count', 'rate', 'distinct', 'sum', 'avg', 'min', 'max'] as const),
  ...(['p50', 'p90', 'p95', 'p99'] as const),
];

interface LogFieldsProps {
  condition: LogCondition;
  onChange: (condition: LogCondition) => void;
}

export function LogFields({ condition, onChange }: LogFieldsProps) {
  const change = (next: Partial<LogCondition>) => onChange({ ...condition, ...next });
  const { source, test } = condition;
  const isOfPatterns = test.is === 'newPattern' || test.is === 'pattern';
  const tests = source.dialect === 'search' ? TESTS : TESTS.filter(({ value }) => !value.endsWith('attern'));
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <div className="flex min-w-0 flex-col gap-2">
        <Segmented
          label="Language"
          size="small"
          value={source.dialect}
          choices={DIALECTS}
          onChange={(dialect) =>
            change({
              source: USUAL_SOURCES[dialect],
              ...(dialect !== 'search' && isOfPatterns ? { test: USUAL_TESTS.above } : {}),
            })
          }
          className="self-start"
        />
        <QueryText source={source} onChange={(query) => change({ source: { ...source, query } })} />
      </div>
      {source.dialect === 'search' && !isOfPatterns && (
        <div className="grid min-w-0 gap-4 sm:grid-cols-3">
          <SelectField
            label="Measure"
            value={source.measure}
            onChange={(event) => change({ source: { ...source, measure: event.target.value as LogMeasure } })}
          >
            {MEASURES.map((measure) => (
              <option key={measure} value={measure}>
                {measure}
              </option>
            ))}
          </SelectField>
          <Field
            label="Of the field"
            value={source.field}
            maxLength={200}
            disabled={source.measure === 'count' || source.measure === 'rate'}
            placeholder="duration_ms"
            onChange={(event) => change({ source: { ...source, field: event.target.value } })}
          />
          <Field
            label="For each"
            value={source.by.join(', ')}
            maxLength={400}
            placeholder="service, environment"
            hint="At most two fields"
            onChange={(event) => change({ source: { ...source, by: fieldsOf(event.target.value) } })}
          />
        </div>
      )}
      <SelectField
        label="Fires when there is"
        value={test.is}
        onChange={(event) => change(withTest(condition, event.target.value as LogTest['is']))}
      >
        {tests.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </SelectField>
      <TestFields test={test} onChange={(next) => change({ test: next })} />
      <div className="grid min-w-0 gap-4 sm:grid-cols-2">
        <SpanField
          label="In the last"
          value={condition.windowMinutes}
          min={1}
          max={1440}
          onChange={(windowMinutes) => change({ windowMinutes })}
        />
        <NumberField
          label="Looked at every, seconds"
          value={condition.intervalSeconds}
          min={10}
          max={3600}
          onChange={(intervalSeconds) => change({ intervalSeconds })}
        />
        <SpanField
          label="For at least"
          value={condition.forMinutes}
          min={0}
          max={1440}
          hint="0: fires at once"
          onChange={(forMinutes) => change({ forMinutes })}
        />
        <SpanField
          label="Over when well for"
          value={condition.clearMinutes}
          min={0}
          max={1440}
          onChange={(clearMinutes) => change({ clearMinutes })}
        />
      </div>
    </div>
  );
}

/** Spaces and a comma at the end stay while one writes. */
const fieldsOf = (text: string) =>
  text
    .split(',')
    .map((name, at) => (at === 0 ? name : name.trimStart()))
    .filter((name, at) => name !== '' || at === 1)
    .slice(0, 2);

function withTest(condition: LogCondition, is: LogTest['is']): Partial<LogCondition> {
  const isOfPatterns = is === 'newPattern' || is === 'pattern';
  const { source } = condition;
  return {
    test: USUAL_TESTS[is],
    // What a pattern is of is a search alone.
    ...(isOfPatterns && source.dialect === 'search'
      ? { source: { ...source, measure: 'count', field: '', by: [] } }
      : {}),
  };
}

function QueryText({ source, onChange }: { source: AlertSource; onChange: (query: string) => void }) {
  if (source.dialect === 'search')
    return (
      <input
        aria-label="Search"
        value={source.query}
        maxLength={1000}
        placeholder="level:error service:checkout “timed out”; empty: all lines"
        onChange={(event) => onChange(event.target.value)}
        className={CONTROL}
      />
    );
  return (
    <>
      <textarea
        aria-label="Query"
        value={source.query}
        required
        rows={4}
        maxLength={source.dialect === 'sql' ? 20_000 : 5000}
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
        className={`${CONTROL} h-auto! py-1.5 font-mono text-xs!`}
      />
      <p className="text-xs text-ink-faint">
        {source.dialect === 'sql'
          ? 'It reads the window. The last column with numbers is the value; the others tell groups apart.'
          : 'A query that gives numbers. Each series is a group; the range in brackets is its window.'}
      </p>
    </>
  );
}
