/**
 * What becomes of one group of a rule when it has been looked at: pure. Bad for long enough it fires, well for long enough
 * it is over; between the threshold and the one that resolves it, what fires goes on firing and what does not, does not.
 */

/** `between`: neither above the threshold nor below the one that resolves. */
export type Finding = 'bad' | 'between' | 'well';

export interface Standing {
  state: 'pending' | 'firing';
  since: number;
  /** Firing, and well since then. */
  clearSince: number | null;
}

export type Verdict =
  | { is: 'nothing' }
  /** It begins to wait, or goes on: `since` is when it became bad. */
  | { is: 'pending'; since: number }
  | { is: 'fire'; since: number }
  | { is: 'firing'; clearSince: number | null }
  | { is: 'resolve' }
  /** It waited to fire, and is well. */
  | { is: 'forget' };

/** `at`: the time that was looked at, ms. */
export function judge(
  standing: Standing | undefined,
  finding: Finding,
  { at, forMs, clearMs }: { at: number; forMs: number; clearMs: number },
): Verdict {
  if (standing?.state === 'firing') {
    if (finding !== 'well') return { is: 'firing', clearSince: null };
    const clearSince = standing.clearSince ?? at;
    return at - clearSince >= clearMs ? { is: 'resolve' } : { is: 'firing', clearSince };
  }
  if (finding !== 'bad') return standing ? { is: 'forget' } : { is: 'nothing' };
  const since = standing?.since ?? at;
  return at - since >= forMs ? { is: 'fire', since } : { is: 'pending', since };
}
