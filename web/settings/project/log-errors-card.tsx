/** Which log records with an exception become events of issues. */
import { useQuery } from '@tanstack/react-query';
import type { FilterRules } from '#contract/filters.ts';
import { api } from '#web/client.ts';
import { useMay } from '#web/session.ts';
import { Card } from '#web/ui/card.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { compactNumber } from '#web/ui/number.ts';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { countOf } from './filter-row.tsx';
import { useChangeFilters } from './use-change-filters.ts';

type From = FilterRules['logErrors'];

const CHOICES: readonly { value: From; label: string }[] = [
  { value: 'all', label: 'Of every level' },
  { value: 'warn', label: 'Of warnings and worse' },
  { value: 'error', label: 'Of errors and worse' },
  { value: 'off', label: 'None' },
];

export function LogErrorsCard({ slug }: { slug: string }) {
  const mayChange = useMay('project:admin');
  const change = useChangeFilters(slug);
  const { data, error, refetch } = useQuery({
    queryKey: ['filters', slug],
    queryFn: ({ signal }) => api.filters(slug, signal),
  });
  if (error && !data)
    return <ErrorState error={error} retry={refetch} what="The settings could not be loaded" />;
  if (!data) return <SkeletonLines lines={5} />;
  const { logErrors } = data.rules;
  const weekOf = (reason: string) => compactNumber(countOf(data.counts, reason)?.week ?? 0);
  return (
    <Card title="Errors in logs">
      <p className="max-w-prose text-sm text-ink-soft">
        A log record with an exception or a stack trace becomes an event of an issue, some seconds after it
        came. When an SDK sends the same error too, it counts once. A record that says no level counts as an
        error.
      </p>
      <fieldset className="mt-4 flex flex-col gap-2" disabled={!mayChange || change.isPending}>
        <legend className="mb-1 text-sm font-medium">Log records that become issues</legend>
        {CHOICES.map(({ value, label }) => (
          <label key={value} className="flex min-h-8 items-center gap-2 text-sm">
            <input
              type="radio"
              name="logErrors"
              value={value}
              checked={logErrors === value}
              onChange={() =>
                change.mutate({
                  rules: { logErrors: value },
                  message: 'Saved',
                  before: { logErrors },
                })
              }
              className="accent-accent"
            />
            {label}
          </label>
        ))}
      </fieldset>
      <p className="mt-3 max-w-prose text-xs text-ink-faint">
        In 7 days {weekOf('duplicate_of_sdk')} were sent by an SDK too, {weekOf('duplicate_of_log')} by an SDK
        afterwards, and {weekOf('too_many_log_errors')} were beyond what becomes events: 100 of one kind and
        1,000 of a project in a minute. All of them stay log records.
      </p>
    </Card>
  );
}
