/**
 * All lines of a story: first what the error's own ids bring, then, once, what the ids on those lines bring that the error
 * does not know: a line of the same user that names a request brings that request, in every service.
 */
import type { StoryReason } from '#contract/story.ts';
import type { PlanRange } from '#server/query/plan/plan.ts';
import type { StoryLine } from './story-line.ts';
import {
  type LogsWanted,
  PROCESS_LOGS_MAX,
  type Sources,
  storyErrors,
  storyLogs,
  storySpans,
} from './story-records.ts';
import {
  hasOne,
  ID_REASONS,
  type IdReason,
  type Ids,
  idOf,
  isWeaker,
  mergeLines,
  ofProcess,
} from './ties.ts';

/** What a story hangs on: the ids of an error, or of a user. */
export interface Anchor {
  at: bigint;
  ids: Ids;
  /** As events name users: `id:42`. */
  userKeys: string[];
  host: string;
  service: string;
  aroundMs: number;
  processMs: number;
}

/** A request or a trace is short; what is further away is another one with the same number. */
const REQUEST_AROUND_MS = 3_600_000;
/** Ids on the story's lines that are followed, those nearest to the error: an hour of one user has dozens of requests. */
const FOLLOWED_MAX: Record<IdReason, number> = { trace: 20, request: 20, session: 3, user: 1 };

const NS_OF_MS = 1_000_000n;
export const rangeAround = (at: bigint, ms: number): PlanRange => {
  const start = at - BigInt(ms) * NS_OF_MS;
  return { start: start > 0n ? start : 0n, end: at + BigInt(ms) * NS_OF_MS + 1n };
};

export async function collectStory(sources: Sources, anchor: Anchor): Promise<StoryLine[]> {
  const own = await firstHop(sources, anchor);
  return mergeLines([...own, ...(await secondHop(sources, anchor, own))]);
}

async function firstHop(sources: Sources, anchor: Anchor): Promise<StoryLine[]> {
  const { at, ids } = anchor;
  const parts = await Promise.all([
    ...ID_REASONS.map((reason) => logsOf(sources, anchor, reason, ids[reason])),
    spansOf(sources, anchor, ids),
    storyErrors(sources, {
      by: 'trace',
      values: ids.trace,
      range: rangeAround(at, REQUEST_AROUND_MS),
      what: 'errors of the trace',
    }).then(tied('trace')),
    storyErrors(sources, {
      by: 'user',
      values: anchor.userKeys,
      range: rangeAround(at, anchor.aroundMs),
      what: 'errors of the user',
    }).then(tied('user')),
    processLogs(sources, anchor),
  ]);
  return parts.flat();
}

const reachOf = (reason: IdReason, { aroundMs }: Anchor) =>
  reason === 'trace' || reason === 'request' ? Math.max(REQUEST_AROUND_MS, aroundMs) : aroundMs;

async function logsOf(
  sources: Sources,
  anchor: Anchor,
  reason: IdReason,
  values: readonly string[],
): Promise<StoryLine[]> {
  if (values.length === 0) return [];
  const wanted: LogsWanted = {
    what: `log lines of the ${reason}`,
    filter: hasOne(reason, values),
    range: rangeAround(anchor.at, reachOf(reason, anchor)),
    middle: anchor.at,
  };
  return tied(reason)(await storyLogs(sources, wanted));
}

/** Of traces the index knows where they are; for the other ids the spans of the time itself are looked through, once. */
async function spansOf(sources: Sources, { at, aroundMs }: Anchor, ids: Partial<Ids>): Promise<StoryLine[]> {
  const named = (reason: IdReason) => ids[reason] ?? [];
  const [traced, others] = await Promise.all([
    storySpans(sources, {
      what: 'spans of the trace',
      of: [['trace_id', named('trace')]],
      range: rangeAround(at, Math.max(REQUEST_AROUND_MS, aroundMs)),
      middle: at,
    }),
    storySpans(sources, {
      what: 'spans of the request, session and user',
      of: (['request', 'session', 'user'] as const).map((reason) => [`${reason}_id`, named(reason)] as const),
      range: rangeAround(at, aroundMs),
      middle: at,
    }),
  ]);
  const strongest = (line: StoryLine) =>
    ID_REASONS.find((reason) => named(reason).includes(idOf(line, reason))) ?? 'trace';
  return [...traced, ...others].map((line) => {
    const why = strongest(line);
    return { ...line, why, tie: idOf(line, why) };
  });
}

