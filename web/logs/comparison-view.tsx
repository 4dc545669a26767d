/** A search in this period and in an earlier one: totals, when, and which values have another share than before. */
import { useQuery } from '@tanstack/react-query';
import { ArrowRight } from 'lucide-react';
import type { LogAgainst, LogChange, LogComparison, LogKeyChanges } from '#contract/logs.ts';
import type { LogQuestion } from '#web/client.ts';
import { cx } from '#web/ui/cx.ts';
import { ErrorState } from '#web/ui/error-state.tsx';
import { counted, fullNumber } from '#web/ui/number.ts';
import { revealBidi } from '#web/ui/reveal-bidi.ts';
import { Segmented } from '#web/ui/segmented.tsx';
import { SeriesChart } from '#web/ui/series-chart.tsx';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { absoluteTime } from '#web/ui/time.ts';
import { againstFor, changeWords, shareOf } from './changes.ts';
import { keyWords, termOf } from './groups.ts';
import { comparisonQuery } from './logs-queries.ts';

interface ComparisonViewProps {
  question: LogQuestion;
  against: LogAgainst;
  /** Keys besides level, service and pattern. */
  own: readonly string[];
  onAgainst: (against: LogAgainst) => void;
  onTerm: (term: string) => void;
  onZoom: (from: number, to: number) => void;
}

/** As the server takes them. */
const KEYS_MAX = 5;

export function ComparisonView({ question, against, own, onAgainst, onTerm, onZoom }: ComparisonViewProps) {
  const choices = againstFor(question.to - question.from - 1);
  const chosen = choices.some(({ value }) => value === against) ? against : 'previous';
  const keys = own.filter((key) => !['level', 'service', 'pattern'].includes(key)).slice(0, KEYS_MAX);
  const { data, error, refetch } = useQuery(comparisonQuery(question, chosen, keys));
  return (
    <section aria-label="Comparison" className="flex min-w-0 flex-col gap-4 px-4 pb-8 md:px-6">
      <div className="flex flex-wrap items-center gap-3">
        <span className="text-sm text-ink-soft">Compared with as much time</span>
        <Segmented label="Compared with" size="small" value={chosen} choices={choices} onChange={onAgainst} />
      </div>
      {error ? (
        <ErrorState error={error} retry={refetch} what="The periods could not be compared" />
      ) : !data ? (
        <SkeletonLines lines={10} />
      ) : (
        <>
          <Totals comparison={data} />
          <div className="rounded-lg border border-line bg-surface px-3 pt-4 pb-2">
            <SeriesChart
              label="Lines"
              height="h-40"
              series={[
                {
                  name: 'this period',
                  points: data.now.counts,
                  fill: 'fill-series-1',
                  stroke: 'stroke-series-1',
                  dot: 'bg-series-1',
                },
                {
                  name: 'before',
                  points: data.before.counts,
                  fill: 'fill-bar',
                  stroke: 'stroke-bar',
                  dot: 'bg-bar',
                  dashed: true,
                },
              ]}
              from={data.from}
              stepMs={data.stepMs}
              draw="lines"
              format={fullNumber}
              onZoom={onZoom}
            />
            <p className="flex gap-4 text-xs text-ink-soft">
              <span className="flex items-center gap-1">
                <span aria-hidden className="size-2 rounded-sm bg-series-1" /> this period
              </span>
              <span className="flex items-center gap-1">
                <span aria-hidden className="size-2 rounded-sm bg-bar" /> from{' '}
                {absoluteTime(data.before.from)}
              </span>
            </p>
          </div>
          <Changes comparison={data} onTerm={onTerm} />
        </>
      )}
    </section>
  );
}

