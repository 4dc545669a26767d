/** Log records: search, histogram, facets, patterns, charts, comparison. */
import * as z from 'zod';
import { NoiseRule } from './noise.ts';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'unknown'] as const;
export const LogLevel = z.enum(LOG_LEVELS);
export type LogLevel = z.infer<typeof LogLevel>;

export const LogRecord = z.object({
  /** Project, nanosecond and a hash of service, host and body: records that differ in none of them share it. */
  id: z.string(),
  projectId: z.string(),
  /** Nanoseconds since 1970, decimal digits: more than a number can hold. */
  timestamp: z.string(),
  level: LogLevel,
  /** 1-24 as in OpenTelemetry, 0: not known. */
  severityNumber: z.number(),
  severityText: z.string(),
  service: z.string(),
  host: z.string(),
  environment: z.string(),
  release: z.string(),
  /** Instrumentation scope or logger. */
  scope: z.string(),
  eventName: z.string(),
  body: z.string(),
  /** What a body of JSON says in words; absent where the body is text. */
  message: z.string().optional(),
  patternId: z.string(),
  traceId: z.string(),
  spanId: z.string(),
  userId: z.string(),
  sessionId: z.string(),
  requestId: z.string(),
  /** The protocol it came by. */
  source: z.string(),
  labels: z.record(z.string(), z.string()),
  resource: z.record(z.string(), z.string()),
  attributes: z.record(z.string(), z.unknown()),
});
export type LogRecord = z.infer<typeof LogRecord>;

/** GET /api/v1/logs */
export const LogList = z.object({
  items: z.array(LogRecord),
  nextCursor: z.string().nullable(),
});
export type LogList = z.infer<typeof LogList>;

/** Records that noise rules counted and did not keep, by the minute. They are known by pattern, service and level only. */
export const LogsNotKept = z.object({
  records: z.number(),
  /** Of how many patterns. */
  patterns: z.number(),
  /**
   * `period`: all of it, there is no search. `search`: those that it would have found. `at-most`: part of the search cannot be
   * asked of them, so it would have found as many or fewer.
   */
  of: z.enum(['period', 'search', 'at-most']),
});
export type LogsNotKept = z.infer<typeof LogsNotKept>;

/** GET /api/v1/logs/histogram: records per step and level, oldest first. */
export const LogHistogram = z.object({
  /** Milliseconds since 1970. */
  from: z.number(),
  stepMs: z.number(),
  levels: z.array(z.object({ level: LogLevel, counts: z.array(z.number()) })),
  total: z.number(),
  notKept: LogsNotKept,
});
export type LogHistogram = z.infer<typeof LogHistogram>;

/** GET /api/v1/logs/facets?key= : the most frequent values of a key among the records of a search, counted exactly. */
export const LogFacet = z.object({
  key: z.string(),
  /** The most frequent first. A value is cut after 500 characters. */
  values: z.array(z.object({ value: z.string(), records: z.number() })),
  distinctValues: z.number(),
  /** Records that have the key. */
  records: z.number(),
});
export type LogFacet = z.infer<typeof LogFacet>;

/** GET /api/v1/logs/:id/surroundings?lines= : a record, and what its service and host said before and after it. */
export const LogSurroundings = z.object({
  record: LogRecord,
  /** Nearest first, both; within a day of the record. */
  older: z.array(LogRecord),
  newer: z.array(LogRecord),
});
export type LogSurroundings = z.infer<typeof LogSurroundings>;

/** Lines of one GET /api/v1/logs/export: more is a backup, and a spreadsheet takes 1,048,576. */
export const EXPORT_LINES_MAX = 1_000_000;

export const LOG_PATTERN_SORTS = ['records', 'newest', 'errors'] as const;
export type LogPatternSort = (typeof LOG_PATTERN_SORTS)[number];

/** What a project does with a pattern. */
export const LogPatternRule = NoiseRule.pick({
  ...{ id: true, projectId: true, action: true, keepOneIn: true, demoteTo: true, levelMax: true },
  ...{ withStackTraces: true, contains: true, enabled: true },
});
export type LogPatternRule = z.infer<typeof LogPatternRule>;

export const LogPattern = z.object({
  id: z.string(),
  /** What its lines have in common, with placeholders such as `<num>` for what differs. */
  template: z.string(),
  records: z.number(),
  /** Counted and not kept by its rules, as far as the search can be asked of them. */
  notKept: z.number(),
  /** One for each project that has one. */
  rules: z.array(LogPatternRule),
  /** Of level error and fatal. */
  errors: z.number(),
  levels: z.array(z.object({ level: LogLevel, records: z.number() })),
  /** Those with the most records. */
  services: z.array(z.string()),
  servicesInAll: z.number(),
  /** Records per step. */
  counts: z.array(z.number()),
  /** Nanoseconds since 1970, in the period. */
  lastSeen: z.string(),
  /** Of all that is kept, whatever the search and the period. Null: it would have taken too long to find out. */
  firstSeen: z.string().nullable(),
  /** That the first record of all named; empty for none. */
  firstRelease: z.string(),
  /** First seen in this period, though records from before it are kept. */
  isNew: z.boolean(),
  /** One of its lines; the body is cut after 2,000 characters. */
  sample: z.object({ id: z.string(), body: z.string() }).nullable(),
});
export type LogPattern = z.infer<typeof LogPattern>;

