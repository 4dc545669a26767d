/** Projects, their ingest keys and their limits. */
import * as z from 'zod';
import { ProjectSummary } from './people.ts';
import { time } from './time.ts';

/** GET and POST /api/v1/projects ; GET, PATCH and DELETE /api/v1/projects/:slug */
export const Projects = z.array(ProjectSummary);
export type Projects = z.infer<typeof Projects>;
export const ProjectRequest = z.object({
  name: z.string().min(1).max(100),
  slug: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,49}$/, 'lower-case letters, digits and dashes, at most 50')
    .regex(/[a-z]/, 'at least one letter')
    .optional(),
  platform: z.string().max(50).default(''),
});
export type ProjectRequest = z.input<typeof ProjectRequest>;
/** What is left out stays as it is; so the default of a new project must not apply. */
export const ProjectUpdate = ProjectRequest.extend({ platform: z.string().max(50) }).partial();
export type ProjectUpdate = z.input<typeof ProjectUpdate>;

export const RateLimit = z.object({
  count: z.number().int().min(1),
  windowSeconds: z.number().int().min(1).max(86_400),
});
export const IngestKey = z.object({
  id: z.string(),
  projectId: z.string(),
  label: z.string(),
  publicKey: z.string(),
  dsn: z.string(),
  enabled: z.boolean(),
  rateLimit: RateLimit.nullable(),
  createdAt: time,
});
export type IngestKey = z.infer<typeof IngestKey>;
/** GET /api/v1/projects/:slug/artifacts?release= ; DELETE /api/v1/projects/:slug/artifacts/:id */
export const ArtifactBundles = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      /** Empty: found by debug ids alone. */
      release: z.string(),
      dist: z.string(),
      fileCount: z.number(),
      /** The first of them. */
      files: z.array(
        z.object({
          kind: z.enum(['minified_source', 'source_map', 'source']),
          url: z.string(),
          /** 32 hex; empty when it has none. */
          debugId: z.string(),
          bytes: z.number(),
        }),
      ),
      /** On the disk. */
      bytes: z.number(),
      createdAt: time,
      /** When an event last needed it, to the day. */
      usedAt: time,
    }),
  ),
  /** What the artifacts of all projects take on the disk, and may take. */
  bytes: z.number(),
  bytesMax: z.number(),
});
export type ArtifactBundles = z.infer<typeof ArtifactBundles>;

/** GET and POST /api/v1/projects/:slug/keys ; PATCH and DELETE /api/v1/projects/:slug/keys/:id */
export const IngestKeys = z.array(IngestKey);
export type IngestKeys = z.infer<typeof IngestKeys>;
export const IngestKeyRequest = z.object({
  label: z.string().min(1).max(100),
  rateLimit: RateLimit.nullable().default(null),
});
export type IngestKeyRequest = z.input<typeof IngestKeyRequest>;
export const IngestKeyUpdate = z
  .object({ label: z.string().min(1).max(100), enabled: z.boolean(), rateLimit: RateLimit.nullable() })
  .partial();
export type IngestKeyUpdate = z.infer<typeof IngestKeyUpdate>;

const QUOTA_CATEGORIES = ['events', 'logs', 'spans'] as const;
export const days = z.number().int().min(1).max(3650).nullable();
const quotaCount = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER).nullable();
/** Days. Null: as long as the program keeps things; for levels of logs, as long as other logs. */
export const Retention = z.object({
  eventDays: days,
  spanDays: days,
  logDays: days,
  /** Trace and debug. */
  debugLogDays: days,
  /** Error and fatal. */
  errorLogDays: days,
  /** Logs around occurrences of issues, as long as the events are kept too. Null: no longer than other logs. */
  issueLogDays: days,
  /** Around: of the same user or session so many minutes before and after. Null: 5. */
  issueLogMinutes: z.number().int().min(0).max(60).nullable(),
  /** Of the same service so many seconds before and after. Null: 30. */
  issueLogSeconds: z.number().int().min(0).max(600).nullable(),
});
export type Retention = z.infer<typeof Retention>;
/** Null: no limit. Days are of UTC; bytes are those of records as accepted. */
export const Quota = z.object({
  recordsPerDay: quotaCount,
  bytesPerDay: quotaCount,
  recordsPerMinute: quotaCount,
});
export type Quota = z.infer<typeof Quota>;
export const Quotas = z.object({ events: Quota, logs: Quota, spans: Quota });
export type Quotas = z.infer<typeof Quotas>;
export const QuotaUsed = z.object({
  category: z.enum(QUOTA_CATEGORIES),
  unit: z.enum(['records', 'bytes']),
  used: z.number(),
  limit: z.number(),
});
export type QuotaUsed = z.infer<typeof QuotaUsed>;
/** GET and PATCH /api/v1/projects/:slug/limits */
export const ProjectLimits = z.object({
  /** What the program keeps things for: no setting may be longer. */
  retentionDays: z.number(),
  retention: Retention,
  quotas: Quotas,
  /** Limits of a day that are set, and what of them is used today. */
  used: z.array(QuotaUsed),
  /** When the day of the quotas begins anew. */
  resetsAt: time,
});
export type ProjectLimits = z.infer<typeof ProjectLimits>;
/** What is left out stays as it is. */
export const ProjectLimitsUpdate = z
  .object({ retention: Retention.partial(), quotas: Quotas.partial() })
  .partial();
export type ProjectLimitsUpdate = z.infer<typeof ProjectLimitsUpdate>;
/** GET /api/v1/projects/:slug/stored */
export const ProjectStored = z.object({
  /** Per kind, for logs per group of levels. */
  kinds: z.array(
    z.object({
      kind: z.enum(['event', 'log', 'span']),
      /** `debug`, `info` or `error`; empty for what is no log record. */
      levels: z.string(),
      rows: z.number(),
      /** Its share of the table's bytes by its share of the rows: an estimate. */
      bytes: z.number(),
    }),
  ),
  /** Of the logs, what is kept only because an error happened near it. Null: no logs are kept longer for that. */
  issueLogs: z.object({ rows: z.number(), bytes: z.number() }).nullable(),
  /** What retention removed, the newest first: one for each day, kind and group of levels. */
  removals: z.array(
    z.object({
      removedOn: z.string(),
      kind: z.enum(['event', 'log', 'span']),
      levels: z.string(),
      rows: z.number(),
      /** First day of the oldest and of the newest partition that rows went from. */
      from: z.string(),
      to: z.string(),
    }),
  ),
});
export type ProjectStored = z.infer<typeof ProjectStored>;
