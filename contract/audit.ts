/** The audit trail: who did what, when, from where. Entries are only ever added, and forgotten after a while. */
import * as z from 'zod';
import { time } from './time.ts';

/** `person`: signed in; `token`: by an API token; `nobody`: not known, as when a sign-in fails. */
export const AUDIT_VIA = ['person', 'token', 'nobody'] as const;
/**
 * `refused`: the answer was 400 or more, so nothing was changed unless it is 500 or more. `unknown`: it was begun, and is
 * not over, or the program stopped in between.
 */
export const AUDIT_OUTCOMES = ['done', 'refused', 'unknown'] as const;

/** A field of the configuration by its path; null: it was not there, or is not any more. */
const changedValue = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const AuditDifference = z.object({ field: z.string(), before: changedValue, after: changedValue });
export type AuditDifference = z.infer<typeof AuditDifference>;

export const AuditEntry = z.object({
  id: z.string(),
  at: time,
  /** Empty id: a token of no person, or nobody. */
  userId: z.string(),
  name: z.string(),
  /** Of somebody who is not signed in, what they said it is. */
  email: z.string(),
  via: z.enum(AUDIT_VIA),
  /** Behind trusted proxies the address that these name. */
  address: z.string(),
  agent: z.string(),
  /** Method and address with its parameters by name: `PATCH /api/v1/issues/:id`. */
  route: z.string(),
  /** The same in words. */
  action: z.string(),
  /** What kind of thing it was done to: `issues`, `keys`, `members` … */
  noun: z.string(),
  /** Slug; empty where the address names none. */
  project: z.string(),
  /** What the parameters were. */
  target: z.record(z.string(), z.string()),
  /** What was asked for, without texts that are not known to be harmless. */
  changes: z.record(z.string(), z.unknown()),
  /** Of configuration: what the change made different. */
  differences: z.array(AuditDifference),
  /** How many more there are. */
  moreDifferences: z.number(),
  /** HTTP status of the answer; 0: not known. */
  status: z.number(),
  /** Id of the request, as the program's own log has it. */
  request: z.string(),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

/** What both the list and the export narrow it down by. */
export const AuditFilter = z.object({
  /** User id, or a part of a name or e-mail. */
  person: z.string().max(320).default(''),
  route: z.string().max(300).default(''),
  noun: z.string().max(100).default(''),
  outcome: z.enum([...AUDIT_OUTCOMES, '']).default(''),
  /** Anywhere in action, parameters, changes, values before and after, project or address. */
  query: z.string().max(200).default(''),
  from: z.union([time, z.literal('')]).default(''),
  to: z.union([time, z.literal('')]).default(''),
});
export type AuditFilter = z.infer<typeof AuditFilter>;

/** GET /api/v1/audit */
export const AuditQuery = AuditFilter.extend({
  cursor: z.string().max(20).default(''),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type AuditQuery = z.infer<typeof AuditQuery>;
/** GET /api/v1/audit/export */
export const AuditExportQuery = AuditFilter.extend({ format: z.enum(['jsonl', 'csv']).default('jsonl') });

export const AuditList = z.object({
  items: z.array(AuditEntry),
  nextCursor: z.string().nullable(),
  /** Kinds of things that there are entries of. */
  nouns: z.array(z.string()),
  /** Entries are kept for so long. */
  days: z.number(),
});
export type AuditList = z.infer<typeof AuditList>;