function Totals({ comparison: { now, before } }: { comparison: LogComparison }) {
  const facts = [
    { name: 'Lines', after: now.records, earlier: before.records },
    { name: 'Errors', after: now.errors, earlier: before.errors },
  ];
  return (
    <dl className="flex flex-wrap gap-x-10 gap-y-2">
      {facts.map(({ name, after, earlier }) => (
        <div key={name}>
          <dt className="text-xs text-ink-faint">{name}</dt>
          <dd className="text-sm">
            <b className="text-lg tabular-nums">{fullNumber(after)}</b>{' '}
            <span className="text-ink-soft">
              {changeWords(after, earlier)}
              {earlier > 0 && ` (${fullNumber(earlier)} before)`}
            </span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Changes({ comparison, onTerm }: { comparison: LogComparison; onTerm: (term: string) => void }) {
  const { now, before, keys } = comparison;
  if (now.records === 0 || before.records === 0)
    return (
      <p className="text-sm text-ink-soft">
        {before.records === 0 ? 'There were no lines before' : 'There are no lines in this period'}: shares
        can only be compared where both have some.
      </p>
    );
  return (
    <>
      <p className="max-w-3xl text-xs text-ink-faint">
        Values whose share of the lines differs by more than chance (4 standard errors) and by a quarter or
        more. More traffic as a whole changes no share.
      </p>
      {keys.map((changes) => (
        <KeyChanges key={changes.key} changes={changes} of={comparison} onTerm={onTerm} />
      ))}
    </>
  );
}

function KeyChanges({
  changes: { key, changes, allChanges, compared, distinctValues },
  of,
  onTerm,
}: {
  changes: LogKeyChanges;
  of: LogComparison;
  onTerm: (term: string) => void;
}) {
  return (
    <section aria-label={`Changes of ${key}`} className="min-w-0">
      <h2 className="flex flex-wrap items-baseline gap-x-2 text-sm font-semibold">
        <bdi>{key}</bdi>
        <span className="text-xs font-normal text-ink-faint">
          {allChanges === 0
            ? `no change among ${counted(compared, 'value')}`
            : `${fullNumber(allChanges)} of ${counted(compared, 'value')} changed`}
          {changes.length < allChanges && `, ${changes.length} are shown`}
          {compared < distinctValues &&
            `; the 100 most frequent of each period were compared, of ${fullNumber(distinctValues)}`}
        </span>
      </h2>
      {changes.length > 0 && (
        <ul className="mt-1">
          {changes.map((change) => (
            <Change key={change.value} name={key} change={change} of={of} onTerm={onTerm} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Change({
  name,
  change: { value, template, records, recordsBefore, score },
  of: { now, before },
  onTerm,
}: {
  name: string;
  change: LogChange;
  of: LogComparison;
  onTerm: (term: string) => void;
}) {
  const term = termOf(name, value);
  const news = recordsBefore === 0 ? 'new' : records === 0 ? 'gone' : score > 0 ? 'more' : 'less';
  return (
    <li className="grid grid-cols-[3rem_minmax(0,1fr)] items-baseline gap-x-3 border-t border-line py-1 text-sm md:grid-cols-[3rem_minmax(0,1fr)_12rem_11rem]">
      <span className={cx('text-xs font-semibold', score > 0 ? 'text-warn' : 'text-info')}>{news}</span>
      <button
        type="button"
        disabled={term === null}
        title={term ?? undefined}
        onClick={() => term !== null && onTerm(term)}
        className={cx(
          'line-clamp-3 min-w-0 text-left [overflow-wrap:anywhere] enabled:hover:underline pointer-coarse:min-h-10',
          template !== '' && 'font-mono text-xs',
        )}
      >
        <bdi>{template === '' ? keyWords(name, value) : revealBidi(template)}</bdi>
      </button>
      <span className="col-start-2 flex items-center gap-1.5 tabular-nums md:col-start-auto md:justify-end">
        <span className="text-ink-faint">{fullNumber(recordsBefore)}</span>
        <ArrowRight role="img" aria-label="then" className="size-3 text-ink-faint" />
        <b>{fullNumber(records)}</b> <span className="text-ink-faint md:hidden">lines</span>
      </span>
      <span className="col-start-2 flex items-center gap-1.5 text-ink-soft tabular-nums md:col-start-auto md:justify-end">
        <span className="text-ink-faint">{shareOf(recordsBefore, before.records)}</span>
        <ArrowRight role="img" aria-label="then" className="size-3 text-ink-faint" />
        {shareOf(records, now.records)}
      </span>
    </li>
  );
}
