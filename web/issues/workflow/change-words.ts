/** Changes of issues, and how an issue stands, in words: what toasts, menus and notes say. Pure. */
import type { Issue, IssueUpdate } from '#contract/issues.ts';
import type { ArchiveUntil, ResolveIn } from '#contract/workflow.ts';
import { counted, fullNumber } from '#web/ui/number.ts';
import { absoluteTime } from '#web/ui/time.ts';

/** What a change did to what is named: "Resolved SHOP-12 in the next release". */
export function doneWords({ status, resolve, archive, priority }: IssueUpdate, what: string): string {
  switch (status) {
    case 'resolved':
      return `Resolved ${what}${inWords(resolve)}`;
    case 'archived':
      return `Archived ${what} ${untilWords(archive ?? { until: 'forever' })}`;
    case 'unresolved':
      return `Back to unresolved: ${what}`;
    default:
      return `Priority of ${what} is ${priority}`;
  }
}

function inWords(resolve: ResolveIn | undefined): string {
  switch (resolve?.in) {
    case 'currentRelease':
      return ' in the current release';
    case 'nextRelease':
      return ' in the next release';
    case 'release':
      return ` in ${resolve.release}`;
    case 'commit':
      return ` in the commit ${shortCommit(resolve.commit)}`;
    default:
      return '';
  }
}

export function untilWords(wanted: ArchiveUntil): string {
  switch (wanted.until) {
    case 'forever':
      return 'for ever';
    case 'escalating':
      return 'until it escalates';
    case 'time':
      return `for ${spanWords(wanted.minutes)}`;
    case 'events':
    case 'users':
      return `until ${countWords(wanted)}`;
  }
}

/** "it happened 10 more times", "it hit 5 users within 1 hour". */
export function countWords({
  until,
  count,
  windowMinutes,
}: {
  until: unknown;
  count: number;
  windowMinutes?: number | null | undefined;
}): string {
  const more = windowMinutes ? '' : 'more ';
  const within = windowMinutes ? ` within ${spanWords(windowMinutes)}` : '';
  return until === 'users'
    ? `it hits ${counted(count, `${more}user`)}${within}`
    : `it happens ${counted(count, `${more}time`)}${within}`;
}

export function spanWords(minutes: number): string {
  if (minutes % 10_080 === 0) return counted(minutes / 10_080, 'week');
  if (minutes % 1_440 === 0) return counted(minutes / 1_440, 'day');
  if (minutes % 60 === 0) return counted(minutes / 60, 'hour');
  return counted(minutes, 'minute');
}

/** As people name a commit of git. */
export const shortCommit = (sha: string) => (/^[0-9a-f]{40}$/.test(sha) ? sha.slice(0, 10) : sha);

/** What an issue waits for; null: nothing that its badge does not say. */
export function standingWords({
  resolution,
  archival,
}: Pick<Issue, 'resolution' | 'archival'>): string | null {
  if (resolution)
    switch (resolution.in) {
      case 'release':
        return `In release ${resolution.release}. Events of older releases stay quiet.`;
      case 'nextRelease':
        return resolution.release
          ? `In the next release: one that is newer than ${resolution.release} brings it back.`
          : 'In the next release: the first that an event names brings it back.';
      case 'commit':
        return `In the commit ${shortCommit(resolution.commit)} of ${resolution.repository}, which no release has yet.`;
      default:
        return null;
    }
  switch (archival?.until) {
    case 'time':
      return `Until ${absoluteTime(archival.at!)}.`;
    case 'events':
    case 'users': {
      const sofar = archival.seen === null ? '' : ` (${fullNumber(archival.seen)} so far)`;
      return `Until ${countWords({ ...archival, count: archival.count! })}${sofar}.`;
    }
    case 'escalating':
      return 'Until it happens far more often than usual.';
    default:
      return null;
  }
}
