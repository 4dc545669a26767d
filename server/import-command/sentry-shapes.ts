/**
 * Answers of Sentry's API as far as an import reads them: what docs.sentry.io/api names, and what GlitchTip leaves out of
 * it. Everything that is not needed may be missing or null; a text is never trusted to be short.
 */
import * as z from 'zod';

const text = z.string().nullish();
/** A count comes as a text in lists of Sentry, as a number from others. */
const count = z.union([
  z.number(),
  z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number),
]);
const instant = z.string().refine((value) => !Number.isNaN(Date.parse(value)), 'no time');

export const SentryProject = z.object({
  id: z.union([z.string(), z.number()]).transform(String),
  slug: z.string().min(1),
  name: text,
  platform: text,
});

export const SentryKey = z.object({
  public: z.string(),
  label: text,
  name: text,
  isActive: z.boolean().nullish(),
  projectId: z.union([z.string(), z.number()]).nullish(),
  dsn: z.object({ public: text }).nullish(),
});

export const SentryRelease = z.object({
  version: z.string().min(1),
  url: text,
  dateCreated: instant.nullish(),
  dateReleased: instant.nullish(),
});

const Person = z.object({ email: text, name: text, type: text, slug: text }).nullish().catch(null);

export const SentryIssue = z.object({
  id: z.union([z.string(), z.number()]).transform(String),
  shortId: text,
  title: text,
  culprit: text,
  permalink: text,
  logger: text,
  level: text,
  status: text,
  substatus: text,
  statusDetails: z
    .object({
      inNextRelease: z.boolean().nullish(),
      inRelease: text,
      inCommit: z.unknown().transform(Boolean),
      ignoreUntil: instant.nullish(),
      ignoreCount: z.number().nullish(),
      ignoreUserCount: z.number().nullish(),
    })
    .nullish()
    .catch(null),
  platform: text,
  type: text,
  priority: text,
  metadata: z.object({ type: text, value: text, title: text }).nullish().catch(null),
  assignedTo: Person,
  isUnhandled: z.boolean().nullish(),
  count: count.nullish(),
  userCount: count.nullish(),
  numComments: z.number().nullish(),
  firstSeen: instant.nullish(),
  lastSeen: instant.nullish(),
});
export type SentryIssue = z.output<typeof SentryIssue>;

const NamedRelease = z.object({ version: text }).nullish().catch(null);

/** What the page of one issue has besides. */
export const SentryIssueDetail = z.object({
  firstRelease: NamedRelease,
  lastRelease: NamedRelease,
  activity: z
    .array(
      z.object({
        type: text,
        dateCreated: instant.nullish(),
        user: z.object({ email: text, name: text }).nullish().catch(null),
        data: z.object({ text }).nullish().catch(null),
      }),
    )
    .nullish()
    .catch(null),
});
export type SentryIssueDetail = z.output<typeof SentryIssueDetail>;

/** GlitchTip has the comments of an issue at an address of their own. */
export const SentryComment = z.object({
  data: z.object({ text: z.string() }),
  dateCreated: instant,
  user: z.object({ email: text, name: text }).nullish().catch(null),
});

export const SentryHash = z.object({ id: z.string() });

export const SentryListedEvent = z.object({
  eventID: text,
  id: text,
  dateCreated: instant.nullish(),
});
