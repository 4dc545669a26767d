/** Alerts: rules, what they found, silences, and what a rule would have said of what is stored. */
import * as z from 'zod';
import { LOG_GROUP_FIELDS_MAX, LOG_MEASURES } from './logs.ts';
import { time } from './time.ts';

export const ALERT_KINDS = ['issue', 'log', 'monitor', 'health'] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

/** What happens to an issue: it is new, came back after it was resolved, became far busier, or its archive ended. */
export const ISSUE_TRIGGERS = ['new', 'regressed', 'escalating', 'returned'] as const;
export type IssueTrigger = (typeof ISSUE_TRIGGERS)[number];

/** `sessions`: events for each hundred sessions of the project. */
export const ISSUE_COUNTS = ['events', 'users', 'sessions'] as const;

export const ALERT_PRIORITIES = ['critical', 'warning', 'info'] as const;

/** Ten seconds to an hour. */
export const ALERT_INTERVAL_SECONDS_MIN = 10;
export const ALERT_INTERVAL_SECONDS_MAX = 3600;
const DAY_MINUTES = 1440;
const MONTH_MINUTES = 30 * DAY_MINUTES;
/** Groups of one rule: more states than a person can look at. */
export const ALERT_GROUPS_MAX = 100;

const minutes = (max: number) => z.number().int().min(1).max(max);
const number = z.number().min(-1e15).max(1e15);

export const IssueCount = z.object({
  of: z.enum(ISSUE_COUNTS),
  /** Events or users; of sessions the percentage. */
  atLeast: z.number().positive().max(1e9),
  windowMinutes: minutes(7 * DAY_MINUTES),
});
export type IssueCount = z.infer<typeof IssueCount>;

/** An issue to which one of these things happened, and which has reached all of the counts. */
export const IssueCondition = z.object({
  kind: z.literal('issue'),
  /** Empty: whatever happened to it; then there is a count. */
  when: z.array(z.enum(ISSUE_TRIGGERS)).max(ISSUE_TRIGGERS.length).default([]),
  /** How long ago that may be when the counts are reached. */
  withinMinutes: minutes(MONTH_MINUTES).default(DAY_MINUTES),
  counts: z.array(IssueCount).max(3).default([]),
  /** In the search of the list of issues. */
  query: z.string().max(1000).default(''),
  /**
   * The release the issue was first seen in: `latest` is the newest of its project, `*` in a version stands for any
   * characters, and alone for any release; empty: of any or none.
   */
  firstRelease: z.string().trim().max(250).default(''),
  /** Only its events are counted; empty: of any. */
  environment: z.string().max(64).default(''),
  /** Resolved when the issue has had no event for so long, or when it is resolved or archived. */
  quietMinutes: minutes(MONTH_MINUTES).default(DAY_MINUTES),
});
export type IssueCondition = z.infer<typeof IssueCondition>;

const field = z.string().min(1).max(200);
export const AlertSource = z.discriminatedUnion('dialect', [
  /** The search of the log explorer, and its chart. */
  z.object({
    dialect: z.literal('search'),
    query: z.string().max(1000).default(''),
    measure: z.enum(LOG_MEASURES).default('count'),
    field: z.string().max(200).default(''),
    by: z.array(field).max(LOG_GROUP_FIELDS_MAX).default([]),
  }),
  /** A metric query: its series are the groups. */
  z.object({ dialect: z.literal('logql'), query: z.string().min(1).max(5000) }),
  /** A SELECT over the window: the last column with numbers is the value, those with texts tell groups apart. */
  z.object({ dialect: z.literal('sql'), query: z.string().min(1).max(20_000) }),
]);
export type AlertSource = z.infer<typeof AlertSource>;

export const LogTest = z.discriminatedUnion('is', [
  z.object({
    is: z.literal('above'),
    threshold: number,
    /** At this or below it is over; null: as soon as the threshold is not exceeded. */
    resolve: number.nullable().default(null),
  }),
  z.object({ is: z.literal('below'), threshold: number, resolve: number.nullable().default(null) }),
  /** Against as much time before, or the same a day or a week earlier. */
  z.object({
    is: z.literal('change'),
    direction: z.enum(['up', 'down', 'either']).default('up'),
    percent: z.number().positive().max(1e6),
    against: z.enum(['previous', 'day', 'week']).default('previous'),
    /** The larger of the two values is at least this: twice nothing is nothing. */
    least: z.number().min(0).max(1e15).default(0),
  }),
  /** Nothing at all. */
  z.object({ is: z.literal('absent') }),
  /** Lines of a kind that was never seen before. */
  z.object({ is: z.literal('newPattern'), least: z.number().int().min(1).max(1e9).default(1) }),
  /** A pattern so many times as often as in as much time before. */
  z.object({
    is: z.literal('pattern'),
    times: z.number().min(1.1).max(1e6),
    least: z.number().int().min(1).max(1e9).default(10),
  }),
  /** Unlike the same hour of other days or weeks, by so many robust standard deviations. */
  z.object({
    is: z.literal('anomaly'),
    season: z.enum(['day', 'week']).default('day'),
    direction: z.enum(['up', 'down', 'either']).default('either'),
    deviations: z.number().min(1).max(100).default(4),
  }),
]);
export type LogTest = z.infer<typeof LogTest>;

