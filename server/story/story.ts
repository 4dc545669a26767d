/**
 * The story of an occurrence: everything that its ids, its user and its host tie to it, in one order of time, with the
 * line that likely caused it marked. What is always true here: lines are found only in the projects of the viewer's
 * organization; each line is there once and says why; what is missing is said.
 */
import { STORY_AROUND_MS, type Story, type StoryItem, type Suspect } from '#contract/story.ts';
import { findEventRow } from '#server/issues/event-queries.ts';
import { type EventsOf, eventsOf } from '#server/issues/events-of.ts';
import type { FoundIssue, IssueStores } from '#server/issues/issues.ts';
import { Deadline } from '#server/query/plan/run-plan.ts';
import type { EventPayload } from '#server/record/event.ts';
import { reject } from '#server/record/rejections.ts';
import type { ErrorSaid } from './candidates.ts';
import { findSkews } from './clock-skew.ts';
import { type Anchor, collectStory, rangeAround } from './collect-story.ts';
import { BEFORE_MS, readSick } from './count-candidates.ts';
import { Gaps } from './gaps.ts';
import { withKnownServices } from './known-services.ts';
import { type Marking, markCause } from './mark-cause.ts';
import { type ErrorRow, lineOfBreadcrumb, type StoryLine } from './story-line.ts';
import { ERROR_COLUMNS, type Sources, whatBroke, withIssues } from './story-records.ts';
import { becauseOf, mergeLines } from './ties.ts';

/** For reading and for counting, together. */
const TIMEOUT_MS = 8_000;
/** OpenTelemetry's and Loki's clients keep their lines for up to five seconds until they send them. */
const LINES_SENT_MS = 5_000;
/** Lines of a process say less than those of a request, and there are more of them: a tenth of the time. */
const PROCESS_SHARE = 10;

export interface StoryQuestion {
  /** All that belong to the organization. */
  projects: readonly number[];
  issue: FoundIssue;
  /** An id, `latest` or `oldest`. */
  which: string;
  /** What its user did alone: nothing of its host, and its trace and request as those of the user. */
  ofUser?: boolean;
  aroundMs?: number;
  timeoutMs?: number;
}

/** The story before it is told. */
export interface ReadStory {
  marking: Marking;
  story: Story;
}

interface Occurrence {
  /** `received`: when it came here, ms since 1970. */
  row: ErrorRow & { user_email: string; user_username: string; received: number };
  payload: EventPayload;
  of: EventsOf;
  line: StoryLine;
}

export async function readStory(stores: IssueStores, question: StoryQuestion): Promise<ReadStory> {
  const { projects, aroundMs = STORY_AROUND_MS, timeoutMs = TIMEOUT_MS, ofUser = false } = question;
  const sources: Sources = { stores, projects, deadline: new Deadline(timeoutMs), gaps: new Gaps() };
  const occurrence = await findOccurrence(stores, question);
  sayWhenEarly(sources, occurrence.row);
  const anchor = ofUser ? ofUserAlone(anchorOf(occurrence, aroundMs)) : anchorOf(occurrence, aroundMs);
  const sick = readSick(sources, occurrence.of, anchor.at);
  // It is looked at later, and may fail before.
  sick.catch(() => {});
  const [collected, broke] = await Promise.all([
    collectStory(sources, anchor),
    ofUser ? [] : whatBroke(sources, timeBefore(anchor.at)),
  ]);
  const lines = withKnownServices(
    mergeLines([...ownLines(occurrence), ...collected]),
    wordsOf(occurrence.payload),
  );
  const { list: skew, settled } = findSkews(lines);
  const error = { ...errorSaid(occurrence, lines), firstSeenMs: question.issue.row.first_seen };
  const errorAt = settled(error.line, error.line.at);
  const marking = await markCause(sources, mergeLines([...lines, ...broke]), error, sick, settled);
  // What is tied by time alone is here only where it may be the cause.
  const told = mergeLines([...lines, ...broke.filter(({ id }) => marking.suspects.has(id))]);
  const range = rangeAround(anchor.at, aroundMs);
  return {
    marking,
    story: {
      items: inOrder(told, settled).map(({ line, at }) =>
        toItem(line, Number(at - errorAt), marking.suspects.get(line.id)),
      ),
      event: {
        id: occurrence.row.event_id,
        issueId: String(question.issue.row.id),
        timestamp: occurrence.line.timestamp,
        userId: occurrence.row.user_id,
      },
      window: {
        from: isoOf(range.start),
        to: isoOf(range.end),
        aroundMs,
        processMs: anchor.processMs,
      },
      cause: marking.cause,
      skew,
      ...(sources.gaps.list.length > 0 && { cutShort: sources.gaps.list }),
    },
  };
}

