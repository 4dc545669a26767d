/** What was different in words: no more than was counted and tested. */
import type {
  Compared,
  FoundDifference,
  IssueDifferences,
  NotTold,
  UnitKind,
} from '#contract/differences.ts';
import { finePercent } from '#web/issues/impact-words.ts';
import { filterText } from '#web/log-filters.ts';
import { counted, fullNumber } from '#web/ui/number.ts';

export const TEST_NAMES: Record<Compared['test'], string> = { fisher: "Fisher's exact test", g: 'G-test' };

const UNIT_NAMES: Record<UnitKind, readonly [one: string, many: string]> = {
  trace: ['trace', 'traces'],
  request: ['request', 'requests'],
  session: ['5 minutes of a session', 'times 5 minutes of sessions'],
  user: ['5 minutes of a user', 'times 5 minutes of users'],
  host: ['half a minute of a host', 'half minutes of hosts'],
  service: ['half a minute of a service', 'half minutes of services'],
};

export const unitsText = (value: number, unit: UnitKind) => counted(value, ...UNIT_NAMES[unit]);

/** What healthy is, in the words of a row: `500 healthy traces`. */
export function healthyText({ source, healthyOf }: FoundDifference, unit: UnitKind): string {
  if (source === 'sessions') return counted(healthyOf, 'healthy session');
  if (source === 'events') return `${counted(healthyOf, 'occurrence')} of other issues`;
  const [one, many] = UNIT_NAMES[unit];
  return `${fullNumber(healthyOf)} healthy ${healthyOf === 1 ? one : many}`;
}

export function ownText({ source, occurrencesOf }: FoundDifference, unit: UnitKind): string {
  if (source !== 'logs') return counted(occurrencesOf, 'occurrence');
  return `${unitsText(occurrencesOf, unit)} with it`;
}

/** `33 times as often`; a share of nothing has no such number. */
export function liftText(lift: number | null): string {
  if (lift === null) return 'never in the others';
  return `${lift >= 9.95 ? fullNumber(Math.round(lift)) : lift.toFixed(1)} times as often`;
}

/** The same where one only looks: `33×`. */
export const liftMark = (lift: number | null): string =>
  lift === null ? 'only here' : `${lift >= 9.95 ? fullNumber(Math.round(lift)) : lift.toFixed(1)}×`;

/** Every digit of it: a bound that is rounded would not be the one that was counted with. */
export const largerWords = (bound: number) =>
  `more than ${bound.toLocaleString('en-US', { maximumSignificantDigits: 15 })}`;

/** A term of the search of logs that finds larger numbers; null for what it cannot say. */
export function largerTerm(key: string, bound: number): string | null {
  const filter = filterText(key, '0');
  return filter === null || /e/.test(String(bound)) ? null : `${filter.slice(0, -1)}>${bound}`;
}

export const qText = (q: number) => (q < 0.001 ? 'q < 0.001' : `q = ${q.toFixed(3)}`);

export const shareText = (some: number, of: number) => finePercent(some, of);

/** When a pattern comes, as it was seen: what came after cannot have been the cause. */
export function timingText({ before, leadMs, occurrences }: FoundDifference): string {
  if (before === null) return '';
  if (before === 0 || leadMs === null) return 'never before it: with it or after';
  const lead = leadText(leadMs);
  if (before === occurrences) return `always before it: by ${lead} (median)`;
  return `before it in ${fullNumber(before)} of ${fullNumber(occurrences)}: by ${lead} (median)`;
}

function leadText(ms: number): string {
  if (ms < 1_000) return `${Math.max(1, Math.round(ms))} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  return `${Math.round(ms / 60_000)} min`;
}

const PARTS: Record<NotTold['what'], string> = {
  logs: 'Log records',
  events: 'Tags',
  sessions: 'Sessions',
  leading: 'The seconds before',
};

/** Why one part of the answer is missing. */
export function notToldText({ what, why, have, need }: NotTold): string {
  const part = PARTS[what];
  switch (why) {
    case 'few-occurrences':
      return `${part}: too few to tell. There ${have === 1 ? 'is' : 'are'} ${counted(have, 'occurrence')} to compare, ${need} are needed.`;
    case 'few-healthy':
      return what === 'events'
        ? `${part}: too few to tell. Other issues have ${counted(have, 'occurrence')} in this time, ${need} are needed.`
        : `${part}: too few to tell. There ${have === 1 ? 'is' : 'are'} ${fullNumber(have)} without the issue to compare with, ${need} are needed.`;
    case 'no-link':
      return `${part}: none shares a trace, request, session, user, host or service with an occurrence.`;
    case 'no-transaction':
      return `${part}: no occurrence names its transaction. Compare with the service instead.`;
    case 'time':
      return `${part}: left out, for it took more time or memory than one answer has. Choose a shorter time.`;
  }
}

/** What was compared with what, in a sentence each. */
export function basisTexts(found: IssueDifferences): string[] {
  const { events, traffic, others, sessions, leadingSpans, readShare, tested } = found;
  const texts: string[] = [];
  texts.push(
    events.lookedAt < events.all
      ? `The newest ${fullNumber(events.lookedAt)} of ${counted(events.all, 'event')} were looked at, and the time since the oldest of them.`
      : `${events.all === 1 ? 'The one event' : `All ${counted(events.all, 'event')}`} of this time ${events.all === 1 ? 'was' : 'were'} looked at.`,
  );
  if (traffic) {
    const where =
      traffic.transactions.length > 0
        ? ` that do ${traffic.transactions.slice(0, 3).join(', ')}`
        : traffic.service
          ? ` with lines of ${traffic.service}`
          : '';
    texts.push(
      `Log records: ${unitsText(traffic.occurrences, traffic.unit)} with ${counted(traffic.linked, 'event')} of the issue against ${unitsText(traffic.healthy, traffic.unit)}${where} and without it${traffic.drawn ? ', drawn from more' : ''}. Each counts once, however many lines it has.`,
    );
    if (readShare < 1)
      texts.push(
        `There are too many log records to read them all: healthy ones are from ${finePercent(readShare, 1)} of them, spread over the time.`,
      );
  }
  if (others && others.others > 0)
    texts.push(
      `Tags: ${counted(others.occurrences, 'occurrence')} against ${fullNumber(others.others)} of ${counted(others.issues, 'other issue')}; what one trace, request or person ran into is one.`,
    );
  if (sessions)
    texts.push(`Releases and environments: ${counted(sessions.healthy, 'session')} without an error.`);
  if (leadingSpans)
    texts.push(
      `The seconds before: ${leadingSpans.seconds} s before ${counted(leadingSpans.before, 'occurrence')} against ${fullNumber(leadingSpans.others)} as long, minutes earlier.`,
    );
  texts.push(
    `${counted(tested, 'comparison')} ${tested === 1 ? 'was' : 'were'} made. Told is what is at least ${found.liftMin} times as frequent with q of ${found.qMax} at most: of a hundred such rows one may be chance. More frequent does not mean the cause.`,
  );
  return texts;
}