export const LogCondition = z.object({
  kind: z.literal('log'),
  source: AlertSource,
  test: LogTest,
  windowMinutes: minutes(DAY_MINUTES).default(5),
  intervalSeconds: z
    .number()
    .int()
    .min(ALERT_INTERVAL_SECONDS_MIN)
    .max(ALERT_INTERVAL_SECONDS_MAX)
    .default(60),
  groupsMax: z.number().int().min(1).max(ALERT_GROUPS_MAX).default(20),
  /** It fires when it has been so for this long; 0: at once. */
  forMinutes: z.number().int().min(0).max(DAY_MINUTES).default(0),
  /** It is over when it has been well for this long. */
  clearMinutes: z.number().int().min(0).max(DAY_MINUTES).default(0),
});
export type LogCondition = z.infer<typeof LogCondition>;

export const MonitorCondition = z.object({
  kind: z.literal('monitor'),
  /** Slugs; empty: all. */
  monitors: z.array(z.string().min(1).max(100)).max(100).default([]),
  states: z
    .array(z.enum(['missed', 'timeout', 'error', 'late']))
    .min(1)
    .max(4)
    .default(['missed', 'timeout', 'error']),
  environment: z.string().max(64).default(''),
});
export type MonitorCondition = z.infer<typeof MonitorCondition>;

export const HealthCondition = z.object({
  kind: z.literal('health'),
  of: z.enum(['sessions', 'users']).default('sessions'),
  /** Percent that are free of crashes: below this it fires. */
  below: z.number().positive().max(100),
  /** At this or above it is over; null: as soon as it is not below. */
  resolve: z.number().positive().max(100).nullable().default(null),
  /** `latest`: the newest of each project; else a version. */
  release: z.string().min(1).max(250).default('latest'),
  period: z.enum(['1h', '24h', '7d']).default('24h'),
  /** Sessions or users without which nothing is said. */
  least: z.number().int().min(1).max(1e9).default(50),
  forMinutes: z.number().int().min(0).max(DAY_MINUTES).default(0),
});
export type HealthCondition = z.infer<typeof HealthCondition>;

export const AlertCondition = z.discriminatedUnion('kind', [
  IssueCondition,
  LogCondition,
  MonitorCondition,
  HealthCondition,
]);
export type AlertCondition = z.infer<typeof AlertCondition>;

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a time such as 09:30');
/** When people are told. What fires outside of it is told when it begins, if it still lasts. */
export const AlertSchedule = z.object({
  /** As in the IANA database: `Europe/Vienna`. */
  timeZone: z.string().min(1).max(64),
  /** 0 is Sunday. */
  days: z.array(z.number().int().min(0).max(6)).min(1).max(7),
  from: timeOfDay,
  /** Not included; at or before `from`: of the next day. */
  to: timeOfDay,
});
export type AlertSchedule = z.infer<typeof AlertSchedule>;

/** POST /api/v1/alerts/rules and PUT /api/v1/alerts/rules/:id */
export const AlertRuleInput = z.object({
  name: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .regex(/^\P{Cc}*$/u, 'a name of one line'),
  /** Slugs or ids; empty: all, those to come too. */
  projects: z.array(z.string().min(1).max(150)).max(100).default([]),
  enabled: z.boolean().default(true),
  priority: z.enum(ALERT_PRIORITIES).default('warning'),
  condition: AlertCondition,
  /** While it fires people are told again after so long; 0: once. */
  repeatMinutes: z.number().int().min(0).max(MONTH_MINUTES).default(0),
  /** Null: at any time. */
  schedule: AlertSchedule.nullable().default(null),
  /** Ids of the channels that are told; empty: it is seen here alone. */
  channels: z.array(z.string().min(1).max(64)).max(20).default([]),
  /** Whether the end is told as well. */
  tellResolved: z.boolean().default(true),
  /** Whether people are told when the rule cannot be evaluated any more. */
  tellProblems: z.boolean().default(true),
});
export type AlertRuleInput = z.infer<typeof AlertRuleInput>;
export type AlertRuleDraft = z.input<typeof AlertRuleInput>;

/** `problem`: it cannot be evaluated. */
export const ALERT_STATES = ['firing', 'problem', 'pending', 'ok', 'off'] as const;
export const AlertState = z.enum(ALERT_STATES);
export type AlertState = z.infer<typeof AlertState>;

const project = z.object({ id: z.string(), slug: z.string(), name: z.string() });

