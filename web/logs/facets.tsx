/** The values of some keys with the number of lines of each; a click keeps only those, or leaves them out. */
import { useQuery } from '@tanstack/react-query';
import { Minus, Plus, X } from 'lucide-react';
import { type CSSProperties, useState } from 'react';
import type { LogQuestion } from '#web/client.ts';
import { filterText, hasFilter } from '#web/log-filters.ts';
import { LEVEL_LOOKS } from '#web/log-levels.ts';
import { Button, IconButton } from '#web/ui/button.tsx';
import { cx } from '#web/ui/cx.ts';
import { sentenceOf } from '#web/ui/error-state.tsx';
import { Menu, MenuItem } from '#web/ui/menu.tsx';
import { compactNumber, counted, fullNumber } from '#web/ui/number.ts';
import { revealBidi } from '#web/ui/reveal-bidi.ts';
import { Skeleton } from '#web/ui/skeleton.tsx';
import { facetQuery } from './logs-queries.ts';

const FACETS_USUAL = ['level', 'service', 'host', 'environment'];
const VALUES_SHOWN = 8;
const VALUES_ALL = 100;
/** Names the menu offers: more is scrolling, not choosing. */
const NAMES_OFFERED = 60;

export interface FilterActions {
  /** Puts the filter into the search, or takes it out when it is there. */
  onFilter: (filter: string) => void;
}

interface FacetsProps extends FilterActions {
  question: LogQuestion;
  /** Keys of one's own, beside the usual ones. */
  own: readonly string[];
  onOwn: (keys: readonly string[]) => void;
  /** Names that can be added. */
  names: readonly string[];
}

export function Facets({ question, own, onOwn, names, onFilter }: FacetsProps) {
  const offered = names.filter((name) => !FACETS_USUAL.includes(name) && !own.includes(name));
  return (
    <div className="flex flex-col gap-4">
      {[...FACETS_USUAL, ...own].map((key) => (
        <Facet
          key={key}
          name={key}
          question={question}
          onFilter={onFilter}
          onRemove={own.includes(key) ? () => onOwn(own.filter((each) => each !== key)) : undefined}
        />
      ))}
      <Menu
        trigger={
          <Button look="ghost" size="small" className="self-start" disabled={offered.length === 0}>
            <Plus aria-hidden />
            Add a facet
          </Button>
        }
      >
        {offered.slice(0, NAMES_OFFERED).map((name) => (
          <MenuItem key={name} onSelect={() => onOwn([...own, name])}>
            <bdi className="max-w-56 truncate">{name}</bdi>
          </MenuItem>
        ))}
      </Menu>
    </div>
  );
}

interface FacetProps extends FilterActions {
  name: string;
  question: LogQuestion;
  onRemove: (() => void) | undefined;
}

function Facet({ name, question, onFilter, onRemove }: FacetProps) {
  const [all, setAll] = useState(false);
  const { data, error, isPlaceholderData } = useQuery(
    facetQuery(question, name, all ? VALUES_ALL : VALUES_SHOWN),
  );
  const hidden = data ? data.distinctValues - data.values.length : 0;
  return (
    <section aria-label={`Values of ${name}`} className="min-w-0">
      <h3 className="flex h-6 items-center gap-1 text-xs font-semibold text-ink-soft">
        <bdi className="truncate" title={name}>
          {name}
        </bdi>
        {data && data.distinctValues > 1 && (
          <span className="font-normal text-ink-faint" title={counted(data.distinctValues, 'value')}>
            {compactNumber(data.distinctValues)}
          </span>
        )}
        {onRemove && (
          <IconButton label={`Remove the facet ${name}`} onClick={onRemove} className="ml-auto size-6!">
            <X aria-hidden className="size-3!" />
          </IconButton>
        )}
      </h3>
      {error ? (
        <p className="text-xs text-ink-faint">{sentenceOf(error)}</p>
      ) : !data ? (
        <Skeleton className="my-1 h-4 w-4/5" />
      ) : data.values.length === 0 ? (
        <p className="text-xs text-ink-faint">No line has it.</p>
      ) : (
        <ul className={cx('flex flex-col', isPlaceholderData && 'opacity-60')}>
          {data.values.map(({ value, records }) => (
            <FacetValue
              key={value}
              name={name}
              value={value}
              records={records}
              share={records / data.values[0]!.records}
              query={question.query}
              onFilter={onFilter}
            />
          ))}
        </ul>
      )}
      {hidden > 0 && !all && (
        <button
          type="button"
          className="mt-0.5 min-h-6 text-xs text-accent hover:underline pointer-coarse:min-h-10"
          onClick={() => setAll(true)}
        >
          {counted(hidden, 'more value')}
        </button>
      )}
      {hidden > 0 && all && (
        <p className="mt-0.5 text-xs text-ink-faint">{counted(hidden, 'rarer value')} not shown.</p>
      )}
    </section>
  );
}

interface FacetValueProps extends FilterActions {
  name: string;
  value: string;
  records: number;
  share: number;
  query: string;
}

function FacetValue({ name, value, records, share, query, onFilter }: FacetValueProps) {
  const filter = filterText(name, value);
  const chosen = filter !== null && hasFilter(query, filter);
  const bar = { '--share': `${Math.max(1, share * 100)}%` } as CSSProperties;
  const shown = value === '' ? 'empty' : revealBidi(value);
  const dot = name === 'level' ? LEVEL_LOOKS[value as keyof typeof LEVEL_LOOKS]?.dot : undefined;
  return (
    <li className="group flex items-center gap-0.5">
      <button
        type="button"
        disabled={filter === null}
        aria-pressed={chosen}
        title={`${shown}: ${counted(records, 'line')}`}
        onClick={() => filter !== null && onFilter(filter)}
        style={bar}
        className={cx(
          'relative flex h-6 min-w-0 flex-1 items-center gap-1.5 rounded px-1.5 text-left text-xs pointer-coarse:h-10',
          'before:absolute before:inset-y-0.5 before:left-0 before:w-[var(--share)] before:rounded-sm before:bg-ink/6',
          chosen ? 'bg-accent-soft font-medium text-accent-strong' : 'hover:bg-hover',
        )}
      >
        {dot && <span aria-hidden className={cx('relative size-2 shrink-0 rounded-sm', dot)} />}
        <bdi className={cx('relative min-w-0 flex-1 truncate', value === '' && 'italic')}>{shown}</bdi>
        <span className="relative shrink-0 text-ink-soft">
          <span className="sr-only">{counted(records, 'line')}</span>
          <span aria-hidden title={fullNumber(records)}>
            {compactNumber(records)}
          </span>
        </span>
      </button>
      {filter !== null && (
        <IconButton
          label={`Without ${name} ${shown}`}
          onClick={() => onFilter(`!${filter}`)}
          className="size-6! opacity-0 group-hover:opacity-100 focus-visible:opacity-100 pointer-coarse:size-10! pointer-coarse:opacity-100"
        >
          <Minus aria-hidden className="size-3!" />
        </IconButton>
      )}
    </li>
  );
}
