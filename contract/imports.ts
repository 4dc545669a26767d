/** What `tandem import` brings from another tracker: projects' keys, releases, and issues with their newest events. */
import * as z from 'zod';
import { IssueStatus, Level } from './issues.ts';
import { time } from './time.ts';

/** Events brought with an issue in one request; more come with further requests about the same issue. */
export const IMPORT_EVENTS_MAX = 100;
/** Characters of the JSON of all of them together. One of its own may fill it: SDKs send 1 MB, trackers add source lines. */
export const IMPORT_EVENTS_CHARS_MAX = 6_000_000;
export const IMPORT_RELEASES_MAX = 100;
/** Issues asked for at once. */
export const IMPORT_ISSUES_MAX = 100;

const word = (charsMax: number) => z.string().max(charsMax);
/** A text of the source's: cut to what is kept of it, for a long title is no reason to leave an issue. */
const cut = (charsMax: number) => z.string().transform((text) => text.slice(0, charsMax));

/** `https://sentry.example.com/acme/shop`: where a project was before. */
export const ImportSource = word(500).min(1);

/** GET /api/v1/imports/:slug : what an import must know before it begins. */
export const ImportTarget = z.object({
  project: z.object({ id: z.string(), slug: z.string(), name: z.string() }),
  /** Events that are older are not kept here. */
  eventsSince: time,
});
export type ImportTarget = z.infer<typeof ImportTarget>;

/** POST /api/v1/imports/:slug/keys */
export const ImportedKey = z.object({
  publicKey: z.string().regex(/^[0-9a-f]{32}$/, '32 lower-case hexadecimal digits'),
  label: cut(100).default(''),
  enabled: z.boolean().default(true),
  /** The number at the end of its DSN there: senders that go on using that DSN are understood here. */
  dsnProject: z
    .string()
    .regex(/^\d{1,20}$/, 'the number at the end of the DSN')
    .optional(),
});
export type ImportedKey = z.input<typeof ImportedKey>;
/** `elsewhere`: another project here has this key; it stays there. */
export const ImportedKeyAnswer = z.object({ became: z.enum(['taken', 'known', 'elsewhere']) });
export type ImportedKeyAnswer = z.infer<typeof ImportedKeyAnswer>;

/** POST /api/v1/imports/:slug/releases */
export const ImportedReleases = z.object({
  releases: z
    .array(
      z.object({
        version: word(1000).min(1),
        url: cut(1000).default(''),
        createdAt: time,
        releasedAt: time.nullable().default(null),
      }),
    )
    .max(IMPORT_RELEASES_MAX),
});
export type ImportedReleases = z.input<typeof ImportedReleases>;
/** Something that was not taken, and why. */
export const LeftOut = z.object({ what: z.string(), why: z.string() });
export type LeftOut = z.infer<typeof LeftOut>;
export const ImportedReleasesAnswer = z.object({
  taken: z.number(),
  known: z.number(),
  left: z.array(LeftOut),
});
export type ImportedReleasesAnswer = z.infer<typeof ImportedReleasesAnswer>;

/** How an issue stood there. */
export const ImportedState = z.object({
  status: IssueStatus,
  substatus: z.enum(['new', 'ongoing', 'regressed', 'escalating']).default('ongoing'),
  /** When it was resolved, as far as that is known. */
  resolvedAt: time.nullable().default(null),
  /** The release it is resolved in, or the one that was current when it was resolved in the next. */
  resolvedIn: z
    .object({ in: z.enum(['release', 'next_release']), release: word(250) })
    .nullable()
    .default(null),
  /** Of an archived one: until when, or until it happens more often. */
  archivedUntil: z
    .discriminatedUnion('until', [
      z.object({ until: z.literal('forever') }),
      z.object({ until: z.literal('escalating') }),
      z.object({ until: z.literal('time'), time }),
    ])
    .default({ until: 'forever' }),
});
export type ImportedState = z.infer<typeof ImportedState>;

export const ImportedIssue = z.object({
  /** Its id there: the same issue is brought once, however often the import is repeated. */
  id: word(100).min(1),
  shortId: cut(100).default(''),
  /** Its page there, http or https; anything else is not kept. */
  url: z
    .string()
    .default('')
    .transform((url) => (/^https?:\/\/[^\s"<>]{1,1000}$/.test(url) ? url : '')),
  title: cut(1000),
  culprit: cut(1000).default(''),
  type: cut(50).default('error'),
  exceptionType: cut(1000).default(''),
  exceptionValue: cut(1000).default(''),
  level: Level.default('error'),
  platform: cut(64).default(''),
  logger: cut(128).default(''),
  priority: z.enum(['low', 'medium', 'high']).nullable().default(null),
  unhandled: z.boolean().default(false),
  firstSeen: time,
  lastSeen: time,
  firstRelease: cut(250).default(''),
  lastRelease: cut(250).default(''),
  /** What the source counted, over all its time. Kept beside our own counts, which are of the events that are here. */
  events: z.number().int().min(0),
  users: z.number().int().min(0).nullable().default(null),
  state: ImportedState,
  /** Who it was given to: a person by e-mail or a team by slug, if they are here. */
  assignee: z
    .object({ email: word(320).optional(), team: word(100).optional() })
    .nullable()
    .default(null),
  comments: z
    .array(
      z.object({ text: cut(10_000), at: time, email: word(320).default(''), name: cut(200).default('') }),
    )
    .max(1_000)
    .default([]),
  /** By which the source knows events of it, where those are Sentry's: 32 hex. */
  hashes: z
    .array(z.string().regex(/^[0-9a-f]{32}$/))
    .max(1_000)
    .default([]),
  /** What the source said of it when it was read, as one word; given back by GET …/issues, and empty until all is here. */
  mark: word(200).default(''),
});
export type ImportedIssue = z.input<typeof ImportedIssue>;

/** POST /api/v1/imports/:slug/issues */
export const ImportIssueRequest = z.object({
  source: ImportSource,
  issue: ImportedIssue,
  /** Events of it as Sentry's JSON, the newest first. */
  events: z.array(z.record(z.string(), z.unknown())).max(IMPORT_EVENTS_MAX).default([]),
});
export type ImportIssueRequest = z.input<typeof ImportIssueRequest>;
export const ImportIssueAnswer = z.object({
  issueId: z.string(),
  shortId: z.string(),
  /** `made` anew; `joined` to one that was here, because an event of it belongs there; `known` from an earlier import. */
  became: z.enum(['made', 'joined', 'known']),
  events: z.object({ taken: z.number(), known: z.number(), left: z.array(LeftOut) }),
  /** What of the issue itself could not be kept. */
  left: z.array(LeftOut),
});
export type ImportIssueAnswer = z.infer<typeof ImportIssueAnswer>;

/** POST /api/v1/imports/:slug/marks : which of these issues are here whole, by their ids there. */
export const ImportMarksRequest = z.object({
  source: ImportSource,
  ids: z.array(word(100)).max(IMPORT_ISSUES_MAX),
});
export type ImportMarksRequest = z.infer<typeof ImportMarksRequest>;
export const ImportMarks = z.object({ marks: z.record(z.string(), z.string()) });
export type ImportMarks = z.infer<typeof ImportMarks>;
