/** Errors that are part of the day: what they cost, and one click that filters them from now on. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ExpectedCost, ProjectFilters } from '#contract/filters.ts';
import { api } from '#web/client.ts';
import { EXPECTED_LABELS } from '#web/expected-labels.ts';
import { useMay } from '#web/session.ts';
import { Button } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { byteSize, compactNumber, fullNumber, percent } from '#web/ui/number.ts';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { useChangeFilters } from './use-change-filters.ts';

export function ExpectedCard({ slug, filters }: { slug: string; filters: ProjectFilters }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['expected', slug],
    queryFn: ({ signal }) => api.expected(slug, signal),
  });
  const cost = data?.kinds.reduce((sum, { events }) => sum + events, 0) ?? 0;
  return (
    <Card title="Expected errors" note="of the last 7 days">
      <p className="max-w-prose text-sm text-ink-soft">
        Errors that are part of the day and nothing to repair: a wrong address, a wrong form, a closed tab.{' '}
        {data && data.total.events > 0 && cost > 0 && (
          <>
            They are <b className="font-semibold text-ink">{percent(cost, data.total.events)}</b> of the
            errors that this project keeps.
          </>
        )}
      </p>
      {error && !data ? (
        <ErrorState error={error} retry={refetch} what="Expected errors could not be counted" />
      ) : !data ? (
        <SkeletonLines lines={4} className="mt-3" />
      ) : data.kinds.length === 0 ? (
        <p className="mt-3 text-sm text-ink-faint">None in the last 7 days.</p>
      ) : (
        <ul className="mt-3">
          {data.kinds.map((kind) => (
            <Kind key={kind.kind} slug={slug} kind={kind} total={data.total} filters={filters} />
          ))}
        </ul>
      )}
    </Card>
  );
}

interface KindProps {
  slug: string;
  kind: ExpectedCost;
  total: { events: number };
  filters: ProjectFilters;
}

function Kind({ slug, kind, total, filters }: KindProps) {
  const mayChange = useMay('project:admin');
  const change = useChangeFilters(slug);
  const before = { expected: filters.rules.expected };
  const label = EXPECTED_LABELS[kind.kind];
  const isFiltered = filters.rules.expected.includes(kind.kind);
  const others = before.expected.filter((each) => each !== kind.kind);
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-2 border-t border-line py-2.5 last:pb-0">
      <div className="min-w-0 flex-1 basis-64">
        <h3 className="text-sm font-medium">{label}</h3>
        <p className="text-xs text-ink-faint">{sentence(kind.meaning)}</p>
        {kind.issues && kind.issues.length > 0 && (
          <ul className="mt-1 flex flex-col text-xs">
            {kind.issues.map((issue) => (
              <li key={issue.id} className="truncate">
                <Link
                  to="/issues/$issueId/{-$tab}"
                  params={{ issueId: issue.id }}
                  className="text-ink-soft underline decoration-line-strong underline-offset-2 hover:text-ink"
                >
                  <bdi>{issue.title}</bdi>
                </Link>
              </li>
            ))}
          </ul>
        )}
      </div>
      <div className="text-right text-xs text-ink-soft">
        <p>
          <b className="font-semibold text-ink" title={fullNumber(kind.events)}>
            {compactNumber(kind.events)}
          </b>{' '}
          kept · {byteSize(kind.bytes)} · {percent(kind.events, total.events)}
        </p>
        {kind.filtered > 0 && (
          <p title={fullNumber(kind.filtered)}>
            {compactNumber(kind.filtered)} filtered · {byteSize(kind.filteredBytes)} spared
          </p>
        )}
      </div>
      {mayChange && (
        <Button
          size="small"
          disabled={change.isPending}
          aria-label={`${isFiltered ? 'Keep again' : 'Filter from now on'}: ${label}`}
          onClick={() =>
            change.mutate({
              rules: { expected: isFiltered ? others : [...others, kind.kind] },
              message: `${label}: ${isFiltered ? 'kept again' : 'filtered from now on'}`,
              before,
            })
          }
        >
          {isFiltered ? 'Keep again' : 'Filter from now on'}
        </Button>
      )}
    </li>
  );
}

/** Without the word that the card has as its title. */
function sentence(meaning: string): string {
  const [first = '', ...rest] = meaning.replace(/^Expected: /, '');
  return first.toUpperCase() + rest.join('');
}
