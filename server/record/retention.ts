/**
 * How long what is kept: days per project and kind, and for log records per group of levels. Settings of a project say
 * null where they leave it to the program; a policy has them resolved, which is what the store enforces.
 */

/** Log records live by how much they are missed: `info` holds warnings too, and records that say no level. */
export const LEVEL_GROUPS = ['debug', 'info', 'error'] as const;
export type LevelGroup = (typeof LEVEL_GROUPS)[number];

/** As a project's settings have it. Null: as long as the program keeps things, or as `logDays` says for a group. */
export interface RetentionSettings {
  eventDays: number | null;
  spanDays: number | null;
  logDays: number | null;
  /** `debug` is trace and debug, `error` is error and fatal; the rest is `logDays`. */
  debugLogDays: number | null;
  errorLogDays: number | null;
}

export const NO_RETENTION_SETTINGS: RetentionSettings = {
  eventDays: null,
  spanDays: null,
  logDays: null,
  debugLogDays: null,
  errorLogDays: null,
};

/** Resolved days of one project. */
export interface ProjectRetention {
  project: number;
  eventDays: number;
  spanDays: number;
  logDays: Record<LevelGroup, number>;
}

export interface RetentionPolicy {
  /** For rows of no project, and the longest that any may have. */
  defaultDays: number;
  /** Every project there is. */
  projects: readonly ProjectRetention[];
}

/** No more than the program keeps, also when that was longer at the time of the setting. */
export function resolveRetention(
  project: number,
  settings: RetentionSettings,
  defaultDays: number,
): ProjectRetention {
  const days = (own: number | null, otherwise = defaultDays) => Math.min(own ?? otherwise, defaultDays);
  const logDays = days(settings.logDays);
  return {
    project,
    eventDays: days(settings.eventDays),
    spanDays: days(settings.spanDays),
    logDays: {
      debug: days(settings.debugLogDays, logDays),
      info: logDays,
      error: days(settings.errorLogDays, logDays),
    },
  };
}

/** Rows that were removed because they were too old. */
export interface Removal {
  kind: 'event' | 'log' | 'span';
  /** Empty for what is no log record. */
  levels: LevelGroup | '';
  project: number;
  /** First day of the partition they lay in, `2026-11-23`. */
  day: string;
  rows: number;
}
