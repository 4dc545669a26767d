/**
 * All lines of a story: first what the error's own ids bring, then, once, what the ids on those lines bring that the error
 * does not know: a line of the same user that names a request brings that request, in every service.
 */
import type { StoryReason } from '#contract/story.ts';
import { any, type PlanRange } from '#server/query/plan/plan.ts';
import type { StoryLine } from './story-line.ts';
import { PROCESS_LOGS_MAX, type Sources, storyErrors, storyLogs, storySpans } from './story-records.ts';
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
  const { ids } = anchor;
  const parts = await Promise.all([
    logsOf(sources, anchor, ids),
    spansOf(sources, anchor, ids),
    errorsOf(sources, anchor, { traces: ids.trace, userKeys: anchor.userKeys }),
    processLogs(sources, anchor),
  ]);
  return parts.flat();
}

/** Ids that reach equally far are looked for together: an index knows where each of them is. */
const REACHES: readonly (readonly IdReason[])[] = [
  ['trace', 'request'],
  ['session', 'user'],
];

const reachOf = (reason: IdReason, { aroundMs }: Anchor) =>
  reason === 'trace' || reason === 'request' ? Math.max(REQUEST_AROUND_MS, aroundMs) : aroundMs;

async function logsOf(sources: Sources, anchor: Anchor, ids: Partial<Ids>): Promise<StoryLine[]> {
  const parts = await Promise.all(
    REACHES.map((reach) => {
      const asked = reach.filter((reason) => (ids[reason] ?? []).length > 0);
      if (asked.length === 0) return [];
      return storyLogs(sources, {
        what: `log lines of the ${asked.join(' and ')}`,
        filter: any(...asked.map((reason) => hasOne(reason, ids[reason]!))),
        range: rangeAround(anchor.at, reachOf(asked[0]!, anchor)),
        middle: anchor.at,
      });
    }),
  );
  return parts.flat().map((line) => tied(line, ids));
}

/** By the strongest of the ids that were asked for. */
function tied(line: StoryLine, ids: Partial<Ids>): StoryLine {
  const why = ID_REASONS.find((reason) => ids[reason]?.includes(idOf(line, reason))) ?? 'trace';
  return { ...line, why, tie: idOf(line, why) };
}

async function errorsOf(
  sources: Sources,
  { at, aroundMs }: Anchor,
  { traces, userKeys }: { traces: readonly string[]; userKeys: readonly string[] },
): Promise<StoryLine[]> {
  const lines = await storyErrors(sources, {
    what: `errors of the ${[traces.length > 0 && 'trace', userKeys.length > 0 && 'user'].filter(Boolean).join(' and ')}`,
    traces: { values: traces, range: rangeAround(at, REQUEST_AROUND_MS) },
    userKeys: { values: userKeys, range: rangeAround(at, aroundMs) },
  });
  return lines.map((line) => {
    const why = traces.includes(line.traceId) ? 'trace' : 'user';
    return { ...line, why, tie: idOf(line, why) };
  });
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
  return [...traced, ...others].map((line) => tied(line, ids));
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

/** What the user's and the session's lines name besides themselves. */
async function secondHop(
  sources: Sources,
  anchor: Anchor,
  lines: readonly StoryLine[],
): Promise<StoryLine[]> {
  const origins = new Map(
    followed(anchor).map((reason) => {
      const found = originsOf(lines, reason, anchor);
      if (found.isCut)
        sources.gaps.add(
          `${reason}s`,
          'limit',
          `Of the ${reason}s that these lines name, the ${FOLLOWED_MAX[reason]} nearest to the error were followed.`,
        );
      return [reason, found.origins];
    }),
  );
  const ids: Partial<Ids> = Object.fromEntries(
    [...origins].map(([reason, found]) => [reason, [...found.keys()]]),
  );
  const brought = await Promise.all([
    logsOf(sources, anchor, ids),
    spansOf(sources, anchor, ids),
    errorsOf(sources, anchor, { traces: ids.trace ?? [], userKeys: [] }),
  ]);
  return brought.flat().flatMap((line) =>
    ID_REASONS.flatMap((reason) => {
      const origin = origins.get(reason)?.get(idOf(line, reason));
      return origin ? [overLine(line, reason, idOf(line, reason), origin)] : [];
    }),
  );
}

/** Whom the error names is known; another user is none of its story. */
const followed = ({ ids }: Anchor): IdReason[] =>
  ID_REASONS.filter((reason) => reason !== 'user' || ids.user.length === 0);

/** No tie is stronger than its weakest part: another request of the same user is here for the user. */
function overLine(line: StoryLine, reason: IdReason, id: string, { why, tie }: Origin): StoryLine {
  if (isWeaker(reason, why)) return { ...line, why: reason, tie: id, via: `a line of the ${why} names it` };
  const over = reason === 'trace' || reason === 'request' ? reason : '';
  return { ...line, why, tie, via: `${reason} ${id}`, over };
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
