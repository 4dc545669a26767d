/** Whether people are told at this time: days and hours of a time zone, over midnight too. Pure. */
import type { AlertSchedule } from '#contract/alerts.ts';

export function isWithinHours(schedule: AlertSchedule | null, now: number): boolean {
  if (schedule === null) return true;
  const { day, time } = clockOf(schedule.timeZone, now);
  const isOn = (weekday: number) => schedule.days.includes((weekday + 7) % 7);
  const { from, to } = schedule;
  if (from < to) return isOn(day) && time >= from && time < to;
  // Over midnight: what began on the day before goes on.
  return (isOn(day) && time >= from) || (isOn(day - 1) && time < to);
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

function clockOf(timeZone: string, now: number): { day: number; time: string } {
  const parts = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  }).formatToParts(now);
  const part = (type: string) => parts.find((one) => one.type === type)!.value;
  return { day: DAYS.indexOf(part('weekday')), time: `${part('hour')}:${part('minute')}` };
}
