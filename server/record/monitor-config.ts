/**
 * What a monitor is told to expect: the `monitor_config` of a check-in, and what people set. Kept as the JSON of
 * Sentry's protocol, read here with its defaults and bounds.
 * Source: https://develop.sentry.dev/sdk/telemetry/check-ins/#monitor-upsert-support.
 */
import {
  INTERVAL_UNITS,
  type IntervalUnit,
  type MonitorSchedule,
  problemOfCrontab,
  problemOfInterval,
} from './monitor-schedule.ts';

export interface MonitorConfig {
  /** Null: nothing is expected, and nothing can be missed. */
  schedule: MonitorSchedule | null;
  /** Minutes after the expected time until a check-in is missed. */
  marginMinutes: number;
  /** Minutes that a run may take. */
  maxRuntimeMinutes: number;
  /** Check-ins that must fail one after the other before there is an issue, and be well before it is resolved. */
  failureThreshold: number;
  recoveryThreshold: number;
  /** Sentences on what of it could not be used. */
  problems: string[];
}

/** The protocol's defaults. */
const MARGIN_MINUTES = 1;
const MAX_RUNTIME_MINUTES = 30;
const THRESHOLD = 1;

/** Minutes: 40 days, which is longer than a month's job may be late or run. */
const MINUTES_MAX = 40 * 24 * 60;
const THRESHOLD_MAX = 720;
/** Keys of the JSON that are kept; what else is sent is not ours to know. */
const KEYS = [
  'schedule',
  'checkin_margin',
  'max_runtime',
  'timezone',
  'failure_issue_threshold',
  'recovery_threshold',
] as const;

type Json = Record<string, unknown>;

/** What is known, changed by what is sent: a key that is not sent stays as somebody set it. Both are JSON texts. */
export function mergeMonitorConfig(known: string, sent: string): string {
  const merged: Json = {};
  for (const source of [readJson(known), readJson(sent)])
    for (const key of KEYS) if (source[key] !== undefined && source[key] !== null) merged[key] = source[key];
  return JSON.stringify(merged);
}

export function readMonitorConfig(text: string): MonitorConfig {
  const json = readJson(text);
  const problems: string[] = [];
  const number = (key: (typeof KEYS)[number], otherwise: number, min: number, max: number) => {
    const value = json[key];
    if (value === undefined || value === null) return otherwise;
    if (typeof value === 'number' && value >= min && value <= max) return Math.round(value);
    problems.push(`${key} is not a number from ${min} to ${max}`);
    return otherwise;
  };
  return {
    schedule: readSchedule(json, problems),
    marginMinutes: number('checkin_margin', MARGIN_MINUTES, 0, MINUTES_MAX) || MARGIN_MINUTES,
    maxRuntimeMinutes: number('max_runtime', MAX_RUNTIME_MINUTES, 0, MINUTES_MAX) || MAX_RUNTIME_MINUTES,
    failureThreshold: number('failure_issue_threshold', THRESHOLD, 0, THRESHOLD_MAX) || THRESHOLD,
    recoveryThreshold: number('recovery_threshold', THRESHOLD, 0, THRESHOLD_MAX) || THRESHOLD,
    problems,
  };
}

function readSchedule(json: Json, problems: string[]): MonitorSchedule | null {
  const { schedule } = json;
  if (schedule === undefined || schedule === null) return null;
  const refuse = (problem: string) => {
    problems.push(problem);
    return null;
  };
  if (!isRecord(schedule)) return refuse('schedule is not an object');
  const { type, value, unit } = schedule;
  if (type === 'crontab') {
    const timezone = typeof json.timezone === 'string' && json.timezone !== '' ? json.timezone : 'UTC';
    if (typeof value !== 'string') return refuse('schedule.value is not a crontab line');
    const problem = problemOfCrontab(value, timezone);
    return problem ? refuse(problem) : { type, value: value.trim(), timezone };
  }
  if (type !== 'interval') return refuse('schedule.type is neither crontab nor interval');
  const isUnit = INTERVAL_UNITS.includes(unit as IntervalUnit);
  if (!isUnit) return refuse(`schedule.unit is none of ${INTERVAL_UNITS.join(', ')}`);
  const problem = problemOfInterval(typeof value === 'number' ? value : Number.NaN);
  return problem ? refuse(problem) : { type, value: value as number, unit: unit as IntervalUnit };
}

/** JSON of ours or of a sender; what is no object is empty. */
function readJson(text: string): Json {
  try {
    const json: unknown = JSON.parse(text);
    return isRecord(json) ? json : {};
  } catch {
    return {};
  }
}

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
