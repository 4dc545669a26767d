/** The story of an occurrence, and of a user: breadcrumbs, spans, log records and errors in one order of time. */
import * as z from 'zod';
import { LogLevel } from './logs.ts';

export const STORY_KINDS = ['breadcrumb', 'span', 'log', 'error'] as const;
export type StoryKind = (typeof STORY_KINDS)[number];

/**
 * Why a line is in a story, the strongest first. `event`: it came with the error itself. `process`: of the same host, or of
 * the same service where no host is known. `time`: something else that broke just then; only when it is a likely cause.
 */
export const STORY_REASONS = ['event', 'trace', 'request', 'session', 'user', 'process', 'time'] as const;
export type StoryReason = (typeof STORY_REASONS)[number];

/** What a line opens: a log record by its id, a span by trace and span, an error by its event and issue. */
export const StoryRef = z.object({
  logId: z.string().optional(),
  traceId: z.string().optional(),
  spanId: z.string().optional(),
  eventId: z.string().optional(),
  issueId: z.string().optional(),
  shortId: z.string().optional(),
});
export type StoryRef = z.infer<typeof StoryRef>;

/** How often something was there and how often it could have been. */
const Share = z.object({ with: z.number(), of: z.number() });
export type StoryShare = z.infer<typeof Share>;

/** What speaks for a line as the cause of the error. */
export const Suspect = z.object({
  /** 1: the likely cause; 2 and 3: what comes next. */
  rank: z.number(),
  /** 0 to 1. */
  score: z.number(),
  /** In words, with the numbers; times are UTC. */
  evidence: z.string(),
  numbers: z.object({
    /** Lines like it in this story. */
    lines: z.number(),
    /** Milliseconds from the first of them to the error. */
    beforeMs: z.number(),
    /** What was compared: by which id, or by moments of ten seconds. */
    by: z.enum(['trace', 'request', 'session', 'user', 'moment']),
    /** Of the issue's newest occurrences; null: not counted. */
    occurrences: Share.nullable(),
    /** Of the traffic of the same services and time in which this issue did not happen; null: not counted. */
    healthy: Share.nullable(),
    /** Nanoseconds since 1970: when it began; null: it was there all the time that was looked at, or was not counted. */
    began: z.string().nullable(),
  }),
});
export type Suspect = z.infer<typeof Suspect>;

export const StoryItem = z.object({
  /** In this answer only. */
  id: z.string(),
  kind: z.enum(STORY_KINDS),
  /** Nanoseconds since 1970, decimal digits, as its own clock said. */
  timestamp: z.string(),
  /** Nanoseconds after the error, by the clock that most agree with: what decides its place. */
  offsetNs: z.number(),
  /** Nanoseconds; of spans. */
  durationNs: z.number().optional(),
  projectId: z.string(),
  service: z.string(),
  host: z.string(),
  severity: LogLevel,
  /** Cut after 4,000 characters. */
  body: z.string(),
  /** Of a log record whose body is JSON: what it says in words. Cut likewise. */
  message: z.string().optional(),
  /** The first fifty, each cut after 1,000 characters. */
  attributes: z.record(z.string(), z.unknown()),
  why: z.enum(STORY_REASONS),
  /** The same in words, with the id that ties them. */
  because: z.string(),
  ref: StoryRef,
  /** Its own ids; empty: not said. */
  traceId: z.string(),
  spanId: z.string(),
  requestId: z.string(),
  sessionId: z.string(),
  userId: z.string(),
  suspect: Suspect.optional(),
});
export type StoryItem = z.infer<typeof StoryItem>;

/** Something the story would have, and why it has not. */
export const StoryGap = z.object({
  what: z.string(),
  /** `early`: it may still be on its way; ask again some seconds later. */
  why: z.enum(['limit', 'time', 'bytes', 'early']),
  text: z.string(),
});
export type StoryGap = z.infer<typeof StoryGap>;

/** Clocks that do not agree, as spans show that lie outside those which caused them. */
export const StorySkew = z.object({
  service: z.string(),
  host: z.string(),
  /** Milliseconds; negative: its clock is behind. */
  ms: z.number(),
  text: z.string(),
});
export type StorySkew = z.infer<typeof StorySkew>;

export const Story = z.object({
  /** In the order of time; where clocks evidently differ, in that of cause and effect. */
  items: z.array(StoryItem),
  /** What the times are relative to. Null: the user has had no error in the window. */
  event: z
    .object({
      id: z.string(),
      issueId: z.string(),
      /** Nanoseconds since 1970. */
      timestamp: z.string(),
      userId: z.string(),
    })
    .nullable(),
  window: z.object({
    /** ISO 8601. */
    from: z.string(),
    to: z.string(),
    /** Milliseconds looked at before and after the error: for lines of its session and user, and of its host. */
    aroundMs: z.number(),
    processMs: z.number(),
  }),
  /** The line that is marked as the likely cause, and whether that could be counted. */
  cause: z.object({
    state: z.enum(['found', 'none', 'uncounted']),
    itemId: z.string().nullable(),
    text: z.string(),
  }),
  skew: z.array(StorySkew),
  /** Absent: nothing is missing. */
  cutShort: z.array(StoryGap).optional(),
});
export type Story = z.infer<typeof Story>;

/** Milliseconds before and after: the usual, and as far as one can widen. */
export const STORY_AROUND_MS = 300_000;
export const STORY_AROUND_MS_MAX = 21_600_000;

/** GET /api/v1/issues/:id/events/:eventId/cause : what the story marks as the likely cause, without the story. */
export const EventCause = z.object({
  /** Null: nothing explains it, or how often it is there otherwise could not be counted. */
  cause: z
    .object({
      /** A sentence with the numbers; times are UTC. */
      evidence: z.string(),
      eventId: z.string(),
      /** The marked line in the story of that event. */
      itemId: z.string(),
    })
    .nullable(),
  /** The error came so lately that lines may be on their way: ask again some seconds later. */
  isEarly: z.boolean(),
});
export type EventCause = z.infer<typeof EventCause>;

/** GET /api/v1/logs/:id/links : where a log record leads. */
export const LogLinks = z.object({
  /** The error that it tells of itself, then those of its span, trace or request, the nearest first; eleven at most. */
  errors: z.array(
    z.object({
      eventId: z.string(),
      issue: z.object({ id: z.string(), shortId: z.string(), title: z.string() }),
      why: z.enum(['record', 'span', 'trace', 'request']),
    }),
  ),
  userId: z.string(),
});
export type LogLinks = z.infer<typeof LogLinks>;