export const AlertRule = AlertRuleInput.extend({
  id: z.string(),
  /** Those it is of by name; empty: all. */
  projects: z.array(z.string()),
  state: AlertState,
  /** Groups or issues of which it fires now. */
  firing: z.number(),
  problem: z.object({ message: z.string(), since: time }).nullable(),
  /** Until when its notifications are held back; null: they are not. */
  silencedUntil: time.nullable(),
  lastFiredAt: time.nullable(),
  evaluatedAt: time.nullable(),
  /** What it found in the last hours, oldest first; null: nothing was found out. */
  samples: z.array(z.object({ at: time, value: z.number().nullable() })),
  /** Firings of the last 14 days by day, oldest first. */
  daily: z.array(z.number()),
  createdBy: z.string(),
  createdAt: time,
  updatedAt: time,
});
export type AlertRule = z.infer<typeof AlertRule>;

/** GET /api/v1/alerts/rules?project=&query=&state= */
export const AlertRuleList = z.object({
  items: z.array(AlertRule),
  /** Of all rules, whatever was asked for. */
  states: z.record(AlertState, z.number()),
});
export type AlertRuleList = z.infer<typeof AlertRuleList>;

/** Why nobody was told: no channel, a silence, outside of the hours, or too many in an hour. */
export const ALERT_TOLD = ['told', 'nobody', 'silenced', 'hours', 'too_many'] as const;
export const AlertFiring = z.object({
  id: z.string(),
  rule: z.object({ id: z.string(), name: z.string() }),
  priority: z.enum(ALERT_PRIORITIES),
  project: project.nullable(),
  title: z.string(),
  reason: z.string(),
  labels: z.record(z.string(), z.string()),
  value: z.number().nullable(),
  threshold: z.number().nullable(),
  startedAt: time,
  endedAt: time.nullable(),
  issue: z.object({ id: z.string(), shortId: z.string() }).nullable(),
  url: z.string(),
  told: z.enum(ALERT_TOLD),
  timesTold: z.number(),
});
export type AlertFiring = z.infer<typeof AlertFiring>;

/** GET /api/v1/alerts/firings?rule=&issue=&project=&state=&cursor= : the newest first. */
export const AlertFiringList = z.object({
  items: z.array(AlertFiring),
  nextCursor: z.string().nullable(),
});
export type AlertFiringList = z.infer<typeof AlertFiringList>;

/** A label and its value; `*` stands for any characters. */
export const AlertMatcher = z.object({
  name: z.string().min(1).max(200),
  value: z.string().max(500),
  /** True: it matches all that are not like this. */
  negated: z.boolean().default(false),
});
export type AlertMatcher = z.infer<typeof AlertMatcher>;

/** POST /api/v1/alerts/silences */
export const AlertSilenceInput = z
  .object({
    /** Of one rule; null: of all. */
    rule: z.string().max(20).nullable().default(null),
    /** All of them must match the labels of a firing. */
    matchers: z.array(AlertMatcher).max(10).default([]),
    comment: z.string().max(500).default(''),
    /** Now, when it is left out. */
    startsAt: time.optional(),
    endsAt: time,
  })
  .refine(({ rule, matchers }) => rule !== null || matchers.length > 0, 'expected a rule or a matcher');
export type AlertSilenceInput = z.infer<typeof AlertSilenceInput>;
export type AlertSilenceDraft = z.input<typeof AlertSilenceInput>;
export const AlertSilence = z.object({
  id: z.string(),
  rule: z.object({ id: z.string(), name: z.string() }).nullable(),
  matchers: z.array(AlertMatcher),
  comment: z.string(),
  startsAt: time,
  endsAt: time,
  createdBy: z.string(),
  createdAt: time,
});
export type AlertSilence = z.infer<typeof AlertSilence>;
/** GET /api/v1/alerts/silences : those that are not over. DELETE /api/v1/alerts/silences/:id ends one. */
export const AlertSilences = z.array(AlertSilence);
export type AlertSilences = z.infer<typeof AlertSilences>;

export const ALERT_PERIODS = ['24h', '7d', '14d'] as const;
/** POST /api/v1/alerts/preview : what a rule would have said of what is stored. */
export const AlertPreviewRequest = z.object({
  rule: AlertRuleInput,
  period: z.enum(ALERT_PERIODS).default('7d'),
});
export type AlertPreviewRequest = z.input<typeof AlertPreviewRequest>;

export const AlertPreview = z.object({
  /** Milliseconds since 1970. */
  from: z.number(),
  to: z.number(),
  /** Times that are looked at are so far apart. */
  stepMs: z.number(),
  /** How often it would have fired. */
  fired: z.number(),
  firings: z.array(
    z.object({
      from: z.number(),
      /** Null: it would fire now. */
      to: z.number().nullable(),
      title: z.string(),
      value: z.number().nullable(),
    }),
  ),
  /** The value of each group at each of the times; null: not known. */
  series: z.array(z.object({ name: z.string(), values: z.array(z.number().nullable()) })),
  /** What each value is compared with; null: nothing is. */
  thresholds: z.array(z.number().nullable()),
  /** What it is now, in one sentence. */
  now: z.string(),
  /** What was left out or is only nearly so. */
  notices: z.array(z.string()),
});
export type AlertPreview = z.infer<typeof AlertPreview>;
