/** One thing that occurrences have more often: how much more, and opened the counts and how sure it is. */
import { Link } from '@tanstack/react-router';
import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import type {
  Compared,
  FoundDifference,
  IssueDifferences,
  LeadingPattern,
  UnitKind,
} from '#contract/differences.ts';
import { tagTermText } from '#web/issues/search-query.ts';
import { filterText } from '#web/log-filters.ts';
import { fullNumber } from '#web/ui/number.ts';
import { revealBidi } from '#web/ui/reveal-bidi.ts';
import {
  healthyText,
  largerTerm,
  largerWords,
  liftMark,
  liftText,
  ownText,
  qText,
  shareText,
  TEST_NAMES,
  timingText,
} from './difference-words.ts';

export interface Place {
  issueId: string;
  project: string;
  found: IssueDifferences;
}

export function DifferenceRow({ difference, place }: { difference: FoundDifference; place: Place }) {
  const { key, value, template, moreThan, same, source } = difference;
  const unit: UnitKind = place.found.traffic?.unit ?? 'trace';
  return (
    <Row
      name={<Name of={difference} />}
      compared={difference}
      own={ownText(difference, unit)}
      healthy={healthyText(difference, unit)}
      timing={timingText(difference)}
      links={
        source === 'logs' ? (
          <LogsLink
            term={moreThan === null ? filterText(key, value) : largerTerm(key, moreThan)}
            place={place}
          />
        ) : (
          <EventLinks name={key} value={value} place={place} />
        )
      }
    >
      {same.length > 0 && (
        <p className="[overflow-wrap:anywhere]">
          In the very same ones:{' '}
          {same.map((one, at) => (
            <span key={`${one.key}:${one.value}`}>
              {at > 0 && ', '}
              <bdi className="font-mono">
                {one.key === 'pattern'
                  ? revealBidi(one.template || `pattern ${one.value}`)
                  : `${one.key} ${one.value}`}
              </bdi>
            </span>
          ))}
          .
        </p>
      )}
      {template === '' && key === 'pattern' && (
        <p>Its text could not be read: its lines are not kept any more, or there are too many.</p>
      )}
    </Row>
  );
}

export function LeadingRow({ leading, place }: { leading: LeadingPattern; place: Place }) {
  const { pattern, template, moreThan } = leading;
  const seconds = place.found.leadingSpans?.seconds ?? 0;
  return (
    <Row
      name={<bdi className="font-mono text-xs">{revealBidi(template || `pattern ${pattern}`)}</bdi>}
      compared={leading}
      own={`${fullNumber(leading.occurrencesOf)} times ${seconds} s before it`}
      healthy={`${fullNumber(leading.healthyOf)} times ${seconds} s at other moments`}
      links={<LogsLink term={filterText('pattern', pattern)} place={place} />}
    >
      <p>
        {moreThan === 0
          ? `Counted where there is a line of it within ${seconds} s.`
          : `Counted where there are more than ${fullNumber(moreThan)} lines of it within ${seconds} s.`}
      </p>
    </Row>
  );
}

function Name({ of: { key, value, moreThan, template } }: { of: FoundDifference }) {
  if (key === 'pattern')
    return <bdi className="font-mono text-xs">{revealBidi(template || `pattern ${value}`)}</bdi>;
  return (
    <>
      <span className="font-mono text-xs text-ink-soft">
        <bdi>{key}</bdi>
      </span>{' '}
      <bdi className="font-medium">{moreThan === null ? revealBidi(value) : largerWords(moreThan)}</bdi>
    </>
  );
}

/** Shut, it is to be looked at: a bar, a mark, how many times as often. Open, it is to be checked. */
function Row({
  name,
  compared,
  own,
  healthy,
  timing,
  links,
  children,
}: {
  name: ReactNode;
  compared: Compared;
  own: string;
  healthy: string;
  timing?: string;
  links: ReactNode;
  children?: ReactNode;
}) {
  const { occurrences, occurrencesOf, healthy: some, healthyOf, lift, q, test } = compared;
  const share = shareText(occurrences, occurrencesOf);
  const healthyShare = shareText(some, healthyOf);
  return (
    <li className="min-w-0 border-b border-line last:border-0">
      <details className="group">
        <summary className="grid cursor-pointer grid-cols-[1rem_minmax(0,1fr)_8.5rem] items-center gap-x-2 gap-y-1 px-3 py-2.5 hover:bg-hover">
          <ChevronRight
            aria-hidden
            className="size-4 text-ink-faint transition-transform group-open:rotate-90"
          />
          <span className="line-clamp-2 text-sm [overflow-wrap:anywhere] group-open:line-clamp-none">
            {name}
          </span>
          <span className="text-right text-sm font-semibold whitespace-nowrap tabular-nums">
            {liftMark(lift)}
          </span>
          <span className="col-start-2 min-w-0">
            <TwoShares own={occurrences / occurrencesOf} healthy={some / healthyOf} />
          </span>
          <span className="text-right text-xs whitespace-nowrap text-ink-soft tabular-nums">
            {share} <span className="text-ink-faint">against {healthyShare}</span>
          </span>
          {timing && <span className="col-span-2 col-start-2 text-xs text-ink-faint">Comes {timing}.</span>}
        </summary>
        <div className="flex flex-col gap-1 border-t border-line bg-sunken px-3 py-2 pl-9 text-xs text-ink-soft">
          <p>
            <b className="font-semibold text-ink">{share}</b> of {own}
          </p>
          <p>
            <b className="font-semibold text-ink">{healthyShare}</b> of {healthy}
          </p>
          <p>
            <b className="font-semibold text-ink">{liftText(lift)}</b>, {qText(q)},{' '}
            <span className="whitespace-nowrap">{TEST_NAMES[test]}</span>
          </p>
          {children}
          <p className="flex flex-wrap gap-x-4">{links}</p>
        </div>
      </details>
    </li>
  );
}

/** The bar is the share among occurrences, the mark that among healthy traffic: as in the distributions beside it. */
function TwoShares({ own, healthy }: { own: number; healthy: number }) {
  return (
    <span
      aria-hidden
      className="relative block h-2 overflow-hidden rounded-full bg-sunken ring-1 ring-line ring-inset"
    >
      <span className="absolute inset-y-0 left-0 bg-bar-strong" style={{ width: `${own * 100}%` }} />
      <span
        className="absolute inset-y-0 w-1 bg-ink ring-1 ring-surface"
        style={{ left: `${Math.min(99, healthy * 100)}%` }}
      />
    </span>
  );
}

const LINK = 'text-accent hover:underline pointer-coarse:py-2';

/** A filter that no search can say has no link. */
function LogsLink({ term, place: { project, found } }: { term: string | null; place: Place }) {
  if (term === null) return null;
  return (
    <Link to="/logs" search={{ project, query: term, from: found.from, to: found.to }} className={LINK}>
      Lines
    </Link>
  );
}

function EventLinks({ name, value, place }: { name: string; value: string; place: Place }) {
  const term = tagTermText(name, value);
  return (
    <>
      <Link
        to="/issues/$issueId/{-$tab}"
        params={{ issueId: place.issueId, tab: 'occurrences' }}
        search={{ query: term }}
        className={LINK}
      >
        Occurrences
      </Link>
      <Link to="/issues" search={{ project: place.project, query: term }} className={LINK}>
        Issues
      </Link>
    </>
  );
}
