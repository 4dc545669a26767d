/**
 * Whether a share of one group is larger than that of another by more than chance: Fisher's exact test, the G-test where
 * every count is large, both two-sided, and the correction of Benjamini and Hochberg for many of them. Probabilities are
 * kept as natural logarithms: of a thousand units they are smaller than a number can be.
 */

/** A table of two by two: how many of each group have it. Whole numbers, `with` at most `of`. */
export interface Table {
  occurrences: number;
  occurrencesOf: number;
  healthy: number;
  healthyOf: number;
}

export interface Significance {
  test: 'fisher' | 'g';
  /** Natural logarithm of p; at most 0. */
  logP: number;
}

/**
 * Above both the G-test is taken: its distribution is then as good as exact, and Fisher's would add up a term for each
 * unit.
 */
const EXPECTED_MIN = 20;
const UNITS_MIN = 10_000;

export function significanceOf(table: Table): Significance {
  const isLarge = table.occurrencesOf + table.healthyOf > UNITS_MIN && leastExpected(table) >= EXPECTED_MIN;
  return isLarge ? { test: 'g', logP: gTest(table) } : { test: 'fisher', logP: fisherExact(table) };
}

/** How many times as frequent; null where no healthy unit has it. */
export function liftOf({ occurrences, occurrencesOf, healthy, healthyOf }: Table): number | null {
  return healthy === 0 ? null : occurrences / occurrencesOf / (healthy / healthyOf);
}

function leastExpected({ occurrences, occurrencesOf, healthy, healthyOf }: Table): number {
  const having = occurrences + healthy;
  const all = occurrencesOf + healthyOf;
  return (Math.min(having, all - having) * Math.min(occurrencesOf, healthyOf)) / all;
}

/** Two tables that are as likely to this part count as equally likely, as rounding would not let them be. */
const EQUALLY_LIKELY = 1e-7;
/** Terms this much smaller than the largest do not change the sum. */
const NEGLIGIBLE = -40;

/** The probability of this table and of all that are no more likely, both margins given. As a logarithm. */
export function fisherExact({ occurrences, occurrencesOf, healthy, healthyOf }: Table): number {
  const having = occurrences + healthy;
  const least = Math.max(0, having - healthyOf);
  const most = Math.min(having, occurrencesOf);
  if (least === most) return 0;
  const fixed =
    logChoose(occurrencesOf + healthyOf, having) * -1 + logFactorial(occurrencesOf) + logFactorial(healthyOf);
  const logTerm = (count: number) =>
    fixed -
    logFactorial(count) -
    logFactorial(occurrencesOf - count) -
    logFactorial(having - count) -
    logFactorial(healthyOf - having + count);
  const own = logTerm(occurrences);
  const mode = Math.min(
    most,
    Math.max(least, Math.floor(((having + 1) * (occurrencesOf + 1)) / (occurrencesOf + healthyOf + 2))),
  );
  if (own >= logTerm(mode) - EQUALLY_LIKELY) return 0;
  // On the own side every table further out is less likely; on the other those up to where it is as likely.
  const step = occurrences > mode ? 1 : -1;
  let sum = 0;
  for (let count = occurrences; count >= least && count <= most; count += step) {
    const term = logTerm(count) - own;
    if (term < NEGLIGIBLE) break;
    sum += Math.exp(term);
  }
  const far = step === 1 ? least : most;
  for (
    let count = firstAsUnlikely(logTerm, { far, mode, toMode: step, own });
    count >= least && count <= most;
    count -= step
  ) {
    const term = logTerm(count) - own;
    if (term < NEGLIGIBLE) break;
    sum += Math.exp(term);
  }
  return Math.min(0, own + Math.log(sum));
}

/** Between the far end and the mode, the count nearest to the mode that is no more likely; none: beyond the end. */
function firstAsUnlikely(
  logTerm: (count: number) => number,
  { far, mode, toMode, own }: { far: number; mode: number; toMode: 1 | -1; own: number },
): number {
  const isAs = (count: number) => logTerm(count) <= own + EQUALLY_LIKELY;
  if (!isAs(far)) return far - toMode;
  let [low, high] = [0, Math.abs(mode - far)];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (isAs(far + toMode * middle)) low = middle;
    else high = middle - 1;
  }
  return far + toMode * low;
}

/** Twice the sum of observed times the logarithm of observed over expected, as chi-square with one degree of freedom. */
export function gTest({ occurrences, occurrencesOf, healthy, healthyOf }: Table): number {
  const all = occurrencesOf + healthyOf;
  const having = occurrences + healthy;
  const part = (observed: number, expected: number) =>
    observed === 0 ? 0 : observed * Math.log(observed / expected);
  const g =
    2 *
    (part(occurrences, (having * occurrencesOf) / all) +
      part(healthy, (having * healthyOf) / all) +
      part(occurrencesOf - occurrences, ((all - having) * occurrencesOf) / all) +
      part(healthyOf - healthy, ((all - having) * healthyOf) / all));
  return Math.min(0, logErfc(Math.sqrt(Math.max(0, g) / 2)));
}

/**
 * The logarithm of the complementary error function for x of 0 or more: near 0 by the series of erf, further out by
 * the continued fraction (Abramowitz and Stegun 7.1.5 and 7.1.14).
 */
function logErfc(x: number): number {
  if (x < 1.5) {
    let term = x;
    let sum = x;
    for (let n = 1; Math.abs(term) > 1e-17 * sum; n += 1) {
      term *= (-x * x) / n;
      sum += term / (2 * n + 1);
    }
    return Math.log1p((-2 / Math.sqrt(Math.PI)) * sum);
  }
  let fraction = 0;
  for (let n = 120; n > 0; n -= 1) fraction = n / 2 / (x + fraction);
  return -x * x - Math.log((x + fraction) * Math.sqrt(Math.PI));
}

/**
 * The q of each: the share of false ones that is to be expected among it and all that are surer, of so many that were
 * tested. What was tested and is not in the list counts as the least sure.
 */
export function benjaminiHochberg(logPs: readonly number[], tested: number): number[] {
  const order = logPs.map((logP, at) => ({ logP, at })).sort((a, b) => a.logP - b.logP);
  const qs = new Array<number>(logPs.length).fill(1);
  let least = 1;
  for (let rank = order.length; rank > 0; rank -= 1) {
    const { logP, at } = order[rank - 1]!;
    least = Math.min(least, Math.exp(logP + Math.log(tested / rank)));
    qs[at] = least;
  }
  return qs;
}

function logChoose(of: number, some: number): number {
  return logFactorial(of) - logFactorial(some) - logFactorial(of - some);
}

/** Below it as a sum; from here on Stirling's series is exact to the last digits of a number. */
const SUMMED = 256;
const SMALL: number[] = [0];
for (let n = 1; n < SUMMED; n += 1) SMALL.push(SMALL[n - 1]! + Math.log(n));

function logFactorial(n: number): number {
  if (n < SUMMED) return SMALL[n]!;
  return (n + 0.5) * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * n) - 1 / (360 * n ** 3);
}
