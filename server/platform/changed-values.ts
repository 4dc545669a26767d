/**
 * Which values of a key changed between two sets of records (two periods, an issue and the other errors): a rule that
 * hides noise. Shares are compared and not counts, so that more records as a whole are told by the totals and not once
 * more by every value. A value has changed when
 *
 * - its share differs by more than chance explains: 4 standard errors of the difference of two shares, which one value
 *   in 16,000 reaches by chance, and at most a few hundred values are looked at; and
 * - its share grew or shrank by a quarter or more: of a million lines chance explains nearly nothing, and logs come in
 *   bursts.
 *
 * Four standard errors take about 16 lines where there were none: fewer are noise.
 */
export interface ValueCounts {
  value: string;
  records: number;
  recordsBefore: number;
}

export interface ChangedValue extends ValueCounts {
  /** Standard errors between the shares; negative: less than before. */
  score: number;
}

const SCORE_MIN = 4;
const FACTOR_MIN = 1.25;

/** The least explained by chance first. Of two that make up for each other the rarer is the news. */
export function changedValues(
  values: readonly ValueCounts[],
  { records: all, recordsBefore: allBefore }: Omit<ValueCounts, 'value'>,
): ChangedValue[] {
  if (all === 0 || allBefore === 0) return [];
  return values
    .map((value) => ({ ...value, score: scoreOf(value, all, allBefore) }))
    .filter(({ records, recordsBefore, score }) => {
      const [share, shareBefore] = [records / all, recordsBefore / allBefore];
      const [more, less] = share > shareBefore ? [share, shareBefore] : [shareBefore, share];
      return Math.abs(score) >= SCORE_MIN && more >= FACTOR_MIN * less;
    })
    .sort((a, b) => rank(b) - rank(a) || linesOf(a) - linesOf(b) || (a.value < b.value ? -1 : 1));
}

/** Rounded: what differs in the last bits is equal. */
const rank = ({ score }: ChangedValue) => Math.round(Math.abs(score) * 1e6);
const linesOf = ({ records, recordsBefore }: ValueCounts) => records + recordsBefore;

/** The z of two proportions, with the variance of both periods together. */
function scoreOf({ records, recordsBefore }: ValueCounts, all: number, allBefore: number): number {
  const share = (records + recordsBefore) / (all + allBefore);
  const error = Math.sqrt(share * (1 - share) * (1 / all + 1 / allBefore));
  return error === 0 ? 0 : (records / all - recordsBefore / allBefore) / error;
}
