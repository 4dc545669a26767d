/**
 * When a job is expected: a crontab line in a time zone, or every so often. Pure arithmetic over croner, which is
 * right across the changes of summer time. Times are milliseconds since 1970.
 */

import { Cron } from 'croner';
import { isTimeZone } from '#server/platform/time-zone.ts';

export const INTERVAL_UNITS = ['minute', 'hour', 'day', 'week', 'month', 'year'] as const;
export type IntervalUnit = (typeof INTERVAL_UNITS)[number];

export type MonitorSchedule =
  | { type: 'crontab'; value: string; timezone: string }
  | { type: 'interval'; value: number; unit: IntervalUnit };

/** Characters of a crontab line. The longest lists of minutes and hours stay below. */
const CRONTAB_CHARS_MAX = 200;
/** What five fields are made of; croner would take a date as well, which is no schedule. */
const CRONTAB = /^(?:@[a-z]+|[\d*,/?#A-Za-z-]+(?:\s+[\d*,/?#A-Za-z-]+){4})$/;
/** An interval of a thousand years is a mistake, and no date. */
const INTERVAL_MAX = 10_000;
const MINUTE_MS = 60_000;

/** What is wrong with a crontab line in a time zone, as a sentence for the person who wrote it; null: nothing. */
export function problemOfCrontab(value: string, timezone: string): string | null {
  const line = value.trim();
  if (line.length > CRONTAB_CHARS_MAX)
    return `the crontab line is longer than ${CRONTAB_CHARS_MAX} characters`;
  if (/^H[\s(/]/.test(line)) return 'H is known to Jenkins alone; write the minute, or an interval';
  if (!CRONTAB.test(line)) return `"${line}" is not a crontab line of five fields, such as "0 3 * * *"`;
  if (!isTimeZone(timezone)) return `"${timezone.slice(0, 60)}" is no time zone, such as "Europe/Berlin"`;
  try {
    if (cron(line, timezone).nextRun() === null) return `"${line}" never comes`;
    return null;
  } catch (error) {
    return `"${line}" is not a crontab line: ${(error as Error).message.replace(/^CronPattern: /, '')}`;
  }
}

export function problemOfInterval(value: number): string | null {
  return Number.isInteger(value) && value >= 1 && value <= INTERVAL_MAX
    ? null
    : `an interval is 1 to ${INTERVAL_MAX} of its unit`;
}

/** The first time after `after` at which the job is expected; `last` is its last start. Null: never again. */
export function nextExpected(schedule: MonitorSchedule, after: number, last: number): number | null {
  if (schedule.type === 'crontab')
    return cron(schedule.value, schedule.timezone).nextRun(new Date(after))?.getTime() ?? null;
  const { value, unit } = schedule;
  // In one step to the last one before, however long ago the last start was.
  const size = roughMs(schedule);
  const passed = Math.max(0, Math.floor((after - last) / size) - 1);
  let next = add(last, passed * value, unit);
  while (next <= after) next = add(next, value, unit);
  return next;
}

/** The newest time at or before `before` at which it was expected; null when none can be told. */
export function lastExpected(schedule: MonitorSchedule, before: number, last: number): number | null {
  if (schedule.type === 'crontab') {
    // The run at the very moment counts: croner's are strictly before.
    const [run] = cron(schedule.value, schedule.timezone).previousRuns(1, new Date(before + 1_000));
    return run && run.getTime() <= before ? run.getTime() : null;
  }
  const next = add(last, schedule.value, schedule.unit);
  return next <= before ? next : null;
}

function cron(line: string, timezone: string): Cron {
  return new Cron(line.trim(), { timezone, paused: true, mode: '5-part' });
}

const UNIT_MS: Readonly<Record<IntervalUnit, number>> = {
  minute: MINUTE_MS,
  hour: 60 * MINUTE_MS,
  day: 24 * 60 * MINUTE_MS,
  week: 7 * 24 * 60 * MINUTE_MS,
  // Never more than the longest: a step too short is made up for, one too long would skip.
  month: 31 * 24 * 60 * MINUTE_MS,
  year: 366 * 24 * 60 * MINUTE_MS,
};

const roughMs = ({ value, unit }: Extract<MonitorSchedule, { type: 'interval' }>) => value * UNIT_MS[unit];

/** Months and years are those of the calendar, in UTC; the 31st becomes the last of a shorter month. */
function add(at: number, count: number, unit: IntervalUnit): number {
  if (unit !== 'month' && unit !== 'year') return at + count * UNIT_MS[unit];
  const date = new Date(at);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + count * (unit === 'year' ? 12 : 1));
  const days = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, days));
  return date.getTime();
}