const timeBefore = (at: bigint) => ({ start: at - BigInt(BEFORE_MS) * 1_000_000n, end: at + 1n });
const isoOf = (ns: bigint) => new Date(Number(ns / 1_000_000n)).toISOString();

async function findOccurrence(stores: IssueStores, { issue, which }: StoryQuestion): Promise<Occurrence> {
  const of = await eventsOf(stores, issue);
  const { payload, ...row } = await findEventRow<Occurrence['row'] & { payload: string }>(
    stores,
    of,
    which,
    `${ERROR_COLUMNS}, user_email, user_username, toUnixTimestamp64Milli(received_at) AS received, payload`,
  );
  const [line] = await withIssues(stores, [row]);
  return { row, payload: JSON.parse(payload), of, line: line! };
}

/** Errors are sent at once, lines in batches: of an error that just came half of the story is on its way. */
function sayWhenEarly({ stores, gaps }: Sources, { received }: Occurrence['row']): void {
  const ageMs = Math.max(0, stores.clock.now() - Number(received));
  if (ageMs >= LINES_SENT_MS) return;
  const age = ageMs < 1_000 ? 'less than a second' : `${Math.floor(ageMs / 1_000)} s`;
  gaps.add(
    'lines on their way',
    'early',
    `The error came ${age} ago; loggers send their lines a few seconds later.`,
  );
}

const known = (...values: string[]) => [...new Set(values.filter((value) => value !== ''))];

function anchorOf({ row, line }: Occurrence, aroundMs: number): Anchor {
  return {
    at: line.at,
    ids: {
      trace: known(row.trace_id),
      request: known(row.request_id),
      session: known(row.session_id),
      // Log records have one column for who it was; some write the address or the name into it.
      user: known(row.user_id, row.user_email, row.user_username),
    },
    userKeys: known(row.user_key),
    host: row.host,
    service: row.service,
    aroundMs,
    processMs: Math.round(aroundMs / PROCESS_SHARE),
  };
}

/** What the user's lines and errors belong to is followed from them. */
const ofUserAlone = (anchor: Anchor): Anchor => ({
  ...anchor,
  ids: { trace: [], request: [], session: [], user: anchor.ids.user },
  host: '',
  service: '',
});

/** The newest occurrence of an issue that hit this user. */
export async function newestOfUser(stores: IssueStores, issue: FoundIssue, userKey: string): Promise<string> {
  const of = await eventsOf(stores, issue);
  const [event] = await stores.telemetry.select<{ event_id: string }>(
    of.projects,
    `SELECT event_id FROM events WHERE ${of.where} AND user_key = {user:String} ORDER BY timestamp DESC LIMIT 1`,
    { params: { ...of.params, user: userKey } },
  );
  if (!event) throw reject('not_found', 'no event of this issue names this user');
  return event.event_id;
}

function ownLines({ line, payload }: Occurrence): StoryLine[] {
  const crumbs = payload.breadcrumbs?.values ?? [];
  return [
    line,
    ...crumbs.flatMap((crumb, index) => {
      const made = lineOfBreadcrumb(crumb, index, line);
      return made ? [made] : [];
    }),
  ];
}

function errorSaid(
  { line: own, payload }: Occurrence,
  lines: readonly StoryLine[],
): ErrorSaid & { type: string } {
  const line = lines.find(({ id }) => id === own.id) ?? own;
  const type = payload.exception?.values?.at(-1)?.type ?? '';
  return { line, words: wordsOf(payload), type: type.slice(0, 100) };
}

function wordsOf({ exception, logentry }: EventPayload): string[] {
  const values = (exception?.values ?? []).map(({ value }) => value ?? '');
  const message = logentry?.formatted ?? logentry?.message ?? '';
  return [...values, message].map((text) => text.slice(0, 200)).filter((text) => text !== '');
}

/** By the clock that most agree with; of one moment, what was told first is what came before. */
function inOrder(
  lines: readonly StoryLine[],
  settled: (line: StoryLine, moment: bigint) => bigint,
): { line: StoryLine; at: bigint }[] {
  const KINDS = { breadcrumb: 0, span: 1, log: 2, error: 3 };
  return lines
    .map((line) => ({ line, at: settled(line, line.at) }))
    .sort((one, other) => {
      if (one.at !== other.at) return one.at < other.at ? -1 : 1;
      return KINDS[one.line.kind] - KINDS[other.line.kind] || (one.line.id < other.line.id ? -1 : 1);
    });
}

function toItem(line: StoryLine, offsetNs: number, suspect: Suspect | undefined): StoryItem {
  const {
    at,
    known: _,
    pattern,
    parentSpanId,
    spanKind,
    isSegment,
    tie,
    via,
    over,
    hash,
    knownService,
    ...item
  } = line;
  return { ...item, service: knownService, offsetNs, because: becauseOf(line), ...(suspect && { suspect }) };
}
