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
  /** Log records around occurrences of issues, where that is longer than their level's. Null: no longer than others. */
  issueLogDays: number | null;
  /** Around an occurrence: of the same user or session so many minutes before and after. Null: 5. */
  issueLogMinutes: number | null;
  /** Of the same service so many seconds before and after. Null: 30. */
  issueLogSeconds: number | null;
}

export const NO_RETENTION_SETTINGS: RetentionSettings = {
  eventDays: null,
  spanDays: null,
  logDays: null,
  debugLogDays: null,
  errorLogDays: null,
  issueLogDays: null,
  issueLogMinutes: null,
  issueLogSeconds: null,
};

const ISSUE_LOG_MINUTES = 5;
const ISSUE_LOG_SECONDS = 30;

/** Log records that are kept longer than others, because an error happened near them. */
export interface IssueLogs {
  days: number;
  /** Of the same user or session, before and after; of the same trace or request all are kept. */
  minutes: number;
  /** Of the same service, before and after. */
  seconds: number;
}

/** Resolved days of one project. */
export interface ProjectRetention {
  project: number;
  eventDays: number;
  spanDays: number;
  logDays: Record<LevelGroup, number>;
  /** Null: as long as others. */
  issueLogs: IssueLogs | null;
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
  const infoDays = days(settings.logDays);
  const eventDays = days(settings.eventDays);
  const logDays = {
    debug: days(settings.debugLogDays, infoDays),
    info: infoDays,
    error: days(settings.errorLogDays, infoDays),
  };
  return {
    project,
    eventDays,
    spanDays: days(settings.spanDays),
    logDays,
    issueLogs: resolveIssueLogs(settings, logDays, eventDays),
  };
}

/** No longer than the events they are around: without an occurrence to look at, nobody asks for what was near it. */
function resolveIssueLogs(
  { issueLogDays, issueLogMinutes, issueLogSeconds }: RetentionSettings,
  logDays: ProjectRetention['logDays'],
  eventDays: number,
): IssueLogs | null {
  const days = Math.min(issueLogDays ?? 0, eventDays);
  if (days <= Math.min(...Object.values(logDays))) return null;
  return {
    days,
    minutes: issueLogMinutes ?? ISSUE_LOG_MINUTES,
    seconds: issueLogSeconds ?? ISSUE_LOG_SECONDS,
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
