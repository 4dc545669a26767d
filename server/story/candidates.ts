/**
 * Lines of a story that may tell of the cause: what is abnormal and was known before the error. Lines that say the same
 * are one candidate, told by its earliest line.
 */
import type { StoryReason } from '#contract/story.ts';
import { type Abnormal, abnormalOf } from './abnormal.ts';
import type { StoryLine } from './story-line.ts';

export interface Candidate {
  key: string;
  /** The earliest in the story. */
  line: StoryLine;
  abnormal: Abnormal;
  /** In the story, before the error. */
  lines: number;
  /** By the clock of the error as far as it is known, nanoseconds. */
  known: bigint;
  beforeMs: number;
  /** How much what ties it has to do with the error, 0 to 1. */
  strength: number;
  /** It is what the error's own service says of this very error. */
  isReport: boolean;
  /** It came after an occurrence of the same issue in its own trace or request: it tells of that one, not of what caused it. */
  isEcho: boolean;
  /** Of a span: keys of lines in which its service tells of the same call. */
  tellers: readonly string[];
  /** By which id its occurrences are told apart; `moment` where none ties them. */
  by: Exclude<StoryReason, 'event' | 'process' | 'time'> | 'moment';
}

/** Counted for one story: each costs the engine a condition on every line it looks at. */
const CANDIDATES_MAX = 16;
/** Of what only shares the minute: its services may be all there are. */
const UNTIED_MAX = 5;
/** Another machine's clock may be ahead of the error's though its line came first. */
const OTHER_CLOCK_NS = 1_000_000_000n;
/** Events are told to the millisecond, lines to the nanosecond. */
const OWN_CLOCK_NS = 999_999n;
/** What repeats the error's words so near to it is its report, where services have no names. */
const REPORT_NS = 5_000_000_000n;
/** Whoever is told by a call that it failed says so right then. */
const CALL_NS = 1_000_000_000n;
/** Shorter words are in many lines. */
const WORDS_CHARS_MIN = 6;
/** Another service may say as much of the same. */
const OTHERS_WORDS_CHARS_MIN = 12;
/** What only says the error again explains nothing: less than what is marked at all, however often it is there. */
const REPORT = 0.28;

/** A line of the same request has to do with it; one of the same host, or of the same minute, may. */
const STRENGTH: Record<StoryReason, number> = {
  event: 1,
  trace: 1,
  request: 1,
  session: 0.95,
  user: 0.95,
  process: 0.65,
  time: 0.5,
};

/** Another request of the same user or session: what was wrong there may be wrong here, but the own one says more. */
const OTHER_REQUEST = 0.65;

/** What a process cannot do to itself. */
const OUTSIDE: ReadonlySet<string> = new Set([
  ...['status', 'refused', 'timeout', 'certificate', 'limit', 'access'],
  ...['pool', 'lock', 'disk', 'memory', 'crash', 'message'],
]);
/** Less than what is marked at all. */
const GUESS = 0.45;

export interface ErrorSaid {
  line: StoryLine;
  /** Types and values of its exceptions, its message. */
  words: readonly string[];
}

export function findCandidates(
  lines: readonly StoryLine[],
  error: ErrorSaid,
  settled: (line: StoryLine, moment: bigint) => bigint,
): Candidate[] {
  const found = new Map<string, Candidate>();
  const errorAt = settled(error.line, error.line.at);
  const earlier = occurrencesOf(lines, error, settled);
  for (const line of lines) {
    if (line.kind === 'error' && (line.hash === error.line.hash || line.id === error.line.id)) continue;
    const abnormal = abnormalOf(line);
    if (!abnormal) continue;
    const known = settled(line, line.known);
    if (known > errorAt + leeway(line, error.line)) continue;
    const key = keyOf(line, abnormal);
    const candidate = found.get(key);
    const strength = strengthOf(line, error.line);
    if (candidate && !tellsMore(strength, known, candidate)) {
      candidate.lines += 1;
      continue;
    }
    found.set(key, {
      key,
      line,
      abnormal,
      known,
      lines: (candidate?.lines ?? 0) + 1,
      beforeMs: Number(errorAt - known) / 1e6,
      strength,
      isEcho: idsOf(line).some((id) => known > (earlier.get(id) ?? known) + OWN_CLOCK_NS),
      isReport: isReport(line, known, errorAt, error),
      tellers: [],
      by: unitOf(line),
    });
  }
  const promising = withoutGuesses(withTellers([...found.values()], error), error).sort(
    (one, other) => promise(other) - promise(one) || Number(one.known - other.known),
  );
  const tied = promising.filter(({ line }) => line.why !== 'time');
  const untied = promising.filter(({ line }) => line.why === 'time').slice(0, UNTIED_MAX);
  return [...tied, ...untied].slice(0, CANDIDATES_MAX);
}

/**
 * Something else is always broken somewhere. What shares only the host or the minute is believed of an error that tells of
 * something outside its process, or in whose request something did; of a mistake in the code it is a guess.
 */
function withoutGuesses(candidates: readonly Candidate[], { line: error, words }: ErrorSaid): Candidate[] {
  const said = abnormalOf({ kind: 'error', severity: 'error', body: words.join('\n'), attributes: {} });
  const isOutside =
    OUTSIDE.has(said?.kind ?? '') || candidates.some((candidate) => tellsOfOutside(candidate, error));
  if (isOutside) return [...candidates];
  return candidates.map((candidate) =>
    isUntied(candidate.line, error) ? { ...candidate, strength: candidate.strength * GUESS } : candidate,
  );
}

