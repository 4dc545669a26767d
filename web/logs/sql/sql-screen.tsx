/** SQL over logs, events and spans: a query, its answer as rows and as a chart. The address holds the query that was run. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { CircleAlert, Play } from 'lucide-react';
import { useId, useMemo, useRef, useState } from 'react';
import { ApiError, api } from '#web/client.ts';
import { absoluteRange } from '#web/logs/logs-search.ts';
import { LogsTabs } from '#web/logs/logs-tabs.tsx';
import { PeriodMenu } from '#web/logs/period-menu.tsx';
import { useAsked } from '#web/logs/use-asked.ts';
import { Button } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { Kbd } from '#web/ui/kbd.tsx';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { usePageTitle } from '#web/ui/use-page-title.ts';
import { EXAMPLES } from './examples.ts';
import { rangeOfProblem, readProblem } from './problem-place.ts';
import { SqlEditor, type SqlEditorHandle } from './sql-editor.tsx';
import { SqlResult } from './sql-result.tsx';
import { type SqlSearch, tidySqlSearch } from './sql-search.ts';

const route = getRouteApi('/shell/logs/sql');
const NEVER = Number.POSITIVE_INFINITY;

export function SqlScreen() {
  const search = route.useSearch();
  const navigate = useNavigate();
  const hint = useId();
  const editor = useRef<SqlEditorHandle>(null);
  const ran = search.query ?? '';
  const [draft, setDraft] = useState({ of: ran, text: ran });
  // Going back and forth between queries brings their text along.
  if (draft.of !== ran) setDraft({ of: ran, text: ran });
  const { text } = draft;
  const { lines: question, askedAt, askAgain } = useAsked(search);
  usePageTitle('SQL');

  const schema = useQuery({
    queryKey: ['sql', 'schema'],
    queryFn: ({ signal }) => api.sqlSchema(signal),
    staleTime: NEVER,
  });
  const answer = useQuery({
    queryKey: ['sql', 'answer', question, askedAt],
    queryFn: ({ signal }) => api.sql(question, signal),
    enabled: ran !== '',
    staleTime: NEVER,
    gcTime: 60_000,
    placeholderData: keepPreviousData,
  });
  const error = ran === '' || answer.isFetching ? null : answer.error;
  const refusal = error instanceof ApiError && error.code === 'query_invalid' ? error.message : null;
  const problem = useMemo(() => (refusal === null ? null : readProblem(refusal)), [refusal]);
  const range = useMemo(
    () => (problem && text.trim() === ran ? rangeOfProblem(text, problem) : null),
    [problem, text, ran],
  );

  const change = (next: Partial<SqlSearch>) =>
    navigate({ to: '/logs/sql', search: tidySqlSearch({ ...search, ...next }), resetScroll: false });
  function run(query: string) {
    const tidy = query.trim();
    setDraft({ of: ran, text: tidy });
    if (tidy === ran) askAgain();
    else change({ query: tidy });
  }

  return (
    <div className="flex min-w-0 flex-1 flex-col gap-3 px-4 pt-4 pb-10 md:px-6">
      <LogsTabs current="sql" search={search} />
      <SqlEditor
        ref={editor}
        text={text}
        schema={schema.data}
        problem={range}
        describedBy={hint}
        onChange={(next) => setDraft({ of: ran, text: next })}
        onRun={run}
      />
      <div className="flex flex-wrap items-center gap-2">
        <Button look="primary" onClick={() => run(text)} disabled={text.trim() === ''}>
          <Play aria-hidden />
          {answer.isFetching ? 'Running…' : 'Run'}
        </Button>
        <p id={hint} className="mr-auto hidden items-center gap-1 text-xs text-ink-faint sm:flex">
          <Kbd>Ctrl</Kbd>
          <Kbd>Enter</Kbd> runs it. Only SELECT, over logs, events and spans; times are UTC.
        </p>
        <PeriodMenu
          search={search}
          onPeriod={(period) => change({ period, from: undefined, to: undefined })}
          onRange={(next) => change(absoluteRange(next))}
        />
      </div>
      {problem && (
        <div
          role="alert"
          className="flex items-start gap-2 rounded-md border border-danger/40 bg-danger-soft px-3 py-2 text-sm text-danger"
        >
          <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          <p className="min-w-0 [overflow-wrap:anywhere]">
            {problem.line !== null && (
              <button
                type="button"
                className="font-semibold underline"
                onClick={() => range && editor.current?.goTo(range.from)}
              >
                Line {problem.line}, column {problem.column}
              </button>
            )}
            {problem.line !== null && ': '}
            {problem.sentence}
          </p>
        </div>
      )}
      {ran === '' ? (
        <Examples onRun={run} />
      ) : error ? (
        !problem && <ErrorState error={error} what="The query was not answered" retry={askAgain} />
      ) : answer.data ? (
        <SqlResult answer={answer.data} project={search.project} stale={answer.isPlaceholderData} />
      ) : (
        <SkeletonLines lines={8} className="py-4" />
      )}
    </div>
  );
}

function Examples({ onRun }: { onRun: (query: string) => void }) {
  return (
    <section aria-labelledby="sql-examples" className="pt-2">
      <h2 id="sql-examples" className="mb-2 text-sm font-semibold">
        Questions to begin with
      </h2>
      <ul className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
        {EXAMPLES.map(({ title, what, query }) => (
          <li key={title}>
            <Card flush className="h-full">
              <button
                type="button"
                className="flex size-full flex-col gap-1 rounded-md p-3 text-left hover:bg-hover"
                onClick={() => onRun(query)}
              >
                <span className="text-sm font-semibold">{title}</span>
                <span className="text-xs text-ink-soft">{what}</span>
              </button>
            </Card>
          </li>
        ))}
      </ul>
    </section>
  );
}
