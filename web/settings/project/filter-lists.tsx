/** Filters by text: messages, error types, releases, addresses. Tried on what is stored before they are saved. */
import { useMutation } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { FilterPreview, FilterRules, ProjectFilters } from '#contract/filters.ts';
import { api } from '#web/client.ts';
import { useMay } from '#web/session.ts';
import { Button } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { FormProblem } from '#web/ui/form-problem.tsx';
import { counted, fullNumber, percent } from '#web/ui/number.ts';
import { countOf, FilteredCount } from './filter-row.tsx';
import { useChangeFilters } from './use-change-filters.ts';

const LISTS = [
  {
    id: 'messages',
    reason: 'filtered_message',
    label: 'Messages',
    placeholder: '*timed out after * ms\nTypeError: Failed to fetch*',
  },
  {
    id: 'errorTypes',
    reason: 'filtered_error_type',
    label: 'Error types',
    placeholder: 'CouponError\ndjango.*.DisallowedHost',
  },
  { id: 'releases', reason: 'filtered_release', label: 'Releases', placeholder: 'shop@0.*' },
  {
    id: 'addresses',
    reason: 'filtered_address',
    label: 'Addresses of people',
    placeholder: '203.0.113.0/24\n2001:db8::7',
  },
] as const satisfies { id: keyof FilterRules; reason: string; label: string; placeholder: string }[];

type Lists = Pick<FilterRules, (typeof LISTS)[number]['id']>;

export function FilterLists({ slug, filters }: { slug: string; filters: ProjectFilters }) {
  const { rules, counts } = filters;
  const mayChange = useMay('project:admin');
  const ids = useId();
  const [texts, setTexts] = useState(() => textsOf(rules));
  const save = useChangeFilters(slug, true);
  const preview = useMutation({
    mutationFn: () => api.previewFilters(slug, linesOf(texts)),
    meta: { shownInForm: true },
  });
  return (
    <Card title="By what an event says">
      <p className="max-w-prose text-sm text-ink-soft">
        One pattern a line. <code className="font-mono text-xs">*</code> is any text,{' '}
        <code className="font-mono text-xs">?</code> one character; case does not matter, and the whole text
        has to match.
      </p>
      <form
        className="mt-3 grid gap-4 sm:grid-cols-2"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate({ rules: linesOf(texts), message: 'Saved', before: linesOf(textsOf(rules)) });
        }}
      >
        {LISTS.map(({ id, reason, label, placeholder }) => (
          <div key={id} className="flex flex-col gap-1">
            <div className="flex flex-wrap items-baseline justify-between gap-x-3">
              <label htmlFor={`${ids}-${id}`} className="text-sm font-medium">
                {label}
              </label>
              {rules[id].length > 0 && <FilteredCount count={countOf(counts, reason)} />}
            </div>
            <textarea
              id={`${ids}-${id}`}
              rows={4}
              spellCheck={false}
              autoCapitalize="off"
              className="w-full min-w-0 rounded-md border border-control-line bg-surface px-2.5 py-1.5 font-mono text-sm text-ink placeholder:text-ink-faint disabled:opacity-60"
              value={texts[id]}
              placeholder={placeholder}
              disabled={!mayChange}
              onChange={(event) => {
                setTexts({ ...texts, [id]: event.currentTarget.value });
                preview.reset();
                save.reset();
              }}
            />
          </div>
        ))}
        {preview.data && <Preview preview={preview.data} />}
        {mayChange && (
          <div className="flex flex-wrap items-center justify-end gap-3 sm:col-span-2">
            <FormProblem error={preview.error ?? save.error} />
            <Button onClick={() => preview.mutate()} disabled={preview.isPending}>
              {preview.isPending ? 'Trying…' : 'Try on stored events'}
            </Button>
            <Button look="primary" type="submit" disabled={save.isPending}>
              {save.isPending ? 'Saving…' : 'Save lists'}
            </Button>
          </div>
        )}
      </form>
    </Card>
  );
}

function Preview({ preview: { events, filtered, titles, lines } }: { preview: FilterPreview }) {
  const wide = lines.filter(({ isWide }) => isWide);
  const idle = lines.filter((line) => line.events === 0);
  return (
    <section aria-label="Preview" aria-live="polite" className="text-sm sm:col-span-2">
      <p>
        Would have filtered <b className="font-semibold">{fullNumber(filtered)}</b> of the last{' '}
        {counted(events, 'stored event')}
        {events > 0 && ` (${percent(filtered, events)})`}, all filters of this project together.
      </p>
      {wide.map(({ line, events: matched }) => (
        <p key={line} className="mt-1 text-warn">
          <code className="font-mono text-xs [overflow-wrap:anywhere]">{line}</code> matches{' '}
          {percent(matched, events)} of all events: is that meant?
        </p>
      ))}
      {idle.length > 0 && (
        <p className="mt-1 text-ink-faint">
          No stored event matches{' '}
          {idle.map(({ line }, index) => (
            <span key={line}>
              {index > 0 && ', '}
              <code className="font-mono text-xs [overflow-wrap:anywhere]">{line}</code>
            </span>
          ))}
          .
        </p>
      )}
      {titles.length > 0 && (
        <ul className="mt-2 flex flex-col gap-0.5 text-xs text-ink-soft">
          {titles.map((each) => (
            <li key={each.title} className="flex gap-3">
              <span className="w-10 shrink-0 text-right font-semibold">{fullNumber(each.events)}</span>
              <bdi className="min-w-0 truncate">{each.title}</bdi>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function textsOf(rules: FilterRules): Record<keyof Lists, string> {
  return Object.fromEntries(LISTS.map(({ id }) => [id, rules[id].join('\n')])) as Record<keyof Lists, string>;
}

/** Lines without what was typed around them; empty ones say nothing. */
function linesOf(texts: Record<keyof Lists, string>): Lists {
  const lines = (text: string) =>
    text
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean);
  return {
    messages: lines(texts.messages),
    errorTypes: lines(texts.errorTypes),
    releases: lines(texts.releases),
    addresses: lines(texts.addresses),
  };
}
