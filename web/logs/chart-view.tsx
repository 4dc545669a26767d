/** The lines of a search in numbers: what is measured, of which groups, over time or as a list. A click narrows down. */
import { useQuery } from '@tanstack/react-query';
import type { LogAggregate } from '#contract/logs.ts';
import type { LogQuestion } from '#web/client.ts';
import { cx } from '#web/ui/cx.ts';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { keyed } from '#web/ui/keyed.ts';
import { ChoiceMenu } from '#web/ui/menu.tsx';
import { counted, fullNumber } from '#web/ui/number.ts';
import { Segmented } from '#web/ui/segmented.tsx';
import { SeriesChart } from '#web/ui/series-chart.tsx';
import { Skeleton } from '#web/ui/skeleton.tsx';
import { FieldInput } from './field-input.tsx';
import { GroupList } from './group-list.tsx';
import { CHART_GROUPS_MAX, type ShownGroup, shownGroups } from './groups.ts';
import { aggregateQuery } from './logs-queries.ts';
import { byOf, type LogDrawing, type LogsSearch, writeKeys } from './logs-search.ts';
import {
  exactFigure,
  isAdditive,
  MEASURES,
  measureWords,
  needsField,
  shortFigure,
  toldFigure,
} from './measures.ts';
import { NotKeptNote } from './not-kept-note.tsx';

/** Rows of a list: more is a question for a narrower search. */
const LIST_GROUPS_MAX = 50;

interface ChartViewProps {
  search: LogsSearch;
  question: LogQuestion;
  /** Fields that were seen, with values. */
  known: ReadonlyMap<string, readonly string[]>;
  onChange: (next: Partial<LogsSearch>) => void;
  onTerms: (terms: readonly string[]) => void;
  onZoom: (from: number, to: number) => void;
}

export function ChartView({ search, question, known, onChange, onTerms, onZoom }: ChartViewProps) {
  const measure = search.measure ?? 'count';
  const field = needsField(measure) ? (search.field ?? '') : '';
  const by = byOf(search);
  const draw = drawingOf(search);
  const asked = {
    measure,
    field,
    by,
    limit: draw === 'list' ? LIST_GROUPS_MAX : CHART_GROUPS_MAX,
    steps: draw === 'list' ? ('no' as const) : ('yes' as const),
  };
  const isAsking = needsField(measure) && field === '';
  const { data, error, refetch, isPlaceholderData } = useQuery({
    ...aggregateQuery(question, asked),
    enabled: !isAsking,
  });
  const words = measureWords(measure, field);
  const short = (value: number) => shortFigure(value, measure, field);
  const exact = (value: number) => exactFigure(value, measure, field);
  const told = (value: number) => toldFigure(value, measure, field);
  const groups = data ? shownGroups(data, by, words) : [];
  // A group that nothing could be measured of is a row of the list and no line.
  const series = groups.filter(({ value }) => value !== null);
  return (
    <section aria-label="Chart" className="flex min-w-0 flex-col gap-3 px-4 pb-6 md:px-6">
      <Controls search={search} known={known} onChange={onChange} />
      {isAsking ? (
        <EmptyState title="Which field?">
          <p>
            {MEASURES.find(({ value }) => value === measure)!.label} is of a field of the lines, as{' '}
            <code>duration_ms</code>. Name one above.
          </p>
        </EmptyState>
      ) : error && !data ? (
        <ErrorState error={error} retry={refetch} what="The lines could not be measured" />
      ) : !data ? (
        <Skeleton className="h-64 w-full" />
      ) : data.all.records === 0 ? (
        <EmptyState title="Nothing to measure">
          <p>No line of this period matches the search.</p>
          <NotKeptNote notKept={data.notKept} project={search.project ?? ''} />
        </EmptyState>
      ) : (
        <div className={cx('flex min-w-0 flex-col gap-3', isPlaceholderData && 'opacity-60')}>
          <Told aggregate={data} words={words} told={told} exact={exact} field={field} />
          <NotKeptNote notKept={data.notKept} project={search.project ?? ''} />
          {draw !== 'list' && (
            <div className="rounded-lg border border-line bg-surface px-3 pt-4 pb-2">
              <SeriesChart
                label={words}
                series={series}
                from={data.from}
                stepMs={data.stepMs}
                draw={draw}
                format={draw === 'bars' && measure === 'count' ? exact : short}
                onZoom={onZoom}
              />
              <Legend groups={series} onTerms={onTerms} />
            </div>
          )}
          <GroupList groups={groups} all={data.all} short={short} exact={exact} by={by} onTerms={onTerms} />
        </div>
      )}
    </section>
  );
}

