/** The impact of an issue in words: each part of the score a person can check against the page. */
import type { ActiveUsers, ImpactPart, ImpactScore } from '#contract/impact.ts';
import { compactNumber, counted, fullNumber } from '#web/ui/number.ts';

/** What a part of the score is made of, and what it says here. */
export function partWords({ name, value, points }: ImpactPart): { what: string; why: string } {
  switch (name) {
    case 'users':
      return {
        what: 'Users',
        why: value ? `${counted(value, 'user')} hit since the beginning` : 'no event names a user',
      };
    case 'project':
      return {
        what: 'Of how many',
        why:
          value === null
            ? 'how many users are active is not known'
            : `${counted(value, 'user')} of the project active in the last 24 hours`,
      };
    case 'pace':
      return { what: 'Pace', why: `${paceWords(value ?? 0)} since it began` };
    case 'unhandled':
      return { what: 'Uncaught', why: value ? 'nothing caught it' : 'the program caught it' };
    case 'priority':
      return { what: 'Priority', why: points >= 10 ? 'high' : points > 0 ? 'medium' : 'low' };
    case 'quiet':
      return { what: 'Quiet', why: quietWords(value ?? 0) };
  }
}

const paceWords = (events: number) =>
  events < 1 ? 'less than one event a day' : counted(Math.round(events), 'event a day', 'events a day');

function quietWords(days: number): string {
  if (days < 1 / 24) return 'happened within the hour';
  if (days < 1) return `last event ${counted(Math.round(days * 24), 'hour')} ago`;
  return `last event ${counted(Math.round(days), 'day')} ago`;
}

export const scoreText = ({ score }: ImpactScore) => String(Math.max(0, Math.round(score)));

/** `+12`, `−3`, `0`. */
export function pointsText(points: number): string {
  const rounded = Math.round(points);
  return rounded === 0 ? '0' : `${rounded > 0 ? '+' : '−'}${Math.abs(rounded)}`;
}

/** The whole reckoning, a line for each part: what one reads by pointing at the number. */
export const scoreTitle = (impact: ImpactScore) =>
  [
    `Impact ${scoreText(impact)}`,
    ...impact.parts.map((part) => {
      const { what, why } = partWords(part);
      return `${pointsText(part.points)}  ${what}: ${why}`;
    }),
  ].join('\n');

/** A share with one digit more than usual where it is small: `3.1 %`. */
export function finePercent(part: number, whole: number): string {
  const share = whole > 0 ? Math.min(1, part / whole) * 100 : 0;
  if (share === 0 || share === 100) return `${share} %`;
  if (share < 0.1) return '<0.1 %';
  return share < 10 ? `${share.toFixed(1)} %` : `${Math.min(99, Math.round(share))} %`;
}

/** What the number of active users rests on. */
export const ACTIVE_FROM: Record<ActiveUsers['from'], string> = {
  sessions: 'counted by their sessions',
  records: 'counted by the errors and log records that name them',
  events: 'counted by the errors that name them alone: there are too many log records to be read in time',
};

/** `+40 %`, `−12 %`, `new`; empty where there was nothing and is nothing. */
export function changeText({ now, before }: { now: number; before: number }): string {
  if (before === 0) return now === 0 ? '' : 'none before';
  const change = Math.round(((now - before) / before) * 100);
  if (change === 0) return 'as before';
  return change > 999
    ? `${compactNumber(now / before)} times as many`
    : `${change > 0 ? '+' : '−'}${Math.abs(change)} %`;
}

export const beforeTitle = ({ before }: { before: number }, span: string) =>
  `${fullNumber(before)} in the ${span} before`;
