/** The lines of a story that are marked as its likely cause, after counting how often the like is there otherwise. */
import type { Story, Suspect } from '#contract/story.ts';
import { cutShortBy } from '#server/store/telemetry/telemetry-errors.ts';
import { type Candidate, type ErrorSaid, findCandidates } from './candidates.ts';
import { type Counted, countCandidates, type Sick } from './count-candidates.ts';
import { countOverHops } from './count-over-hop.ts';
import { type ErrorNamed, evidenceOf, numbersOf } from './evidence.ts';
import { type Ranked, rankCandidates } from './rank-candidates.ts';
import type { StoryLine } from './story-line.ts';
import type { Sources } from './story-records.ts';

export interface Marking {
  cause: Story['cause'];
  suspects: Map<string, Suspect>;
  /** The best first. */
  ranked: Ranked[];
}

export async function markCause(
  sources: Sources,
  lines: readonly StoryLine[],
  error: ErrorSaid & ErrorNamed,
  sick: Promise<Sick>,
  settled: (line: StoryLine, moment: bigint) => bigint,
): Promise<Marking> {
  const found = findCandidates(lines, error, settled);
  const { candidates, counts } = await countInTime(sources, found, sick);
  const ranked = rankCandidates(candidates, counts);
  const [best] = ranked;
  const suspects = new Map(
    ranked.map((each, index): [string, Suspect] => [
      each.candidate.line.id,
      {
        rank: index + 1,
        score: Math.round(each.score * 1000) / 1000,
        evidence: evidenceOf(each, error),
        numbers: numbersOf(each),
      },
    ]),
  );
  return { cause: causeOf(best, candidates, counts, suspects), suspects, ranked };
}

interface CountedInTime {
  candidates: readonly Candidate[];
  /** Null when it took too long: lines are then ranked by what they say alone, and the story says so. */
  counts: Map<string, Counted> | null;
}

async function countInTime(
  sources: Sources,
  candidates: readonly Candidate[],
  sick: Promise<Sick>,
): Promise<CountedInTime> {
  if (candidates.length === 0) return { candidates, counts: new Map() };
  try {
    const happened = await sick;
    const [counts, hops] = await Promise.all([
      countCandidates(sources, candidates, happened),
      countOverHops(sources, candidates, happened).catch(withoutHops),
    ]);
    for (const [key, { by: _, ...shares }] of hops) {
      const counted = counts.get(key);
      if (counted) counts.set(key, { ...counted, ...shares });
    }
    return {
      candidates: candidates.map((each) => ({ ...each, by: hops.get(each.key)?.by ?? each.by })),
      counts,
    };
  } catch (error) {
    const by = cutShortBy(error);
    if (by === undefined || by === 'aborted') throw error;
    sources.gaps.add(
      'comparison with healthy traffic',
      by === 'time' ? 'time' : 'limit',
      'How often the marked lines are there when the error does not happen could not be counted in time.',
    );
    return { candidates, counts: null };
  }
}

/** Without them these are compared by moments, as they were counted anyhow. */
function withoutHops(error: unknown): Awaited<ReturnType<typeof countOverHops>> {
  const by = cutShortBy(error);
  if (by === undefined || by === 'aborted') throw error;
  return new Map();
}

function causeOf(
  best: Ranked | undefined,
  candidates: readonly Candidate[],
  counts: ReadonlyMap<string, Counted> | null,
  suspects: ReadonlyMap<string, Suspect>,
): Story['cause'] {
  if (best)
    return {
      state: counts ? 'found' : 'uncounted',
      itemId: best.candidate.line.id,
      text: suspects.get(best.candidate.line.id)!.evidence,
    };
  if (!counts)
    return { state: 'uncounted', itemId: null, text: 'The likely cause could not be counted in time.' };
  const text =
    candidates.length === 0
      ? 'Nothing abnormal was said before the error.'
      : candidates.every(({ isReport }) => isReport)
        ? 'Nothing abnormal was said before the error but reports of the same.'
        : 'What was abnormal before the error is there about as often without it, or too little ties it to the error.';
  return { state: 'none', itemId: null, text };
}