/** What its service answered to others is the error again. */
function tellsOfOutside({ line, abnormal, isReport: repeats }: Candidate, error: StoryLine): boolean {
  const isOwnAnswer = abnormal.words !== '' && line.knownService === error.knownService;
  return OUTSIDE.has(abnormal.kind) && !repeats && !isOwnAnswer && !isUntied(line, error);
}

/** Nothing but the host or the minute ties it, and it is another service's. */
function isUntied({ why, knownService }: StoryLine, error: StoryLine): boolean {
  if (why === 'time') return true;
  return (
    why === 'process' &&
    knownService !== '' &&
    error.knownService !== '' &&
    knownService !== error.knownService
  );
}

/** Which lines tell of the same call as a span; and a span that says no more than that it failed as the error did is the error. */
function withTellers(candidates: readonly Candidate[], error: ErrorSaid): Candidate[] {
  const lines = candidates.filter(({ line }) => line.kind === 'log');
  return candidates.map((candidate) => {
    const { line, abnormal, isReport } = candidate;
    if (line.kind !== 'span' || line.spanId === '') return candidate;
    const tellers = lines.filter((each) => tellsOfCall(each.line, line));
    const isError = tellsOfCall(error.line, line) || tellers.some((each) => each.isReport);
    return {
      ...candidate,
      isReport: isReport || (abnormal.kind === 'error' && isError),
      tellers: tellers.filter((each) => !each.isReport).map(({ key }) => key),
    };
  });
}

/** What its service said in the span of a call, or in the one that it was made from, until right after it ended. */
function tellsOfCall(line: StoryLine, span: StoryLine): boolean {
  return (
    line.traceId === span.traceId &&
    (line.spanId === span.spanId || (!span.isSegment && line.spanId === span.parentSpanId)) &&
    line.knownService !== '' &&
    line.knownService === span.knownService &&
    line.known >= span.at &&
    line.known - span.known <= CALL_NS
  );
}

/** What has more to do with the error tells of its kind; of equals the earlier one. */
const tellsMore = (strength: number, known: bigint, other: Candidate): boolean =>
  strength === other.strength ? known < other.known : strength > other.strength;

function strengthOf({ why, traceId }: StoryLine, error: StoryLine): number {
  const isOther = traceId !== '' && error.traceId !== '' && traceId !== error.traceId;
  return STRENGTH[why] * (isOther && (why === 'user' || why === 'session') ? OTHER_REQUEST : 1);
}

const idsOf = ({ traceId, requestId }: StoryLine) => [
  ...(traceId === '' ? [] : [`trace ${traceId}`]),
  ...(requestId === '' ? [] : [`request ${requestId}`]),
];

/** By trace and request: when the issue first happened there, in the story of another occurrence. */
function occurrencesOf(
  lines: readonly StoryLine[],
  { line: error }: ErrorSaid,
  settled: (line: StoryLine, moment: bigint) => bigint,
): Map<string, bigint> {
  const own = idsOf(error);
  const first = new Map<string, bigint>();
  for (const line of lines) {
    if (line.kind !== 'error' || line.hash !== error.hash || line.id === error.id) continue;
    const at = settled(line, line.at);
    for (const id of idsOf(line)) if (!own.includes(id) && at < (first.get(id) ?? at + 1n)) first.set(id, at);
  }
  return first;
}

/** How much its place speaks for it, before anything is counted. */
export const standing = ({ strength, isReport: repeats, isEcho, beforeMs }: Candidate): number =>
  strength * (repeats ? REPORT : 1) * (isEcho || beforeMs < -1 ? 0.4 : 1);

const promise = (candidate: Candidate) => candidate.abnormal.weight * standing(candidate);

function leeway(line: StoryLine, error: StoryLine): bigint {
  const isElsewhere =
    line.knownService !== error.knownService ||
    (line.host !== '' && error.host !== '' && line.host !== error.host);
  return isElsewhere && (line.over !== '' || unitOf(line) !== 'moment') ? OTHER_CLOCK_NS : OWN_CLOCK_NS;
}

function unitOf({ why, via }: StoryLine): Candidate['by'] {
  if (via !== '' || why === 'event' || why === 'process' || why === 'time') return 'moment';
  return why;
}

/** Numbers and ids in names of spans and breadcrumbs make no other thing of them. */
const plain = (text: string) => text.slice(0, 300).replaceAll(/[0-9a-f]{8,}|\d+/gi, '#');

function keyOf(line: StoryLine, { status, kind }: Abnormal): string {
  const what = line.kind === 'log' ? line.pattern : line.kind === 'error' ? line.hash : plain(line.body);
  return [line.kind, line.projectId, line.service, line.spanKind, what, status, kind].join('\u0000');
}

/**
 * What the error's own service says of such errors, however long before: the like happened to others already. And the span
 * that failed with it, which is told of the error by whoever answers it.
 */
function isReport(line: StoryLine, known: bigint, at: bigint, error: ErrorSaid): boolean {
  const { knownService: service, host } = error.line;
  const isNamed = service !== '' && line.knownService !== '';
  const isOnHost = host !== '' && line.host === host;
  const isSame = line.kind === 'breadcrumb' || (isNamed && line.knownService === service);
  if (line.isSegment && (isSame || (!isNamed && isOnHost))) return true;
  const mayBeSame = !isNamed || isOnHost;
  const distance = known > at ? known - at : at - known;
  if (!isSame && !(mayBeSame && (isOnHost || distance <= REPORT_NS))) return false;
  const said =
    line.kind === 'log'
      ? [line.message ?? '', line.body, ...Object.values(line.attributes).map(String)].join('\n')
      : line.body;
  const charsMin = isSame ? WORDS_CHARS_MIN : OTHERS_WORDS_CHARS_MIN;
  return error.words.some((words) => words.length >= charsMin && said.includes(words));
}
