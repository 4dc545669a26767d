/**
 * Which candidate is the likely cause. What is always true here: what healthy traffic has as often explains nothing, however
 * loud; what comes after the error, or only repeats it, yields to what was there before; and of those that explain about
 * equally well the earliest is the cause, since failures travel from where they begin to where they are caught.
 */
import type { StoryShare } from '#contract/story.ts';
import { type Candidate, standing } from './candidates.ts';
import type { Counted } from './count-candidates.ts';

export interface Ranked {
  candidate: Candidate;
  counted: Counted | null;
  /** 0 to 1. */
  score: number;
  /** When it happened: of what a line tells, when the call had ended. */
  since: bigint;
}

/** Less is a guess: a lone warning before a lone error has 0.26, a lone failed call 0.6. */
const SCORE_MIN = 0.3;
/** Of the best score: those explain about equally well. */
const EQUALLY = 0.72;
/** How far counts make up for words: a warning that only failing requests have says as much as a failed call. */
const COUNTS_FOR = 0.65;
/** Told in all. */
const RANKS_MAX = 3;
/** Occurrences from which on counts say more than words; fewer do when chance would hardly make them so. */
const SURE_MIN = 5;
const CHANCE_MAX = 0.01;
/** Fewer healthy units say nothing about how often it is there otherwise. */
const HEALTHY_MIN = 5;
/** Where nothing could be compared. */
const UNCOMPARED = 0.6;
/** With nothing healthy to compare: it began with the issue, or it was there all the time. */
const BEGAN_WITH = 0.85;
const WAS_THERE = 0.3;
/** What was there long before and is there in healthy traffic too needs a stronger reason. */
const STEADY = 0.6;
const SELDOM = 0.02;

/** Best first; none when nothing explains it. */
export function rankCandidates(
  candidates: readonly Candidate[],
  counts: ReadonlyMap<string, Counted> | null,
): Ranked[] {
  const scored = oncePerCall(
    candidates
      .map((candidate) => {
        const counted = counts?.get(candidate.key) ?? null;
        return { candidate, counted, score: scoreOf(candidate, counted), since: candidate.known };
      })
      .filter(({ score }) => score >= SCORE_MIN),
  ).sort((one, other) => other.score - one.score);
  const best = scored[0]?.score ?? 0;
  const equal = scored.filter(({ score }) => score >= best * EQUALLY);
  const others = scored.filter(({ score }) => score < best * EQUALLY);
  equal.sort((one, other) => Number(one.since - other.since));
  return [...equal, ...others].slice(0, RANKS_MAX);
}

/** A line says what was wrong with a call, its span that it failed: of the two, the line, from when the span had ended. */
function oncePerCall(scored: readonly Ranked[]): Ranked[] {
  const kept = new Map(scored.map((ranked) => [ranked.candidate.key, ranked]));
  for (const span of scored) {
    const teller = span.candidate.tellers
      .map((key) => kept.get(key))
      .find((each) => each !== undefined && each.score >= span.score * EQUALLY);
    if (!teller) continue;
    kept.delete(span.candidate.key);
    if (span.since < teller.since) kept.set(teller.candidate.key, { ...teller, since: span.since });
  }
  return [...kept.values()];
}

function scoreOf(candidate: Candidate, counted: Counted | null): number {
  // What shares no more than its minute with a few errors is there by chance: something is always broken somewhere.
  if (candidate.line.why === 'time' && (counted?.occurrences?.of ?? 0) < SURE_MIN) return 0;
  const { weight } = candidate.abnormal;
  const lift = association(counted);
  // Two occurrences in which it was there may be chance.
  const sure = counted && isSure(counted) ? lift ** 2 : 0;
  return standing(candidate) * lift * (weight + (1 - weight) * sure * COUNTS_FOR);
}

/** There was enough to compare: of less, chance would make it so. */
export function isSure({ occurrences, healthy }: Counted): boolean {
  if (!occurrences || !healthy || healthy.of < HEALTHY_MIN) return false;
  if (occurrences.of >= SURE_MIN) return true;
  const isAll = occurrences.with === occurrences.of && healthy.with === 0;
  return isAll && chanceOf(occurrences.of, healthy.of) <= CHANCE_MAX;
}

/** That just the `few` have what so many of all have: Fisher's exact test, 1 / C(few + others, few). */
function chanceOf(few: number, others: number): number {
  let chance = 1;
  for (let each = 1; each <= few; each += 1) chance *= each / (others + each);
  return chance;
}

/** How much more often it is there when the issue happens than when it does not; 0 to 1. */
function association(counted: Counted | null): number {
  if (!counted?.occurrences || counted.occurrences.of === 0) return UNCOMPARED;
  const { occurrences, healthy, began } = counted;
  const sick = shareOf(occurrences);
  if (!healthy || healthy.of < HEALTHY_MIN) return sick * (began === null ? WAS_THERE : BEGAN_WITH);
  const well = shareOf(healthy);
  const lift = Math.max(0, sick - well) * (sick / (sick + well));
  return began === null && well > SELDOM ? lift * STEADY : lift;
}

/** Of few it is less sure: one of one is 0.75, none of a hundred 0.005. */
const shareOf = (share: StoryShare) => (Math.min(share.with, share.of) + 0.5) / (share.of + 1);
