/** One thing that occurrences have more often: a bar for each side, the counts, and how sure it is. */
import { Link } from '@tanstack/react-router';
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
import { cx } from '#web/ui/cx.ts';
import { fullNumber } from '#web/ui/number.ts';
import { revealBidi } from '#web/ui/reveal-bidi.ts';
import {
  healthyText,
  largerTerm,
  largerWords,
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
  const timing = timingText(difference);
  return (
    <Row
      name={<Name of={difference} />}
      compared={difference}
      own={ownText(difference, unit)}
      healthy={healthyText(difference, unit)}
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
      {timing && <p>Comes {timing}.</p>}
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

function Row({
  name,
  compared,
  own,
  healthy,
  links,
  children,
}: {
  name: ReactNode;
  compared: Compared;
  own: string;
  healthy: string;
  links: ReactNode;
  children?: ReactNode;
}) {
  const { occurrences, occurrencesOf, healthy: some, healthyOf, lift, q, test } = compared;
  return (
    <li className="flex min-w-0 flex-col gap-1.5 border-b border-line px-4 py-3 last:border-0">
      <div className="flex min-w-0 flex-wrap items-baseline gap-x-4 gap-y-1">
        <p className="min-w-0 flex-1 basis-64 text-sm [overflow-wrap:anywhere]">{name}</p>
        <p className="flex shrink-0 flex-wrap gap-x-4 text-xs">{links}</p>
      </div>
      <div className="grid gap-x-6 gap-y-1.5 text-xs sm:grid-cols-2">
        <Side
          share={shareText(occurrences, occurrencesOf)}
          of={own}
          part={occurrences / occurrencesOf}
          isOwn
        />
        <Side share={shareText(some, healthyOf)} of={healthy} part={some / healthyOf} />
      </div>
      <div className="flex flex-col gap-0.5 text-xs text-ink-soft">
        <p>
          <b className="font-semibold text-ink">{liftText(lift)}</b>, {qText(q)},{' '}
          <span className="whitespace-nowrap">{TEST_NAMES[test]}</span>
        </p>
        {children}
      </div>
    </li>
  );
}

function Side({ share, of, part, isOwn }: { share: string; of: string; part: number; isOwn?: boolean }) {
  return (
    <div className="min-w-0">
      <p className="flex items-baseline gap-1.5">
        <b className="font-semibold tabular-nums">{share}</b>
        <span className="min-w-0 truncate text-ink-soft">of {of}</span>
      </p>
      <div
        aria-hidden
        className="mt-0.5 h-1.5 overflow-hidden rounded-full bg-sunken ring-1 ring-line ring-inset"
      >
        <div
          className={cx('h-full rounded-full', isOwn ? 'bg-bar-strong' : 'bg-bar')}
          style={{ width: `${part > 0 ? Math.max(0.6, part * 100) : 0}%` }}
        />
      </div>
    </div>
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
