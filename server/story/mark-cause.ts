/** The lines of a story that are marked as its likely cause, after counting how often the like is there otherwise. */
import type { Story, Suspect } from '#contract/story.ts';
import { cutShortBy } from '#server/store/telemetry/telemetry-errors.ts';
import { type Candidate, type ErrorSaid, findCandidates } from './candidates.ts';
import { type Counted, countCandidates, type Sick } from './count-candidates.ts';
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
  const candidates = findCandidates(lines, error, settled);
  const counts = await countInTime(sources, candidates, sick);
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

/** Null when it took too long: lines are then ranked by what they say alone, and the story says so. */
async function countInTime(
  sources: Sources,
  candidates: readonly Candidate[],
  sick: Promise<Sick>,
): Promise<Map<string, Counted> | null> {
  if (candidates.length === 0) return new Map();
  try {
    return await countCandidates(sources, candidates, await sick);
  } catch (error) {
    const by = cutShortBy(error);
    if (by === undefined || by === 'aborted') throw error;
    sources.gaps.add(
      'comparison with healthy traffic',
      by === 'time' ? 'time' : 'limit',
      'How often the marked lines are there when the error does not happen could not be counted in time.',
    );
    return null;
  }
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
      : 'What was abnormal before the error is there as often without it.';
  return { state: 'none', itemId: null, text };
}
