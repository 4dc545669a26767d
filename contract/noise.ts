/** What logs and errors cost, by pattern, service and issue; advice; and what is done with single patterns. */
import * as z from 'zod';
import { time } from './time.ts';

export const NOISE_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export const NoiseLevel = z.enum(NOISE_LEVELS);
export type NoiseLevel = z.infer<typeof NoiseLevel>;
export const NoiseAction = z.enum(['drop', 'sample', 'demote']);
export type NoiseAction = z.infer<typeof NoiseAction>;

export const NOISE_PERIODS = ['24h', '7d', '30d'] as const;
export const NoiseQuery = z.object({
  /** Slug; empty: all. */
  project: z.string().max(100).default(''),
  period: z.enum(NOISE_PERIODS).default('24h'),
});
export type NoiseQuery = z.input<typeof NoiseQuery>;

/** Decimal digits: the id of a pattern. */
const patternId = z.string().regex(/^\d{1,16}$/);

export const NoiseRuleRequest = z.strictObject({
  patternId,
  action: NoiseAction,
  /** Of `sample`: one record of so many is kept. */
  keepOneIn: z.number().int().min(2).max(100_000).optional(),
  /** Of `demote`. */
  demoteTo: NoiseLevel.optional(),
  /** Records of a higher level are left as they are. */
  levelMax: NoiseLevel.default('info'),
  /** Records that hold a stack trace or an exception are treated like the others. */
  withStackTraces: z.boolean().default(false),
  /** Only records whose body has this text: paths and numbers are the same in a pattern. Empty: all of them. */
  contains: z.string().max(200).default(''),
  /** The issues that the pattern goes before have been seen. Without it such a rule is refused. */
  acknowledged: z.boolean().default(false),
});
export type NoiseRuleRequest = z.input<typeof NoiseRuleRequest>;
/** GET /api/v1/projects/:slug/noise/patterns/:id/issues */
export const NoiseCheckQuery = z.object({ contains: z.string().max(200).default('') });

export const NoiseRuleSwitch = z.strictObject({
  enabled: z.boolean(),
  acknowledged: z.boolean().default(false),
});
export type NoiseRuleSwitch = z.input<typeof NoiseRuleSwitch>;

export const NoiseRule = z.object({
  id: z.string(),
  projectId: z.string(),
  patternId: z.string(),
  template: z.string(),
  action: NoiseAction,
  keepOneIn: z.number().nullable(),
  demoteTo: NoiseLevel.nullable(),
  levelMax: NoiseLevel,
  withStackTraces: z.boolean(),
  contains: z.string(),
  enabled: z.boolean(),
  /** Issues it went before when it was made, which somebody saw and accepted. */
  goesBefore: z.number(),
  createdAt: time,
  createdBy: z.string().nullable(),
  /** Since it was made. `records` and `bytes` (as sent) were not kept; `demoted` were, with a lower level. */
  saved: z.object({ records: z.number(), bytes: z.number(), diskBytes: z.number(), demoted: z.number() }),
});
export type NoiseRule = z.infer<typeof NoiseRule>;
/** GET /api/v1/projects/:slug/noise/rules ; POST there (makes or changes the rule of a pattern) ; PATCH, DELETE /:id */
export const NoiseRules = z.object({ items: z.array(NoiseRule) });
export type NoiseRules = z.infer<typeof NoiseRules>;

/** How a pattern is tied to an occurrence it goes before; the first is the surest. */
export const NOISE_TIES = ['trace', 'request', 'user', 'service'] as const;
export const NoiseCheck = z.object({
  /** Events of the project that were looked at: the newest of each issue within so many days. */
  events: z.number(),
  days: z.number(),
  /** Issues that the pattern goes before, in all. */
  issuesInAll: z.number(),
  /** The surest ties first. */
  issues: z.array(
    z.object({
      id: z.string(),
      shortId: z.string(),
      title: z.string(),
      /** Occurrences looked at, and those with a record of the pattern before them. */
      occurrences: z.number(),
      preceded: z.number(),
      ties: z.record(z.enum(NOISE_TIES), z.number()),
    }),
  ),
  /**
   * Part of the minutes, 0 to 1, in which the services of those issues logged at all that the pattern was there: near 1 it stands
   * before everything, and says little about any issue. Null: no tie is by service.
   */
  minutesShare: z.number().nullable(),
});
export type NoiseCheck = z.infer<typeof NoiseCheck>;

const cost = {
  /** That are kept. */
  records: z.number(),
  errors: z.number(),
  /** Of texts and attributes, as they are read. */
  bytes: z.number(),
  /** Of the disk, estimated. */
  diskBytes: z.number(),
};
export const NoisePattern = z.object({
  projectId: z.string(),
  id: z.string(),
  template: z.string(),
  sample: z.string(),
  ...cost,
  /** Counted and not kept, by a rule. */
  notKept: z.number(),
  levels: z.partialRecord(z.enum([...NOISE_LEVELS, 'unknown']), z.number()),
  services: z.array(z.string()),
  /** The rule it has. */
  ruleId: z.string().nullable(),
});
export type NoisePattern = z.infer<typeof NoisePattern>;

export const ADVICE_KINDS = [
  'errors_without_failure',
  'exceptions_as_info',
  'large_share',
  'health_check',
  'debug_in_production',
  'repeated',
] as const;
export const NoiseAdvice = z.object({
  kind: z.enum(ADVICE_KINDS),
  pattern: NoisePattern,
  /** Records it is about, and out of how many. */
  records: z.number(),
  of: z.number(),
  /** What could be done with one click; null: it is for who wrote the program. */
  suggestion: z
    .object({
      action: NoiseAction,
      keepOneIn: z.number().nullable(),
      demoteTo: NoiseLevel.nullable(),
      levelMax: NoiseLevel,
      contains: z.string(),
    })
    .nullable(),
});
export type NoiseAdvice = z.infer<typeof NoiseAdvice>;

/** GET /api/v1/noise */
export const NoiseReport = z.object({
  from: time,
  to: time,
  logs: z.object({ ...cost, notKept: z.number(), patterns: z.number() }),
  events: z.object({ events: z.number(), bytes: z.number().nullable(), diskBytes: z.number().nullable() }),
  patterns: z.array(NoisePattern),
  services: z.array(z.object({ service: z.string(), ...cost, notKept: z.number() })),
  /** The costliest first. Null bytes: there are too many events to measure in time. */
  issues: z.array(
    z.object({
      id: z.string(),
      shortId: z.string(),
      projectId: z.string(),
      title: z.string(),
      events: z.number(),
      bytes: z.number().nullable(),
      diskBytes: z.number().nullable(),
    }),
  ),
  advice: z.array(NoiseAdvice),
  estimate: z.object({
    /** Bytes of texts are measured in one of so many spans of five minutes; records are always counted exactly. */
    measuredOneIn: z.number(),
    /** `columns`: each column's own compression; `rows`: that of whole rows, as long as nothing is merged. */
    disk: z.enum(['columns', 'rows']),
    /** False: there were more events than can be held against the error lines. */
    comparedWithErrors: z.boolean(),
  }),
});
export type NoiseReport = z.infer<typeof NoiseReport>;
