/** Why a line is marked, in words and numbers that one can check; names and texts in it are senders'. */
import type { StoryShare, Suspect } from '#contract/story.ts';
import type { Candidate } from './candidates.ts';
import type { Counted } from './count-candidates.ts';
import { isSure, type Ranked } from './rank-candidates.ts';

const EXCERPT_CHARS = 120;

/** `gateway began answering 503`. */
function headline({ candidate, counted }: Ranked): string {
  return `${subjectOf(candidate)} ${deedOf(candidate, counted?.began !== null && counted !== null)}`;
}

/** One line of a body, as it is quoted. */
export function excerpt(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= EXCERPT_CHARS ? line : `${line.slice(0, EXCERPT_CHARS - 1).toWellFormed()}…`;
}

function subjectOf({ line: { knownService, host, kind } }: Candidate): string {
  if (kind === 'breadcrumb') return 'The SDK';
  return knownService || host || 'A process';
}

function deedOf({ line, abnormal: { words } }: Candidate, hasBegun: boolean): string {
  const said = `“${excerpt(line.message ?? line.body)}”`;
  if (line.kind === 'breadcrumb') return `recorded ${said}`;
  if (line.kind === 'error') return `had the error ${said}`;
  if (line.kind === 'span' && (line.spanKind === 'client' || line.spanKind === 'producer'))
    return `${hasBegun ? 'began failing' : 'failed'} to call ${said}${words ? ` (${words.replace('answering ', '')})` : ''}`;
  if (words) return hasBegun ? `began ${words}` : `was ${words}`;
  if (line.kind === 'span') return `${hasBegun ? 'began failing' : 'failed'} in ${said}`;
  return hasBegun ? `began to log ${said}` : `logged ${said}`;
}

/** What the sentence calls the error, and when its issue first happened, ms since 1970. */
export interface ErrorNamed {
  type: string;
  firstSeenMs: number;
}

export function evidenceOf(ranked: Ranked, error: ErrorNamed): string {
  const { candidate, counted } = ranked;
  const shares = counted && sharesOf(candidate, counted);
  return `${[
    `${headline(ranked)}${whenOf(candidate, counted, error)}`,
    shares ?? 'how often that happens otherwise could not be counted',
    ...doubtsOf(candidate, counted),
  ].join('; ')}.`;
}

function whenOf({ known, beforeMs }: Candidate, counted: Counted | null, error: ErrorNamed): string {
  const name = error.type || 'error';
  if (counted?.began == null) return ` at ${clock(known)} UTC, ${distance(beforeMs)} this ${name}`;
  const { began, firstOccurrence } = counted;
  // What happened in the hour that is looked at is not all of an older issue.
  const isOlder = error.firstSeenMs < Number(firstOccurrence / 1_000_000n);
  const ms = Number(firstOccurrence - began) / 1e6;
  return ` at ${clock(began)} UTC, ${distance(ms)} the first ${name}${isOlder ? ' of that hour' : ''}`;
}

const distance = (beforeMs: number) => `${duration(Math.abs(beforeMs))} ${beforeMs < 0 ? 'after' : 'before'}`;

function sharesOf({ by }: Candidate, { occurrences, healthy }: Counted): string | null {
  if (!occurrences || occurrences.of === 0) return null;
  const sick =
    by === 'moment'
      ? `there in the minute before ${percent(occurrences)} of this issue's occurrences (${told(occurrences)})`
      : `${percent(occurrences)} of this issue's ${by}s had it (${told(occurrences)})`;
  if (!healthy || healthy.of === 0) return `${sick}, with nothing healthy to compare it with`;
  const others =
    by === 'moment'
      ? `and before ${percent(healthy)} of other moments`
      : `of other ${by}s ${percent(healthy)}`;
  return `${sick}, ${others} (${told(healthy)})`;
}

/** What one should know before believing it. */
function doubtsOf({ line: { why } }: Candidate, counted: Counted | null): string[] {
  const isFew = counted?.occurrences && counted.healthy?.of && !isSure(counted);
  return [
    ...(isFew ? ['too few to be sure'] : []),
    ...(why === 'time' ? ['only the time ties it to the error'] : []),
    ...(why === 'process' ? ['only the host ties it to the error'] : []),
  ];
}

export function numbersOf({ candidate, counted }: Ranked): Suspect['numbers'] {
  return {
    lines: candidate.lines,
    beforeMs: Math.round(candidate.beforeMs * 1000) / 1000,
    by: candidate.by,
    occurrences: counted?.occurrences ?? null,
    healthy: counted?.healthy ?? null,
    began: counted?.began == null ? null : String(counted.began),
  };
}

const told = ({ with: hits, of }: StoryShare) => `${full(hits)} of ${full(of)}`;
const full = (count: number) => count.toLocaleString('en-US');

/** `100 %`, `0.2 %`; never 0 or 100 for what is not quite. */
export function percent({ with: hits, of }: StoryShare): string {
  if (of === 0 || hits === 0) return '0 %';
  if (hits >= of) return '100 %';
  const share = (hits / of) * 100;
  if (share < 0.1) return 'less than 0.1 %';
  return `${share < 10 || share > 99 ? Math.min(99.9, Math.round(share * 10) / 10) : Math.round(share)} %`;
}

export function duration(ms: number): string {
  if (ms < 1) return 'less than 1 ms';
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${Math.round(ms / 100) / 10} s`;
  const seconds = Math.round(ms / 1_000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const clock = (ns: bigint) => new Date(Number(ns / 1_000_000n)).toISOString().slice(11, 19);
