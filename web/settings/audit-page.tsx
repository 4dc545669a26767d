/** Who did what, when and from where: narrowed down by person, thing, outcome, words and days, and taken away. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { ScrollText } from 'lucide-react';
import type { AuditEntry } from '#contract/audit.ts';
import { api, auditExportAddress } from '#web/client.ts';
import { useMay } from '#web/session.ts';
import { Badge } from '#web/ui/badge.tsx';
import { Card } from '#web/ui/card.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { Field, SelectField } from '#web/ui/field.tsx';
import { MoreButton } from '#web/ui/more-button.tsx';
import { RelativeTime } from '#web/ui/relative-time.tsx';
import { revealBidi } from '#web/ui/reveal-bidi.ts';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { type AuditSearch, auditFilter, readAuditSearch } from './audit-search.ts';
import { SettingsFrame } from './settings-frame.tsx';

const PAGE = 50;
const route = getRouteApi('/shell/settings/{-$section}');

export function AuditPage() {
  const may = useMay('org:admin');
  return (
    <SettingsFrame
      section="audit"
      title="Audit trail"
      lead="Every change that people and API tokens made, sign-ins that failed, and exports. Entries cannot be changed."
    >
      {may ? (
        <Trail />
      ) : (
        <EmptyState icon={<ScrollText aria-hidden />} title="For administrators">
          <p>Owners and administrators of the organization see who did what.</p>
        </EmptyState>
      )}
    </SettingsFrame>
  );
}

function Trail() {
  const search = readAuditSearch({ ...route.useSearch() });
  const navigate = useNavigate();
  const filter = auditFilter(search);
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['audit', filter],
    queryFn: ({ pageParam, signal }) => api.audit({ ...filter, cursor: pageParam, limit: PAGE }, signal),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    placeholderData: (before) => before,
  });
  const change = (changed: AuditSearch) =>
    navigate({
      to: '/settings/{-$section}',
      params: { section: 'audit' },
      search: readAuditSearch({ ...search, ...changed }),
      replace: true,
    });
  const items = data?.pages.flatMap((page) => page.items) ?? [];
  const nouns = data?.pages[0]?.nouns ?? [];
  return (
    <>
      <search className="grid grid-cols-2 gap-3 lg:grid-cols-3">
        <Field
          label="Person"
          placeholder="Name, e-mail or id"
          defaultValue={search.person}
          onChange={({ target }) => change({ person: target.value })}
        />
        <Field
          label="Words"
          placeholder="In action, target or address"
          defaultValue={search.query}
          onChange={({ target }) => change({ query: target.value })}
        />
        <SelectField
          label="What kind of thing"
          value={search.noun ?? ''}
          onChange={({ target }) => change({ noun: target.value })}
        >
          <option value="">Everything</option>
          {[...new Set([...nouns, ...(search.noun ? [search.noun] : [])])].map((noun) => (
            <option key={noun}>{noun}</option>
          ))}
        </SelectField>
        <SelectField
          label="How it ended"
          value={search.outcome ?? ''}
          onChange={({ target }) => change({ outcome: target.value })}
        >
          <option value="">Done or refused</option>
          <option value="done">Done</option>
          <option value="refused">Refused</option>
          <option value="unknown">Not known</option>
        </SelectField>
        <Field
          label="From"
          type="date"
          defaultValue={search.from}
          onChange={({ target }) => change({ from: target.value })}
        />
        <Field
          label="To"
          type="date"
          defaultValue={search.to}
          onChange={({ target }) => change({ to: target.value })}
        />
      </search>
      <Card
        title="Entries"
        note={data && `newest first, kept for ${data.pages[0]!.days} days`}
        flush
        actions={(['jsonl', 'csv'] as const).map((format) => (
          <a
            key={format}
            href={auditExportAddress({ ...filter, format })}
            download
            className="rounded-md px-2 py-1 text-sm text-accent hover:underline pointer-coarse:py-2.5"
          >
            {format === 'csv' ? 'CSV' : 'JSON lines'}
          </a>
        ))}
      >
        {error && !data ? (
          <ErrorState error={error} retry={refetch} what="The audit trail could not be loaded" />
        ) : !data ? (
          <SkeletonLines lines={10} className="p-4" />
        ) : items.length === 0 ? (
          <p className="px-4 py-3 text-sm text-ink-faint">Nothing was done that fits.</p>
        ) : (
          <ul aria-label="Entries">
            {items.map((entry) => (
              <Entry key={entry.id} entry={entry} />
            ))}
          </ul>
        )}
        <MoreButton pages={{ hasNextPage, isFetchingNextPage, fetchNextPage }}>Older entries</MoreButton>
      </Card>
    </>
  );
}

function Entry({ entry }: { entry: AuditEntry }) {
  const {
    at,
    action,
    name,
    email,
    via,
    address,
    agent,
    status,
    project,
    target,
    changes,
    differences,
    moreDifferences,
    route: called,
  } = entry;
  // What was asked for says nothing more where it is seen what became of it.
  const asked = differences.length > 0 ? {} : changes;
  // An address and a body may both have one of a name.
  const facts = Object.entries({ target, asked }).flatMap(([part, values]) =>
    Object.entries(values)
      .filter(saysSomething)
      .map(([key, value]) => ({ id: `${part} ${key}`, key, value })),
  );
  return (
    <li className="flex min-w-0 flex-col gap-1 border-b border-line px-4 py-2.5 text-sm last:border-0">
      <p className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
        <bdi className="font-medium [overflow-wrap:anywhere]">
          {revealBidi(name || email || 'Somebody unknown')}
        </bdi>
        {via === 'token' && <Badge>API token</Badge>}
        {via === 'nobody' && <Badge tone="warn">not signed in</Badge>}
        {status === 0 && (
          <Badge tone="warn" title="It is not over, or the program stopped before it was">
            outcome not known
          </Badge>
        )}
        {status >= 400 && (
          <Badge tone={status >= 500 ? 'danger' : 'warn'}>{status >= 500 ? 'failed' : 'refused'}</Badge>
        )}
        <span className="min-w-0 [overflow-wrap:anywhere]" title={`${action} · ${called}`}>
          {shortAction(action)}
        </span>
        {project && <bdi className="font-mono text-xs text-ink-soft">{project}</bdi>}
      </p>
      {facts.length > 0 && (
        <details className="group min-w-0">
          <summary className="line-clamp-2 cursor-pointer font-mono text-xs leading-5 [overflow-wrap:anywhere] text-ink-soft group-open:line-clamp-none">
            {facts.map(({ id, key, value }) => (
              <bdi key={id} className="mr-3">
                <span className="text-ink-faint">{key}</span>{' '}
                {revealBidi(typeof value === 'string' ? value : JSON.stringify(value))}
              </bdi>
            ))}
          </summary>
        </details>
      )}
      {differences.length > 0 && <Differences differences={differences} more={moreDifferences} />}
      <p className="text-xs [overflow-wrap:anywhere] text-ink-faint">
        <RelativeTime time={at} /> from {address}
        {name && email && email !== name && ` · ${email}`}
        {status !== 0 && ` · ${status}`}
        {agent && ` · ${revealBidi(agent.slice(0, 80))}`}
      </p>
    </li>
  );
}

function Differences({ differences, more }: { differences: AuditEntry['differences']; more: number }) {
  return (
    <ul aria-label="What it changed" className="flex min-w-0 flex-col gap-0.5 font-mono text-xs">
      {differences.map(({ field, before, after }) => (
        <li key={field} className="flex min-w-0 flex-wrap items-baseline gap-x-2">
          <bdi className="[overflow-wrap:anywhere] text-ink-soft">{revealBidi(field)}</bdi>
          {before !== null && (
            <del className="[overflow-wrap:anywhere] whitespace-pre-wrap text-ink-faint">
              <bdi>{revealBidi(String(before))}</bdi>
            </del>
          )}
          <span aria-hidden className="text-ink-faint">
            →
          </span>
          {after === null ? (
            <span className="text-ink-faint">nothing</span>
          ) : (
            <ins className="[overflow-wrap:anywhere] whitespace-pre-wrap text-ink no-underline">
              <bdi>{revealBidi(String(after))}</bdi>
            </ins>
          )}
        </li>
      ))}
      {more > 0 && <li className="text-ink-faint">and {more} more</li>}
    </ul>
  );
}

/** Routes are described with what is to be known before one calls them; here one reads that it was done. */
const shortAction = (action: string) => action.split(/[;:] /, 1)[0]!;

const NOTHING: readonly unknown[] = ['', null, '(text of 0 characters)'];
const saysSomething = ([, value]: readonly [string, unknown]) => !NOTHING.includes(value);
