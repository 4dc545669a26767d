/** What the entries of an issue's history say of resolving, archiving and coming back: from their data, as sentences. */
import { countWords, shortCommit } from '#web/issues/workflow/change-words.ts';
import { counted, fullNumber } from '#web/ui/number.ts';
import { absoluteTime } from '#web/ui/time.ts';

type Data = Record<string, unknown>;

const text = (value: unknown) => (typeof value === 'string' ? value : '');
const number = (value: unknown) => (typeof value === 'number' ? value : null);
const moreWords = (data: Data) =>
  countWords({
    until: data.until,
    count: number(data.count) ?? 0,
    windowMinutes: number(data.windowMinutes),
  });
const ofRepository = (data: Data) => (text(data.repository) ? ` of ${text(data.repository)}` : '');

export function resolvedSentence(who: string, data: Data): string {
  const quietDays = number(data.quietDays);
  if (quietDays !== null) return `Resolved by itself: ${counted(quietDays, 'day')} without an event`;
  const release = text(data.release) || text(data.inRelease);
  const commit = shortCommit(text(data.commit));
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
      return `${who} archived it until ${absoluteTime(text(data.at))}`;
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
