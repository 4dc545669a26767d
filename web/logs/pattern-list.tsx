/** What the lines of a search have in common: how often, how bad, by whom, since when. A click shows the lines. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Filter, FilterX } from 'lucide-react';
import type { LogPattern, LogPatternRule, LogPatternSort, LogPatterns } from '#contract/logs.ts';
import type { LogQuestion } from '#web/client.ts';
import { LEVEL_LOOKS, LEVELS } from '#web/log-levels.ts';
import { millisecondsOf } from '#web/log-time.ts';
import { exceptWords, ruleWords } from '#web/noise-rule-words.ts';
import { Badge } from '#web/ui/badge.tsx';
import { IconButton } from '#web/ui/button.tsx';
import { cx } from '#web/ui/cx.ts';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { compactNumber, counted, fullNumber } from '#web/ui/number.ts';
import { RelativeTime } from '#web/ui/relative-time.tsx';
import { revealBidi } from '#web/ui/reveal-bidi.ts';
import { Segmented } from '#web/ui/segmented.tsx';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { Sparkline } from '#web/ui/sparkline.tsx';
import { patternsQuery } from './logs-queries.ts';
import { seenWords, shareWords, templateParts } from './patterns.ts';

const SORTS = [
  { value: 'records', label: 'Most' },
  { value: 'newest', label: 'Newest' },
  { value: 'errors', label: 'Worst' },
] as const satisfies readonly { value: LogPatternSort; label: string }[];

interface PatternActions {
  /** Narrows the search, and stays with the patterns. */
  onFilter: (term: string) => void;
  /** Shows the lines. */
  onLines: (term: string) => void;
}

interface PatternListProps extends PatternActions {
  question: LogQuestion;
  sort: LogPatternSort;
  query: string;
  onSort: (sort: LogPatternSort) => void;
}

export function PatternList({ question, sort, onSort, ...actions }: PatternListProps) {
  const { data, error, refetch, isPlaceholderData } = useQuery(patternsQuery(question, sort));
  if (error) return <ErrorState error={error} retry={refetch} what="The patterns could not be counted" />;
  if (!data) return <SkeletonLines lines={12} className="p-4" />;
  if (data.items.length === 0)
    return (
      <>
        <EmptyState title="No patterns">
          <p>No line of this period matches the search.</p>
        </EmptyState>
        <Gone of={data} />
      </>
    );
  return (
    <div className={cx('min-w-0', isPlaceholderData && 'opacity-60')}>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line px-4 py-2">
        <p className="mr-auto text-xs text-ink-soft" aria-live="polite">
          {told(data)}
        </p>
        <Segmented
          label="Order of the patterns"
          size="small"
          value={sort}
          choices={SORTS}
          onChange={onSort}
        />
      </div>
      <ul aria-label="Patterns">
        {data.items.map((pattern) => (
          <PatternRow key={pattern.id} pattern={pattern} of={data} {...actions} />
        ))}
      </ul>
      <Gone of={data} />
    </div>
  );
}

