/** What a query brought: how many rows of which time, a chart where one can be drawn, the rows, and the way to a file. */
import { Download } from 'lucide-react';
import { useMemo } from 'react';
import type { SqlAnswer } from '#contract/sql.ts';
import { Button } from '#web/ui/button.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { counted, fullNumber } from '#web/ui/number.ts';
import { saveFile } from '#web/ui/save-file.ts';
import { Segmented } from '#web/ui/segmented.tsx';
import { useStored } from '#web/ui/use-stored.ts';
import { chartOf } from './chart-data.ts';
import { toCsv } from './csv.ts';
import { ResultChart } from './result-chart.tsx';
import { ResultTable } from './result-table.tsx';

export function SqlResult({
  answer,
  project,
  stale,
}: {
  answer: SqlAnswer;
  project: string | undefined;
  stale: boolean;
}) {
  const [charted, setCharted] = useStored('sql.chart', ['shown', 'hidden']);
  const chart = useMemo(() => chartOf(answer), [answer]);
  if (answer.rows.length === 0)
    return (
      <EmptyState title="No rows">
        <p>
          Nothing of {periodWords(answer)} fulfils the conditions. A longer period, or one condition less,
          may.
        </p>
      </EmptyState>
    );
  return (
    <section aria-label="Answer" className="flex flex-col gap-3" aria-busy={stale}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <p className="mr-auto text-sm" role="status">
          <b>{counted(answer.rows.length, 'row')}</b>{' '}
          <span className="text-ink-soft">
            of {periodWords(answer)}, in {fullNumber(answer.elapsedMs)} ms
          </span>
        </p>
        {chart && (
          <Segmented
            label="Chart"
            size="small"
            value={charted}
            choices={[
              { value: 'shown', label: 'Chart and rows' },
              { value: 'hidden', label: 'Rows' },
            ]}
            onChange={setCharted}
          />
        )}
        <Button
          size="small"
          onClick={() => saveFile('tandem-query.csv', toCsv(answer), 'text/csv;charset=utf-8')}
        >
          <Download aria-hidden />
          CSV
        </Button>
      </div>
      {answer.truncated && (
        <p className="rounded-md border border-line bg-warn-soft px-3 py-2 text-sm text-warn">
          There are more rows: without a LIMIT only the first {fullNumber(answer.rows.length)} are shown.
          Write LIMIT 10000 for up to 10,000, or ORDER BY to choose which come first.
        </p>
      )}
      {chart && charted === 'shown' && <ResultChart chart={chart} />}
      <ResultTable key={JSON.stringify(answer.columns)} answer={answer} project={project} />
    </section>
  );
}

const utc = (at: number) => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')}`;

/** The time that was read, and who said so. */
function periodWords({ from, to, timeOfQuery }: SqlAnswer): string {
  const span =
    from === null && to === null
      ? 'all time'
      : from === null
        ? `everything before ${utc(to!)} UTC`
        : to === null
          ? `everything since ${utc(from)} UTC`
          : `${utc(from)} – ${utc(to)} UTC`;
  return timeOfQuery ? `${span} (as the query says)` : span;
}