async function processLogs(sources: Sources, { at, host, service, processMs }: Anchor): Promise<StoryLine[]> {
  const filter = ofProcess(host, service);
  if (!filter) return [];
  const lines = await storyLogs(sources, {
    what: 'log lines of the host',
    filter,
    range: rangeAround(at, processMs),
    middle: at,
    limit: PROCESS_LOGS_MAX,
  });
  const tie = host ? `host ${host}` : `service ${service}`;
  return lines.map((line) => ({ ...line, why: 'process', tie }));
}

const tied =
  (why: IdReason) =>
  (lines: readonly StoryLine[]): StoryLine[] =>
    lines.map((line) => ({ ...line, why, tie: idOf(line, why) }));

/** What the user's and the session's lines name besides themselves. */
async function secondHop(
  sources: Sources,
  anchor: Anchor,
  lines: readonly StoryLine[],
): Promise<StoryLine[]> {
  const found = await Promise.all(
    followed(anchor).flatMap((reason) => {
      const { isCut, origins } = originsOf(lines, reason, anchor);
      if (origins.size === 0) return [];
      if (isCut)
        sources.gaps.add(
          `${reason}s`,
          'limit',
          `Of the ${reason}s that these lines name, the ${FOLLOWED_MAX[reason]} nearest to the error were followed.`,
        );
      const values = [...origins.keys()];
      const follow = (brought: readonly StoryLine[]): StoryLine[] =>
        brought.flatMap((line) => {
          const id = idOf(line, reason);
          const origin = origins.get(id);
          return origin ? [overLine(line, reason, id, origin)] : [];
        });
      return [
        logsOf(sources, anchor, reason, values).then(follow),
        spansOf(sources, anchor, { [reason]: values }).then(follow),
        ...(reason === 'trace'
          ? [
              storyErrors(sources, {
                by: 'trace',
                values,
                range: rangeAround(anchor.at, REQUEST_AROUND_MS),
                what: 'errors of the traces',
              }).then(follow),
            ]
          : []),
      ];
    }),
  );
  return found.flat();
}

/** Whom the error names is known; another user is none of its story. */
const followed = ({ ids }: Anchor): IdReason[] =>
  ID_REASONS.filter((reason) => reason !== 'user' || ids.user.length === 0);

/** No tie is stronger than its weakest part: another request of the same user is here for the user. */
function overLine(line: StoryLine, reason: IdReason, id: string, { why, tie }: Origin): StoryLine {
  if (isWeaker(reason, why)) return { ...line, why: reason, tie: id, via: `a line of the ${why} names it` };
  return { ...line, why, tie, via: `${reason} ${id}` };
}

interface Origin {
  why: StoryReason;
  tie: string;
}

/** Ids that the error does not know itself, on lines that an id brought; the nearest in time. */
function originsOf(
  lines: readonly StoryLine[],
  reason: IdReason,
  { at, ids }: Anchor,
): { origins: Map<string, Origin>; isCut: boolean } {
  const known = new Set(ids[reason]);
  const near = lines
    .filter((line) => line.why !== 'process' && idOf(line, reason) !== '' && !known.has(idOf(line, reason)))
    .sort((one, other) => distance(one.at, at) - distance(other.at, at));
  const origins = new Map<string, Origin>();
  for (const line of near) {
    const id = idOf(line, reason);
    if (origins.has(id)) continue;
    if (origins.size === FOLLOWED_MAX[reason]) return { origins, isCut: true };
    origins.set(id, { why: line.why, tie: line.tie });
  }
  return { origins, isCut: false };
}

const distance = (one: bigint, other: bigint) => Math.abs(Number(one - other));