/** Patterns that stand in no line here: what their rules counted is all that is known of them in this time. */
function Gone({ of: { gone, notKept } }: { of: LogPatterns }) {
  if (gone.length === 0) return null;
  return (
    <section aria-labelledby="gone">
      <h2 id="gone" className="border-b border-line bg-sunken px-4 py-2 text-xs font-medium text-ink-soft">
        {notKept.of === 'at-most'
          ? 'Not kept by rules, and may match'
          : 'Not kept by rules, and in no line above'}
      </h2>
      <ul aria-label="Patterns that are not kept">
        {gone.map(({ id, template, notKept: records, rules }) => (
          <li
            key={id}
            className="grid grid-cols-[5.5rem_minmax(0,1fr)] gap-x-3 border-b border-line px-4 py-2 md:grid-cols-[5.5rem_7rem_minmax(0,1fr)]"
          >
            <b className="text-sm tabular-nums md:text-right" title={fullNumber(records)}>
              {compactNumber(records)}
            </b>
            <div className="min-w-0 md:col-start-3">
              <p className="font-mono text-xs leading-5 [overflow-wrap:anywhere]">
                {template === '' ? `pattern ${id}` : <Template template={template} />}
              </p>
              <Rules rules={rules} />
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What is done with a pattern. */
function Rules({ rules }: { rules: readonly LogPatternRule[] }) {
  return rules.map((rule) => (
    <Link
      key={rule.id}
      to="/usage/noise"
      title={`The rule: ${ruleWords(rule)}, ${exceptWords(rule)}`}
      className="flex w-fit max-w-full items-baseline gap-1 text-2xs text-ink-soft hover:underline"
    >
      <Badge tone={rule.enabled ? 'accent' : 'neutral'}>
        {rule.enabled ? ruleWords(rule) : 'rule switched off'}
      </Badge>
      <span className="min-w-0 truncate">{exceptWords(rule)}</span>
    </Link>
  ));
}

function told({ items, patterns, records }: LogPatterns): string {
  const all = `${counted(patterns, 'pattern')} in ${counted(records, 'line')}`;
  return items.length < patterns ? `${all}; ${fullNumber(items.length)} are shown.` : `${all}.`;
}

function PatternRow({
  pattern,
  of,
  onFilter,
  onLines,
}: PatternActions & { pattern: LogPattern; of: LogPatterns }) {
  const { id, records, notKept, counts, services, servicesInAll, sample } = pattern;
  const term = `pattern:${id}`;
  return (
    <li className="group grid grid-cols-[auto_6rem_minmax(0,1fr)] items-center gap-x-3 gap-y-1 border-b border-line px-4 py-2 hover:bg-hover md:items-start md:grid-cols-[5.5rem_7rem_minmax(0,1fr)_auto]">
      <div className="order-2 flex items-baseline gap-2 md:order-none md:block md:text-right">
        <b className="text-sm tabular-nums" title={fullNumber(records)}>
          {compactNumber(records)}
        </b>
        <p className="text-2xs text-ink-faint">{shareWords(records, of.records)}</p>
        {notKept > 0 && (
          <p
            className="text-2xs text-ink-faint"
            title={`${fullNumber(notKept)} more, counted by its rule and not kept${of.notKept.of === 'at-most' ? ', match at most' : ''}`}
          >
            +{compactNumber(notKept)} not kept
          </p>
        )}
      </div>
      <div className="order-3 md:order-none">
        <Sparkline
          series={{ from: of.from, stepMs: of.stepMs, counts }}
          label={`${counted(records, 'line')} over the period`}
          className="h-6 w-full"
        />
        <LevelMix pattern={pattern} />
      </div>
      <div className="order-1 col-span-3 min-w-0 md:order-none md:col-span-1">
        <button
          type="button"
          onClick={() => onLines(term)}
          title={sample?.body.slice(0, 500)}
          className="line-clamp-4 w-full text-left font-mono text-xs leading-5 [overflow-wrap:anywhere] hover:underline focus-visible:outline-2 focus-visible:outline-accent"
        >
          <Template template={pattern.template} />
        </button>
        <p className="flex flex-wrap items-baseline gap-x-2 text-2xs text-ink-faint">
          {pattern.isNew && <Badge tone="info">new in this period</Badge>}
          {services.filter((service) => service !== '').length > 0 && (
            <bdi className="max-w-72 truncate">
              {services.map((service) => revealBidi(service || 'no service')).join(', ')}
              {servicesInAll > services.length && ` and ${servicesInAll - services.length} more`}
            </bdi>
          )}
          <Seen pattern={pattern} keptSince={of.keptSince} />
        </p>
        <Rules rules={pattern.rules} />
        {sample && sample.body !== pattern.template && (
          <p className="truncate font-mono text-2xs text-ink-faint">
            <bdi>{revealBidi(sample.body.slice(0, 300))}</bdi>
          </p>
        )}
      </div>
      <div className="order-4 flex justify-end md:order-none md:opacity-0 md:group-focus-within:opacity-100 md:group-hover:opacity-100 pointer-coarse:opacity-100">
        <IconButton label="Show only this pattern" onClick={() => onLines(term)}>
          <Filter aria-hidden />
        </IconButton>
        <IconButton label="Without this pattern" onClick={() => onFilter(`!${term}`)}>
          <FilterX aria-hidden />
        </IconButton>
      </div>
    </li>
  );
}

function Template({ template }: { template: string }) {
  if (template === '') return <span className="text-ink-faint italic">no text</span>;
  return templateParts(template).map(({ at, text, isPlaceholder }) => (
    <bdi
      key={at}
      className={isPlaceholder ? 'rounded-sm bg-accent-soft px-0.5 text-accent-strong' : undefined}
    >
      {revealBidi(text)}
    </bdi>
  ));
}

function LevelMix({ pattern: { levels, records } }: { pattern: LogPattern }) {
  const shown = LEVELS.flatMap((level) => levels.filter((each) => each.level === level));
  const words = shown.map(({ level, records: count }) => `${level} ${fullNumber(count)}`).join(', ');
  return (
    <svg
      role="img"
      aria-label={words}
      viewBox="0 0 100 3"
      preserveAspectRatio="none"
      className="mt-1 h-1 w-full"
    >
      <title>{words}</title>
      {shown.map(({ level, records: count }, at) => {
        const before = shown.slice(0, at).reduce((sum, each) => sum + each.records, 0);
        return (
          <rect
            key={level}
            x={(before / records) * 100}
            width={(count / records) * 100}
            height={3}
            className={LEVEL_LOOKS[level].fill}
          />
        );
      })}
    </svg>
  );
}

function Seen({ pattern, keptSince }: { pattern: LogPattern; keptSince: string | null }) {
  const { firstSeen, firstRelease } = pattern;
  if (firstSeen === null) return <span>first seen: it would take too long to find out</span>;
  return (
    <span>
      {seenWords(firstSeen, keptSince)}{' '}
      <RelativeTime time={new Date(millisecondsOf(firstSeen)).toISOString()} />
      {firstRelease !== '' && ` in ${revealBidi(firstRelease)}`}
    </span>
  );
}