/** GET /api/v1/logs/patterns?sort=&limit= : what the records of a search have in common, counted exactly. */
export const LogPatterns = z.object({
  items: z.array(LogPattern),
  /** In all, told or not. */
  patterns: z.number(),
  records: z.number(),
  /** Of all patterns, also of those that have no records here any more. */
  notKept: LogsNotKept,
  /** Not among the items, and with records that were not kept; those with the most first. */
  gone: z.array(
    z.object({
      id: z.string(),
      /** Empty: its rule was removed. */
      template: z.string(),
      notKept: z.number(),
      rules: z.array(LogPatternRule),
    }),
  ),
  /** Milliseconds since 1970. */
  from: z.number(),
  stepMs: z.number(),
  /** Nanoseconds since 1970 of the oldest record that is kept. Null: there is none, or it is not known. */
  keptSince: z.string().nullable(),
});
export type LogPatterns = z.infer<typeof LogPatterns>;

/** Records of one message of a tail, and messages are about a second apart: what a person can still read. */
export const TAIL_LINES_MAX = 200;

/**
 * GET /api/v1/logs/tail?project=&query=&after= : server-sent events; each `data:` line is one of these. `after`, or the
 * header Last-Event-ID, is the id of the last one that was seen.
 */
export const LogTailMessage = z.discriminatedUnion('type', [
  z.object({
    /** What was stored before is not told. */
    type: z.literal('start'),
    /** Milliseconds since 1970, the server's clock. */
    at: z.number(),
    /** Everything since `after` follows. False: what came meanwhile is not told; ask for the list. */
    resumed: z.boolean(),
  }),
  z.object({
    type: z.literal('lines'),
    /** The time between two looks, milliseconds since 1970, in which they were found. */
    since: z.number(),
    at: z.number(),
    /** In the order they came; the newest last. */
    items: z.array(LogRecord),
    /** How many came. */
    arrived: z.number(),
    /** Those of them that are not among the items. */
    leftOut: z.number(),
  }),
  /** They could not be looked for; the next message makes up for it. */
  z.object({ type: z.literal('trouble'), message: z.string() }),
]);
export type LogTailMessage = z.infer<typeof LogTailMessage>;

/** `count` and `rate` (per second) are of records; the others of a field: of its values, or of those that are numbers. */
export const LOG_MEASURES = [
  'count',
  'rate',
  'distinct',
  'sum',
  'avg',
  'min',
  'max',
  'p50',
  'p90',
  'p95',
  'p99',
] as const;
export type LogMeasure = (typeof LOG_MEASURES)[number];

/** Fields that records are grouped by at once. */
export const LOG_GROUP_FIELDS_MAX = 2;

const Measured = z.object({
  /** Null: no record has a number. */
  value: z.number().nullable(),
  records: z.number(),
  /** Those of them that were measured: which have the field, and for all but `distinct` as a number. */
  measured: z.number(),
  /** One for each step; null where no record has a number. Empty when no steps were asked for. */
  points: z.array(z.number().nullable()),
});
export const LogGroup = Measured.extend({
  /** Values of the fields, cut after 200 characters; `unknown` for no level, empty where a record has none. */
  keys: z.array(z.string()),
});
export type LogGroup = z.infer<typeof LogGroup>;

/**
 * GET /api/v1/logs/aggregate?measure=&field=&by=&by=&limit=&steps= : the records of a search measured, in groups.
 * Everything is exact but quantiles, of which the engine keeps a sketch.
 */
export const LogAggregate = z.object({
  isApproximate: z.boolean(),
  /** Of all records of the search. */
  all: Measured,
  /** Those with the largest values; without `by` there is none. */
  groups: z.array(LogGroup),
  /** Measured together: the records of the groups that are not told. Null: all are. */
  others: Measured.nullable(),
  /** Told or not. */
  allGroups: z.number(),
  /** Milliseconds since 1970; the first and the last step may lie in the period only in part. */
  from: z.number(),
  stepMs: z.number(),
  notKept: LogsNotKept,
});
export type LogAggregate = z.infer<typeof LogAggregate>;

/** What a period is compared with: as much time right before it, or the same time a day or a week earlier. */
export const LOG_AGAINST = ['previous', 'day', 'week'] as const;
export type LogAgainst = (typeof LOG_AGAINST)[number];

/** Keys whose values are compared, besides level, service and pattern. */
export const LOG_COMPARED_KEYS_MAX = 5;

export const LogChange = z.object({
  value: z.string(),
  /** Of a pattern: its text. */
  template: z.string(),
  records: z.number(),
  recordsBefore: z.number(),
  /** By how many standard errors the shares differ; negative: there is less of it. */
  score: z.number(),
});
export type LogChange = z.infer<typeof LogChange>;
export const LogKeyChanges = z.object({
  key: z.string(),
  /** Whose share changed by more than chance and habit explain, the least explained first. */
  changes: z.array(LogChange),
  /** Changed, told or not. */
  allChanges: z.number(),
  /** Values that were looked at. */
  compared: z.number(),
  /** Of the period with more of them. */
  distinctValues: z.number(),
});
export type LogKeyChanges = z.infer<typeof LogKeyChanges>;

const ComparedPeriod = z.object({
  /** Milliseconds since 1970, `to` not included. */
  from: z.number(),
  to: z.number(),
  records: z.number(),
  errors: z.number(),
  counts: z.array(z.number()),
});

/** GET /api/v1/logs/comparison?against=&key= : a search in its period and in an earlier one. */
export const LogComparison = z.object({
  now: ComparedPeriod,
  before: ComparedPeriod,
  /** Where the first step of `now` begins; those of `before` lie as much earlier as that period does. */
  from: z.number(),
  stepMs: z.number(),
  keys: z.array(LogKeyChanges),
});
export type LogComparison = z.infer<typeof LogComparison>;
