/** Cron monitors: what is expected of scheduled jobs, and what came of it. */
import * as z from 'zod';
import { IssueStatus } from './issues.ts';
import { time } from './time.ts';

/** What a check-in says, or the watch found. Late: well, but begun more than a minute after its time. */
export const CHECK_IN_STATUSES = [
  'ok',
  'late',
  'in_progress',
  'error',
  'missed',
  'timeout',
  'unknown',
] as const;
export const CheckInStatus = z.enum(CHECK_IN_STATUSES);
export type CheckInStatus = z.infer<typeof CheckInStatus>;

/** How a monitor stands: the worst of its environments. Late: the next check-in should be there, and may still come. */
export const MonitorState = z.enum(['ok', 'late', 'error', 'missed', 'timeout', 'waiting', 'paused']);
export type MonitorState = z.infer<typeof MonitorState>;

export const MONITOR_PERIODS = ['24h', '7d', '30d'] as const;

export const MonitorSchedule = z.union([
  z.object({ type: z.literal('crontab'), value: z.string().max(200), timezone: z.string().max(60) }),
  z.object({
    type: z.literal('interval'),
    value: z.number().int().min(1).max(10_000),
    unit: z.enum(['minute', 'hour', 'day', 'week', 'month', 'year']),
  }),
]);
export type MonitorSchedule = z.infer<typeof MonitorSchedule>;

const minutes = z.number().int().min(1).max(57_600);
const threshold = z.number().int().min(1).max(720);

/** What is expected. */
export const MonitorConfig = z.object({
  /** Null: nothing can be missed. */
  schedule: MonitorSchedule.nullable(),
  /** After the expected time, until a check-in is missed. */
  marginMinutes: minutes,
  /** That a run may take. */
  maxRuntimeMinutes: minutes,
  /** Failed check-ins in a row that make an issue, and good ones that resolve it. */
  failureThreshold: threshold,
  recoveryThreshold: threshold,
});
export type MonitorConfig = z.infer<typeof MonitorConfig>;

/** Check-ins over time, oldest bar first; bars without any are left out. */
export const Timeline = z.object({
  from: time,
  stepSeconds: z.number(),
  steps: z.number(),
  bars: z.array(z.object({ at: z.number(), counts: z.partialRecord(CheckInStatus, z.number()) })),
});
export type Timeline = z.infer<typeof Timeline>;

export const MonitorEnvironment = z.object({
  name: z.string(),
  state: MonitorState,
  lastCheckInAt: time,
  nextExpectedAt: time.nullable(),
  /** When that is missed. */
  dueAt: time.nullable(),
  /** Failed check-ins in a row. */
  failures: z.number(),
});
export type MonitorEnvironment = z.infer<typeof MonitorEnvironment>;

export const Monitor = z.object({
  id: z.string(),
  slug: z.string(),
  project: z.object({ id: z.string(), slug: z.string(), name: z.string() }),
  state: MonitorState,
  paused: z.boolean(),
  /** Makes no issues. */
  muted: z.boolean(),
  config: MonitorConfig,
  /** What of the configuration that was sent cannot be used. */
  configProblems: z.array(z.string()),
  environments: z.array(MonitorEnvironment),
  lastCheckInAt: time.nullable(),
  nextExpectedAt: time.nullable(),
  createdAt: time,
});
export type Monitor = z.infer<typeof Monitor>;

/** GET /api/v1/monitors?project=&query=&period=&cursor=&limit= : by name */
export const MonitorListQuery = z.object({
  /** Slug or id; empty: all. */
  project: z.string().max(150).default(''),
  /** Part of the name. */
  query: z.string().max(200).default(''),
  period: z.enum(MONITOR_PERIODS).default('24h'),
  cursor: z.string().max(200).default(''),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export type MonitorListQuery = z.input<typeof MonitorListQuery>;
export const MonitorList = z.object({
  items: z.array(Monitor.extend({ timeline: Timeline })),
  nextCursor: z.string().nullable(),
});
export type MonitorList = z.infer<typeof MonitorList>;

/** From a failure that made an issue to the check-in after which all was well. */
export const MonitorIncident = z.object({
  id: z.string(),
  environment: z.string(),
  startedAt: time,
  endedAt: time.nullable(),
  issue: z.object({ id: z.string(), shortId: z.string(), title: z.string(), status: IssueStatus }).nullable(),
});
export type MonitorIncident = z.infer<typeof MonitorIncident>;

/** GET /api/v1/monitors/:id?period= ; PATCH and DELETE of the same */
export const MonitorDetail = Monitor.extend({
  timelines: z.array(z.object({ environment: z.string(), timeline: Timeline })),
  /** When Tandem could not take check-ins: what fell into it is not missed. */
  gaps: z.array(z.object({ from: time, to: time })),
  /** Newest first, fifty at most. */
  incidents: z.array(MonitorIncident),
});
export type MonitorDetail = z.infer<typeof MonitorDetail>;

/** PATCH: what is left out stays as it is. */
export const MonitorUpdate = z.object({
  paused: z.boolean().optional(),
  muted: z.boolean().optional(),
  config: MonitorConfig.optional(),
});
export type MonitorUpdate = z.infer<typeof MonitorUpdate>;

export const CheckIn = z.object({
  id: z.string(),
  checkInId: z.string(),
  environment: z.string(),
  status: CheckInStatus,
  release: z.string(),
  traceId: z.string(),
  startedAt: time,
  /** Null: expected at no time, as a run by hand. */
  expectedAt: time.nullable(),
  durationMs: z.number().nullable(),
  /** The event that tells of its failure. */
  eventId: z.string().nullable(),
});
export type CheckIn = z.infer<typeof CheckIn>;

/** GET /api/v1/monitors/:id/check-ins?environment=&cursor=&limit= : newest first */
export const CheckInList = z.object({ items: z.array(CheckIn), nextCursor: z.string().nullable() });
export type CheckInList = z.infer<typeof CheckInList>;
