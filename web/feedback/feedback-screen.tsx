/** What users wrote, newest first: all of it, about issues and by itself. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { MessageSquare } from 'lucide-react';
import type { FeedbackList as Shape } from '#contract/feedback.ts';
import { Button, buttonClass } from '#web/ui/button.tsx';
import { CodeBlock } from '#web/ui/code-block.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { compactNumber } from '#web/ui/number.ts';
import { QueryField } from '#web/ui/query-field.tsx';
import { Segmented } from '#web/ui/segmented.tsx';
import { useShortcuts } from '#web/ui/shortcuts.ts';
import { usePageTitle } from '#web/ui/use-page-title.ts';
import { FeedbackList } from './feedback-list.tsx';
import { feedbackQuery } from './feedback-queries.ts';
import { type FeedbackSearch, readFeedbackSearch } from './feedback-search.ts';

const route = getRouteApi('/shell/feedback');

type Choice = NonNullable<FeedbackSearch['status']> | 'all';

const WORDS: readonly [Choice, string][] = [
  ['all', 'All'],
  ['unread', 'Unread'],
  ['read', 'Read'],
  ['resolved', 'Resolved'],
  ['spam', 'Spam'],
];

export function FeedbackScreen() {
  const search = route.useSearch();
  const navigate = useNavigate();
  const { data } = useInfiniteQuery(feedbackQuery(search));
  usePageTitle('Feedback');
  const change = (next: Partial<FeedbackSearch>) =>
    navigate({ to: '/feedback', search: readFeedbackSearch({ ...search, ...next }), resetScroll: false });
  useShortcuts({ '/': () => document.getElementById('feedback-query')?.focus() });
  return (
    <div className="flex min-w-0 flex-1 flex-col">
      <header className="flex flex-col gap-3 border-b border-line px-4 pt-4 pb-3 md:px-6">
        <h1 className="text-lg font-semibold tracking-tight">Feedback</h1>
        <div className="flex flex-wrap items-center gap-2">
          <QueryField
            id="feedback-query"
            label="Words, a name, an e-mail or a page"
            value={search.query}
            maxLength={200}
            onSearch={(query) => change({ query })}
          />
          <div className="max-w-full overflow-x-auto">
            <Segmented
              label="Which feedback"
              value={search.status ?? 'all'}
              choices={choicesOf(data?.pages[0]?.counts)}
              onChange={(status) => change({ status: status === 'all' ? undefined : status })}
            />
          </div>
        </div>
      </header>
      <FeedbackList
        search={search}
        withKeys
        empty={<NoFeedback search={search} counts={data?.pages[0]?.counts} change={change} />}
      />
    </div>
  );
}

function choicesOf(counts: Shape['counts'] | undefined) {
  return WORDS.map(([value, word]) => ({
    value,
    label: value === 'all' || !counts?.[value] ? word : `${word} ${compactNumber(counts[value])}`,
  }));
}

interface NoFeedbackProps {
  search: FeedbackSearch;
  counts: Shape['counts'] | undefined;
  change: (next: Partial<FeedbackSearch>) => void;
}

function NoFeedback({ search: { query, status, project }, counts, change }: NoFeedbackProps) {
  const total = Object.values(counts ?? {}).reduce((sum, count) => sum + count, 0);
  if (query || status || total > 0)
    return (
      <EmptyState
        icon={<MessageSquare aria-hidden />}
        title={query ? `Nobody wrote “${query}”` : 'None of it is here'}
        actions={
          <Button onClick={() => change({ query: undefined, status: undefined })}>Show all feedback</Button>
        }
      />
    );
  return (
    <EmptyState
      icon={<MessageSquare aria-hidden />}
      title="Nobody has written yet"
      actions={
        project && (
          <Link to="/projects/$slug/setup" params={{ slug: project }} className={buttonClass()}>
            Set-up guide
          </Link>
        )
      }
    >
      <p>Put the feedback widget of the browser SDK on your pages; it takes screenshots as well:</p>
      <CodeBlock
        what="code for the browser SDK"
        code={
          "Sentry.init({\n  dsn: '…',\n  integrations: [\n    Sentry.feedbackIntegration({ colorScheme: 'system' }),\n  ],\n});"
        }
      />
      <p>
        Or ask after a crash, with <code>Sentry.showReportDialog({'{ eventId }'})</code>.
      </p>
    </EmptyState>
  );
}