const drawingOf = ({ draw, measure = 'count' }: LogsSearch): LogDrawing =>
  draw === 'bars' && !isAdditive(measure) ? 'lines' : (draw ?? (isAdditive(measure) ? 'bars' : 'lines'));

function Controls({ search, known, onChange }: Pick<ChartViewProps, 'search' | 'known' | 'onChange'>) {
  const measure = search.measure ?? 'count';
  const by = byOf(search);
  const names = [...known.keys()];
  const numbers = names.filter((name) => known.get(name)!.some((value) => Number.isFinite(Number(value))));
  const setBy = (at: number, name: string) => {
    const next = at === 0 ? [name, by[1] ?? ''] : [by[0] ?? '', name];
    onChange({ by: writeKeys(next.filter((each) => each !== '')) });
  };
  const drawings = [
    { value: 'lines', label: 'Lines' },
    ...(isAdditive(measure) ? ([{ value: 'bars', label: 'Bars' }] as const) : []),
    { value: 'list', label: 'List' },
  ] as const;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
      <ChoiceMenu
        label="Measure"
        value={measure}
        choices={MEASURES}
        onChange={(next) => onChange({ measure: next, draw: search.draw === 'list' ? 'list' : undefined })}
      />
      {needsField(measure) && (
        <FieldInput
          label="of"
          value={search.field ?? ''}
          placeholder="a field"
          names={measure === 'distinct' ? names : numbers}
          onChange={(field) => onChange({ field })}
        />
      )}
      <FieldInput
        label="by"
        value={by[0] ?? ''}
        placeholder="all together"
        names={names}
        onChange={(name) => setBy(0, name)}
      />
      {by.length > 0 && (
        <FieldInput
          label="and"
          value={by[1] ?? ''}
          placeholder="nothing else"
          names={names}
          onChange={(name) => setBy(1, name)}
        />
      )}
      <Segmented
        label="Drawn as"
        size="small"
        className="ml-auto"
        value={drawingOf(search)}
        choices={drawings}
        onChange={(draw) => onChange({ draw })}
      />
    </div>
  );
}

/** What the figures are of, and how true they are. */
function Told({
  aggregate: { all, groups, allGroups, isApproximate },
  words,
  told,
  exact,
  field,
}: {
  aggregate: LogAggregate;
  words: string;
  told: (value: number) => string;
  exact: (value: number) => string;
  field: string;
}) {
  const without = all.records - all.measured;
  return (
    <p className="text-sm text-ink-soft" aria-live="polite">
      <b className="text-ink" title={all.value === null ? undefined : exact(all.value)}>
        {words}: {all.value === null ? 'no number' : told(all.value)}
      </b>{' '}
      over all.
      {isApproximate && ' Quantiles are approximate: the engine keeps a sketch of the numbers.'}
      {without > 0 &&
        ` ${fullNumber(without)} of ${counted(all.records, 'line')} ${without === 1 ? 'has' : 'have'} no ${words.startsWith('Different') ? 'value' : 'number'} in ${field}.`}
      {allGroups > groups.length &&
        ` The ${fullNumber(groups.length)} largest of ${counted(allGroups, 'group')} are shown, the others together.`}
    </p>
  );
}

function Legend({ groups, onTerms }: { groups: readonly ShownGroup[]; onTerms: ChartViewProps['onTerms'] }) {
  return (
    <ul aria-label="Series" className="mt-1 flex flex-wrap gap-x-3 gap-y-0.5">
      {keyed(groups, ({ name }) => name).map(({ key, item: { name, dot, terms } }) => (
        <li key={key} className="min-w-0">
          <button
            type="button"
            disabled={terms === null}
            title={terms === null ? name : `Only ${terms.join(' ')}`}
            onClick={() => terms !== null && onTerms(terms)}
            className="flex min-h-6 max-w-72 items-center gap-1 text-xs text-ink-soft enabled:hover:text-ink enabled:hover:underline pointer-coarse:min-h-10"
          >
            <span aria-hidden className={cx('size-2 shrink-0 rounded-sm', dot)} />
            <bdi className="truncate">{name}</bdi>
          </button>
        </li>
      ))}
    </ul>
  );
}
