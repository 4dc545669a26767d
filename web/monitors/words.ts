/** The words and colours of monitors. The word carries the meaning, the colour only repeats it. */
import type { CheckInStatus, MonitorSchedule, MonitorState } from '#contract/monitors.ts';
import type { Tone } from '#web/ui/badge.tsx';

export const STATES: Readonly<Record<MonitorState, { word: string; tone: Tone; says: string }>> = {
  ok: { word: 'OK', tone: 'good', says: 'The last check-ins were well' },
  late: { word: 'Late', tone: 'warn', says: 'The next check-in should be there, and may still come' },
  error: { word: 'Failing', tone: 'danger', says: 'The job said that it failed' },
  missed: { word: 'Missed', tone: 'danger', says: 'The job did not check in when it was expected' },
  timeout: { word: 'Timed out', tone: 'danger', says: 'The job ran for longer than it may' },
  waiting: { word: 'Waiting', tone: 'neutral', says: 'No check-in has ended yet' },
  paused: { word: 'Paused', tone: 'neutral', says: 'Nothing is expected of it' },
};

/** The worst last. */
export const CHECK_INS: readonly { status: CheckInStatus; word: string; tone: Tone; fill: string }[] = [
  { status: 'ok', word: 'OK', tone: 'good', fill: 'fill-good' },
  { status: 'in_progress', word: 'In progress', tone: 'info', fill: 'fill-level-info' },
  { status: 'unknown', word: 'Unknown', tone: 'neutral', fill: 'fill-bar' },
  { status: 'late', word: 'Late', tone: 'warn', fill: 'fill-level-warning' },
  { status: 'missed', word: 'Missed', tone: 'danger', fill: 'fill-series-2' },
  { status: 'timeout', word: 'Timed out', tone: 'danger', fill: 'fill-level-fatal' },
  { status: 'error', word: 'Failed', tone: 'danger', fill: 'fill-level-error' },
];

export const checkInLook = (status: CheckInStatus) =>
  CHECK_INS.find((look) => look.status === status) ?? CHECK_INS[0]!;

/** `every 10 minutes`, `every hour`; a crontab line is itself. */
export function scheduleWords(schedule: MonitorSchedule): string {
  if (schedule.type === 'crontab') return schedule.value;
  const { value, unit } = schedule;
  return value === 1 ? `every ${unit}` : `every ${value} ${unit}s`;
}

/** `250 ms`, `4.2 s`, `3 min 5 s`, `2 h 10 min`. */
export function runtimeWords(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 3_600) return parts(Math.floor(seconds / 60), 'min', seconds % 60, 's');
  const minutes = Math.round(seconds / 60);
  return parts(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
}

const parts = (large: number, unit: string, small: number, smallUnit: string) =>
  small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${smallUnit}`;

/** Minutes in the largest unit that has none left over. */
export const minutesWords = (minutes: number) => runtimeWords(minutes * 60_000);
