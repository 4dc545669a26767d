/** What a project does not want to keep. */
import * as z from 'zod';

/** Errors that are part of the day, by what they are. */
export const ExpectedKind = z.enum([
  'not_found',
  'not_allowed',
  'invalid_input',
  'rate_limited',
  'client_error',
  'cancelled',
  'disconnected',
  'chunk_load',
  'browser_noise',
]);
export type ExpectedKind = z.infer<typeof ExpectedKind>;
const BROWSERS = ['ie', 'edge', 'chrome', 'firefox', 'safari', 'opera', 'opera_mini', 'android'] as const;
/** One pattern or address a line: every event is held against each. The longest lists known have some dozens. */
const filterLines = z.array(z.string().min(1).max(500)).max(200);
/** What a project does not want to keep. */
export const FilterRules = z.strictObject({
  browserExtensions: z.boolean(),
  localhost: z.boolean(),
  webCrawlers: z.boolean(),
  /** Transactions, not errors. */
  healthChecks: z.boolean(),
  hydrationErrors: z.boolean(),
  /** Lowest major version that is kept, per browser. */
  legacyBrowsers: z.partialRecord(z.enum(BROWSERS), z.number().int().min(1).max(10_000)),
  messages: filterLines,
  errorTypes: filterLines,
  releases: filterLines,
  addresses: filterLines,
  expected: z.array(ExpectedKind).max(ExpectedKind.options.length),
  spikeProtection: z.boolean(),
  issueEventsPerMinute: z.number().int().min(1).max(1_000_000).nullable(),
  /** Log records with an exception become events of issues: all, those of a level or worse, or none. */
  logErrors: z.enum(['all', 'warn', 'error', 'off']),
});
export type FilterRules = z.infer<typeof FilterRules>;
export const FilterCount = z.object({
  /** As in the ledger. */
  reason: z.string(),
  /** Dropped in the last 24 hours, and in the last seven days. */
  day: z.number(),
  week: z.number(),
});
export type FilterCount = z.infer<typeof FilterCount>;
/** GET and PATCH /api/v1/projects/:slug/filters */
export const ProjectFilters = z.object({
  rules: FilterRules,
  counts: z.array(FilterCount),
  /** Errors kept in this hour, and how many spike protection keeps at most; null: not known yet what is usual. */
  spike: z.object({ kept: z.number(), limit: z.number().nullable() }),
});
export type ProjectFilters = z.infer<typeof ProjectFilters>;
/** POST /api/v1/projects/:slug/filters/preview */
export const FilterPreview = z.object({
  /** Looked at: the newest that are stored. */
  events: z.number(),
  filtered: z.number(),
  reasons: z.array(z.object({ reason: z.string(), events: z.number() })),
  /** Of what would be filtered, the most frequent. */
  titles: z.array(z.object({ title: z.string(), events: z.number() })),
  /** Each line of each list by itself. `isWide`: it matches more than half of all events. */
  lines: z.array(z.object({ list: z.string(), line: z.string(), events: z.number(), isWide: z.boolean() })),
});
export type FilterPreview = z.infer<typeof FilterPreview>;
export const ExpectedCost = z.object({
  kind: ExpectedKind,
  meaning: z.string(),
  /** Stored in the time, and what was sent for them. */
  events: z.number(),
  bytes: z.number(),
  filtered: z.number(),
  filteredBytes: z.number(),
  isFiltered: z.boolean(),
  /** The largest of its kind. */
  issues: z.array(z.object({ id: z.string(), title: z.string(), events: z.number() })).optional(),
});
export type ExpectedCost = z.infer<typeof ExpectedCost>;
/** GET /api/v1/projects/:slug/expected?days=7 */
export const ExpectedErrors = z.object({
  days: z.number(),
  /** All errors stored in the time: what to take a share of. */
  total: z.object({ events: z.number(), bytes: z.number() }),
  kinds: z.array(ExpectedCost),
});
export type ExpectedErrors = z.infer<typeof ExpectedErrors>;

/** GET /api/v1/projects/:slug/setup: one guide per platform, the project's DSN already filled in. */
export const SetupGuide = z.object({
  id: z.string(),
  name: z.string(),
  /** What comes of following it. */
  sends: z.enum(['events', 'logs']),
  /** Shown in order: a sentence above, the code below. */
  steps: z.array(z.object({ text: z.string(), language: z.string(), code: z.string() })),
});
export type SetupGuide = z.infer<typeof SetupGuide>;
export const SetupGuides = z.object({ dsn: z.string(), guides: z.array(SetupGuide) });
export type SetupGuides = z.infer<typeof SetupGuides>;
