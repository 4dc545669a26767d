/** What was different when an issue happened: what its occurrences have more often than healthy traffic of the same time. */
import * as z from 'zod';
import { PERIODS } from './issues.ts';
import { time } from './time.ts';

/** Which healthy traffic: of the service that fails, of what it was doing then, or of the whole project. */
export const DIFFERENCES_AGAINST = ['service', 'transaction', 'project'] as const;
export type DifferencesAgainst = (typeof DIFFERENCES_AGAINST)[number];

/** GET /api/v1/issues/:id/differences */
export const DifferencesQuery = z.object({
  period: z.enum(PERIODS).default('24h'),
  /** Empty: all of them. */
  environment: z.string().max(200).default(''),
  against: z.enum(DIFFERENCES_AGAINST).default('service'),
});
export type DifferencesQuery = z.infer<typeof DifferencesQuery>;

/** What is counted once, however many lines it has. The last three are cut into pieces of `unitSeconds`. */
export const UNIT_KINDS = ['trace', 'request', 'session', 'user', 'host', 'service'] as const;
export type UnitKind = (typeof UNIT_KINDS)[number];

/** How many there are on both sides, and how sure it is that this is no chance. */
const Compared = z.object({
  /** Units with an occurrence of the issue, and how many of them have it. */
  occurrences: z.number(),
  occurrencesOf: z.number(),
  healthy: z.number(),
  healthyOf: z.number(),
  /** How many times as frequent; null where no healthy unit has it. */
  lift: z.number().nullable(),
  test: z.enum(['fisher', 'g']),
  /** Two-sided. */
  p: z.number(),
  /** After Benjamini and Hochberg, of everything that was tested for this answer. */
  q: z.number(),
});
export type Compared = z.infer<typeof Compared>;

export const FoundDifference = Compared.extend({
  /** `logs`: units of log records; `events`: occurrences against those of other issues; `sessions`: against healthy ones. */
  source: z.enum(['logs', 'events', 'sessions']),
  /** `pattern`, or as one searches for it. */
  key: z.string(),
  /** Of a number `> 12`: the unit has one that is larger. */
  value: z.string(),
  moreThan: z.number().nullable(),
  /** The text of a pattern. */
  template: z.string(),
  /** Of a pattern: in how many of its occurrences it first came before the occurrence; null for all else. */
  before: z.number().nullable(),
  /** And how long before, in the middle of these; null: never before. */
  leadMs: z.number().nullable(),
  /** Stands in the very same units, so it says the same. */
  same: z.array(z.object({ key: z.string(), value: z.string(), template: z.string() })),
});
export type FoundDifference = z.infer<typeof FoundDifference>;

/** A log pattern that is more frequent just before occurrences than at other times. Units are spans of time. */
export const LeadingPattern = Compared.extend({
  pattern: z.string(),
  template: z.string(),
  /** Counted are spans with more lines of it than this. */
  moreThan: z.number(),
});
export type LeadingPattern = z.infer<typeof LeadingPattern>;

/** What could not be told, and why; the web has the words. */
export const NotTold = z.object({
  what: z.enum(['logs', 'events', 'sessions', 'leading']),
  /**
   * `few-occurrences` and `few-healthy`: fewer than are needed. `no-link`: no log record can be told to belong to
   * occurrences. `time`: it took too long. `no-transaction`: occurrences name none.
   */
  why: z.enum(['few-occurrences', 'few-healthy', 'no-link', 'no-transaction', 'time']),
  have: z.number(),
  need: z.number(),
});
export type NotTold = z.infer<typeof NotTold>;

export const IssueDifferences = z.object({
  from: time,
  to: time,
  against: z.enum(DIFFERENCES_AGAINST),
  /** Events of the issue in this time, and the newest of them that were looked at. */
  events: z.object({ all: z.number(), lookedAt: z.number() }),
  /** That events of the issue name in this time. */
  environments: z.array(z.string()),
  /** The units of log records. Null: none could be compared; see `notTold`. */
  traffic: z
    .object({
      unit: z.enum(UNIT_KINDS),
      /** Of units that are pieces of time. */
      unitSeconds: z.number().nullable(),
      /** Events whose unit has log records. */
      linked: z.number(),
      occurrences: z.number(),
      healthy: z.number(),
      /** True: there are more healthy units than were drawn. */
      drawn: z.boolean(),
      service: z.string(),
      transactions: z.array(z.string()),
    })
    .nullable(),
  /** What tags are compared with: occurrences of other issues, and of how many issues. */
  others: z.object({ occurrences: z.number(), others: z.number(), issues: z.number() }).nullable(),
  sessions: z.object({ occurrences: z.number(), healthy: z.number() }).nullable(),
  /** Spans of time before occurrences, and the others. */
  leadingSpans: z.object({ seconds: z.number(), before: z.number(), others: z.number() }).nullable(),
  /** How many comparisons were made: what q takes into account. */
  tested: z.number(),
  /** Told are those with a q at most this high. */
  qMax: z.number(),
  liftMin: z.number(),
  /** The surest first. */
  differences: z.array(FoundDifference),
  leading: z.array(LeadingPattern),
  /** That are as sure and are not told, being too many. */
  more: z.number(),
  notTold: z.array(NotTold),
  /** Not all the time was read: that of log records is drawn from so much of it. 0 to 1. */
  readShare: z.number(),
});
export type IssueDifferences = z.infer<typeof IssueDifferences>;
