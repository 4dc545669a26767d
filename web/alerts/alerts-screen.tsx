/** Alert rules, what fired, and what is silenced. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Bell, Plus } from 'lucide-react';
import type { AlertRuleList } from '#contract/alerts.ts';
import { ReadOnly } from '#web/read-only.tsx';
import { useMay } from '#web/session.ts';
import { Button, buttonClass } from '#web/ui/button.tsx';
import { cx } from '#web/ui/cx.ts';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { ChoiceMenu } from '#web/ui/menu.tsx';
import { QueryField } from '#web/ui/query-field.tsx';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { TabBar, tabClass } from '#web/ui/tab-bar.tsx';
import { useListKeys } from '#web/ui/use-list-keys.ts';
import { usePageTitle } from '#web/ui/use-page-title.ts';
import { rulesQuery } from './alerts-queries.ts';
import { type AlertsSearch, readAlertsSearch, STATE_CHOICES } from './alerts-search.ts';
import { writeDraft } from './draft.ts';
import { FiringList } from './firing-list.tsx';
import { COLUMNS, RuleRow } from './rule-row.tsx';
import { SilenceList } from './silence-list.tsx';

const route = getRouteApi('/shell/alerts');

const TABS = [
  { view: undefined, label: 'Rules' },
  { view: 'history', label: 'History' },
  { view: 'silences', label: 'Silences' },
] as const;

export function AlertsScreen() {
  const search = route.useSearch();
  const mayWrite = useMay('alerts:write');
  usePageTitle('Alerts');
  return (
    <div className="flex min-w-0 flex-1 flex-col">
      <header className="flex flex-col gap-3 px-4 pt-4 md:px-6">
        <div className="flex flex-wrap items-center gap-2">
          <h1 className="mr-auto text-lg font-semibold tracking-tight">Alerts</h1>
          {mayWrite && (
            <Link to="/alerts/new" search={{ project: search.project }} className={buttonClass('primary')}>
              <Plus aria-hidden />
              New alert
            </Link>
          )}
        </div>
        <ReadOnly scope="alerts:write" what="change alerts" />
        <TabBar label="Alerts" current={search.view ?? 'rules'}>
          {TABS.map(({ view, label }) => (
            <Link
              key={label}
              to="/alerts"
              search={{ project: search.project, view }}
              data-entry={view ?? 'rules'}
              aria-current={search.view === view ? 'page' : undefined}
              className={tabClass(search.view === view)}
            >
              {label}
            </Link>
          ))}
        </TabBar>
      </header>
      {search.view === 'history' ? (
        <FiringList project={search.project} />
      ) : search.view === 'silences' ? (
        <SilenceList />
      ) : (
        <Rules search={search} />
      )}
    </div>
  );
}

function Rules({ search }: { search: AlertsSearch }) {
  const navigate = useNavigate();
  const { data, error, refetch, isPlaceholderData } = useQuery(rulesQuery(search));
  const rules = data?.items ?? [];
  const change = (next: Partial<AlertsSearch>) =>
    navigate({ to: '/alerts', search: readAlertsSearch({ ...search, ...next }), resetScroll: false });
  const { active, list } = useListKeys<HTMLUListElement>({
    count: rules.length,
    fieldId: 'alert-query',
    onOpen: (at) =>
      navigate({ to: '/alerts/$id', params: { id: rules[at]!.id }, search: { project: search.project } }),
  });
  if (error && !data)
    return <ErrorState error={error} retry={refetch} what="The alerts could not be loaded" />;
  if (!data) return <SkeletonLines lines={10} className="p-6" />;
  if (Object.values(data.states).every((count) => count === 0)) return <NoRules project={search.project} />;
  return (
    <>
      <div className="flex flex-wrap items-center gap-2 px-4 py-3 md:px-6">
        <QueryField
          id="alert-query"
          label="Part of a name"
          value={search.query}
          maxLength={200}
          onSearch={(query) => change({ query })}
        />
        <ChoiceMenu
          label="State"
          value={search.state ?? 'all'}
          choices={STATE_CHOICES.map(({ value, label }) => ({
            value,
            label: `${label}${countOf(data, value)}`,
          }))}
          onChange={(state) => change({ state: state === 'all' ? undefined : state })}
        />
      </div>
      {rules.length === 0 ? (
        <EmptyState
          icon={<Bell aria-hidden />}
          title="No alert is like that"
          actions={
            <Button onClick={() => change({ query: undefined, state: undefined })}>Show all alerts</Button>
          }
        />
      ) : (
        <>
          <div
            aria-hidden
            className={cx(
              COLUMNS,
              'border-y border-line bg-sunken py-1.5 text-xs text-ink-faint max-md:hidden',
            )}
          >
            <span>Alert</span>
            <span>Last fired</span>
            <span>Fired in 14 days</span>
            <span>Value now</span>
          </div>
          <ul ref={list} aria-label="Alerts" className={cx(isPlaceholderData && 'opacity-60')}>
            {rules.map((rule, at) => (
              <RuleRow key={rule.id} rule={rule} project={search.project} active={at === active} />
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function countOf({ states }: AlertRuleList, value: (typeof STATE_CHOICES)[number]['value']): string {
  return value === 'all' ? '' : ` · ${states[value] ?? 0}`;
}

const STARTS = [
  {
    label: 'A new error that affects 50 users',
    draft: {
      name: 'New issue affecting 50 users',
      priority: 'critical',
      condition: {
        kind: 'issue',
        when: ['new'],
        counts: [{ of: 'users', atLeast: 50, windowMinutes: 60 }],
      },
    },
  },
  {
    label: 'An error that came with the newest release',
    draft: {
      name: 'First seen in the newest release',
      condition: { kind: 'issue', when: ['new'], firstRelease: 'latest' },
    },
  },
  {
    label: 'What was resolved comes back',
    draft: { name: 'Regression', condition: { kind: 'issue', when: ['regressed'] } },
  },
  {
    label: 'More errors in the logs than usual',
    draft: {
      name: 'More errors in the logs than usual',
      condition: {
        kind: 'log',
        source: { dialect: 'search', query: 'level:error', by: ['service'] },
        test: { is: 'anomaly', direction: 'up' },
      },
    },
  },
  {
    label: 'A job did not run',
    draft: { name: 'A job did not run', condition: { kind: 'monitor' } },
  },
] as const;

function NoRules({ project }: { project: string | undefined }) {
  const mayWrite = useMay('alerts:write');
  return (
    <EmptyState icon={<Bell aria-hidden />} title="Nothing is watched yet">
      <p>
        An alert says what matters when it happens, so that nobody has to look. It shows what it would have
        said of the last days before it is saved. Begin with one of these, or from any search of the logs:
      </p>
      {mayWrite && (
        <ul className="mt-2 flex flex-col gap-2">
          {STARTS.map(({ label, draft }) => (
            <li key={label} className="flex">
              <Link
                to="/alerts/new"
                search={{
                  project,
                  draft: writeDraft(structuredClone(draft) as Parameters<typeof writeDraft>[0]),
                }}
                className={buttonClass('secondary', 'medium', 'w-full')}
              >
                {label}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </EmptyState>
  );
}
