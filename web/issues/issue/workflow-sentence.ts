/** What the entries of an issue's history say of resolving, archiving and coming back: from their data, as sentences. */
import { counted, fullNumber } from '#web/ui/number.ts';

type Data = Record<string, unknown>;

const text = (value: unknown) => (typeof value === 'string' ? value : '');
const number = (value: unknown) => (typeof value === 'number' ? value : null);
/** As people name a commit of git. */
const short = (sha: string) => (/^[0-9a-f]{40}$/.test(sha) ? sha.slice(0, 10) : sha);
const ofRepository = (data: Data) => (text(data.repository) ? ` of ${text(data.repository)}` : '');

export function resolvedSentence(who: string, data: Data): string {
  const quietDays = number(data.quietDays);
  if (quietDays !== null) return `Resolved by itself: ${counted(quietDays, 'day')} without an event`;
  const release = text(data.release) || text(data.inRelease);
  const commit = short(text(data.commit));
  if (data.waited) return `Release ${release} has the commit ${commit}: resolved in it`;
  if (data.fixes)
    return `${who} resolved it in release ${release}, by the commit ${commit}${ofRepository(data)}`;
  if (release) return `${who} resolved it in release ${release}`;
  if (data.nextRelease)
    return `${who} resolved it in the next release${text(data.after) ? ` after ${text(data.after)}` : ''}`;
  if (commit) return `${who} resolved it in the commit ${commit}${ofRepository(data)}`;
  return `${who} resolved it`;
}

export function archivedSentence(who: string, data: Data): string {
  switch (data.until) {
    case 'time':
      return `${who} archived it until ${new Date(text(data.at)).toLocaleString()}`;
    case 'events':
    case 'users':
      return `${who} archived it until ${moreWords(data)}`;
    case 'escalating':
      return `${who} archived it until it escalates`;
    default:
      return `${who} archived it`;
  }
}

export function returnedSentence(data: Data): string {
  if (data.until === 'time') return 'Back: the time it was archived for is over';
  return `Back: it was archived until ${moreWords(data)}`;
}

export function escalatedSentence(data: Data): string {
  const [events, usual] = [number(data.events) ?? 0, number(data.usual) ?? 0];
  const before = usual === 0 ? 'none in any hour of the week before' : `usually at most ${fullNumber(usual)}`;
  return `Escalating: ${counted(events, 'event')} in the last hour, ${before}`;
}

export function regressedSentence(data: Data): string {
  const release = text(data.release);
  const fixedIn = text(data.resolvedRelease);
  const where = release ? ` in release ${release}` : '';
  if (data.resolvedIn === 'release') return `Came back${where}, after it was resolved in ${fixedIn}`;
  if (data.resolvedIn === 'next_release')
    return `Came back${where}, after it was resolved in the next release${fixedIn ? ` after ${fixedIn}` : ''}`;
  return `Came back after it was resolved${where}`;
}

export function undoneSentence(who: string, data: Data): string {
  const what: Record<string, string> = {
    resolved: 'resolving it',
    archived: 'archiving it',
    reopened: 'bringing it back to unresolved',
    prioritized: 'the change of its priority',
  };
  return `${who} took back ${what[text(data.what)] ?? 'a change'}`;
}

/** "10 more events", "100 events happen within 60 minutes". */
function moreWords(data: Data): string {
  const count = number(data.count) ?? 0;
  const minutes = number(data.windowMinutes);
  const noun = data.until === 'users' ? 'user' : 'event';
  if (minutes === null)
    return noun === 'user'
      ? `${counted(count, 'more user')} met it`
      : `it happened ${counted(count, 'more time')}`;
  return noun === 'user'
    ? `it hit ${counted(count, 'user')} within ${spanWords(minutes)}`
    : `it happened ${counted(count, 'time')} within ${spanWords(minutes)}`;
}

export function spanWords(minutes: number): string {
  if (minutes % 10_080 === 0) return counted(minutes / 10_080, 'week');
  if (minutes % 1_440 === 0) return counted(minutes / 1_440, 'day');
  if (minutes % 60 === 0) return counted(minutes / 60, 'hour');
  return counted(minutes, 'minute');
}
