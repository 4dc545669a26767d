/** Why a line is marked, in words and numbers that one can check; names and texts in it are senders'. */
import type { StoryShare, Suspect } from '#contract/story.ts';
import type { Candidate } from './candidates.ts';
import { BEFORE_MS, type Counted } from './count-candidates.ts';
import type { Ranked } from './rank-candidates.ts';

const EXCERPT_CHARS = 120;

/** `gateway began answering 503`. */
export function headline({ candidate, counted }: Ranked): string {
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

export function evidenceOf(ranked: Ranked, errorType: string): string {
  const { candidate, counted } = ranked;
  const parts = [`${headline(ranked)}${whenOf(candidate, counted, errorType)}`];
  const shares = counted && sharesOf(candidate, counted);
  if (shares) parts.push(shares);
  else parts.push('how often that happens otherwise could not be counted');
  return `${parts.join('; ')}.`;
}

function whenOf({ known, beforeMs }: Candidate, counted: Counted | null, errorType: string): string {
  const name = errorType || 'error';
  if (counted?.began != null) {
    const ms = Number(counted.firstOccurrence - counted.began) / 1e6;
    if (ms >= 0) return ` at ${clock(counted.began)} UTC, ${duration(ms)} before the first ${name}`;
  }
  const so = `${duration(Math.abs(beforeMs))} ${beforeMs < 0 ? 'after' : 'before'} this ${name}`;
  return ` at ${clock(known)} UTC, ${so}`;
}

function sharesOf(candidate: Candidate, { occurrences, healthy }: Counted): string | null {
  if (!occurrences || occurrences.of === 0) return null;
  const { by } = candidate;
  const within = `within ${BEFORE_MS / 1000} s before`;
  const sick =
    by === 'moment'
      ? `it was there ${within} ${percent(occurrences)} of this issue's occurrences (${told(occurrences)})`
      : `${percent(occurrences)} of this issue's ${by}s contain one (${told(occurrences)})`;
  if (!healthy || healthy.of === 0) return `${sick}, with nothing healthy to compare it with`;
  const well =
    by === 'moment'
      ? `and ${within} ${percent(healthy)} of the moments without the error (${told(healthy)})`
      : `${percent(healthy)} of healthy ones do (${told(healthy)})`;
  return `${sick}, ${well}`;
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
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 60_000) return `${Math.round(ms / 100) / 10} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes} min ${Math.round((ms % 60_000) / 1000)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const clock = (ns: bigint) => new Date(Number(ns / 1_000_000n)).toISOString().slice(11, 19);
