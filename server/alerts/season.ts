/**
 * How usual a number is among its own of other days: by their median and their median distance from it, so that one bad
 * day in the history neither hides the next nor makes all others look odd. Pure.
 */

/** Fewer say nothing: of four, one odd day is a quarter. */
export const HISTORY_MIN = 5;
/** A median absolute deviation is so much of a standard deviation where numbers scatter as they do by chance. */
const TO_DEVIATION = 1.4826;
/** A series that never moved would find everything odd: a twentieth of its median, and one, are allowed to be noise. */
const LEAST_SHARE = 0.05;
const LEAST = 1;

export interface Season {
  median: number;
  /** Robust standard deviation. */
  deviation: number;
}

/** Null: there is too little history. */
export function seasonOf(history: readonly number[]): Season | null {
  if (history.length < HISTORY_MIN) return null;
  const median = medianOf(history);
  const distance = medianOf(history.map((one) => Math.abs(one - median)));
  return { median, deviation: Math.max(TO_DEVIATION * distance, LEAST_SHARE * Math.abs(median), LEAST) };
}

/** By how many deviations, signed. */
export const deviationsOf = (value: number, { median, deviation }: Season) => (value - median) / deviation;

function medianOf(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
