/** Prepares counts over time for the bars: fewer of them where space is scarce, and steps a person can say. */

export interface Series {
  /** Milliseconds since 1970 of the first step. */
  from: number;
  stepMs: number;
  counts: readonly number[];
}

/** Adds neighbours together until at most `barsMax` are left. Never splits a step, never loses a count. */
export function rebucket(series: Series, barsMax: number): Series {
  const factor = Math.max(1, Math.ceil(series.counts.length / barsMax));
  if (factor === 1) return series;
  const counts: number[] = [];
  for (let start = 0; start < series.counts.length; start += factor)
    counts.push(series.counts.slice(start, start + factor).reduce((sum, count) => sum + count, 0));
  return { from: series.from, stepMs: series.stepMs * factor, counts };
}

/** The next round number at or above the highest bar, for the scale: 1, 2, 5 times a power of ten. */
export function scaleTop(highest: number): number {
  if (highest <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(highest));
  return ([1, 2, 5, 10].find((step) => step * power >= highest) ?? 10) * power;
}

/** `6 h`, `1 d`, `30 min`: the width of one bar in words. */
export function stepWords(stepMs: number): string {
  const minutes = Math.round(stepMs / 60_000);
  if (stepMs < 60_000) return `${Math.round(stepMs / 1000)} s`;
  if (minutes < 60) return `${minutes} min`;
  // A day is 24 hours: the word for it as people choose between hours.
  if (minutes <= 1440) return `${trim(minutes / 60)} h`;
  return `${trim(minutes / 1440)} d`;
}

const trim = (value: number) => String(Number(value.toFixed(1)));

/** Where the labels of a time axis stand: about `wanted` of them, evenly, never at the very edges. */
export function axisTicks(
  { from, stepMs, steps }: { from: number; stepMs: number; steps: number },
  wanted: number,
): { at: number; share: number }[] {
  if (steps === 0) return [];
  const every = Math.max(1, Math.round(steps / wanted));
  const ticks = [];
  for (let step = Math.floor(every / 2); step < steps; step += every)
    ticks.push({ at: from + step * stepMs, share: (step + 0.5) / steps });
  return ticks;
}

/** A moment worth seeing among the bars. */
export interface Mark {
  /** Milliseconds since 1970. */
  at: number;
  label: string;
  /** Has words only where those of the others leave room. */
  quiet?: boolean;
}

export interface PlacedMark extends Mark {
  share: number;
  /** The side of the line on which its words stand; null when they would lie on another mark's. */
  words: 'left' | 'right' | null;
  wordsFrom: number;
  wordsTo: number;
}

/** Share of the width that the words of a mark take on a phone. */
const WORDS_SHARE = 0.25;

/** Where marks stand; the later one keeps its words where two are close together, quiet ones after the others. */
export function placeMarks(marks: readonly Mark[], from: number, spanMs: number): PlacedMark[] {
  const placed: PlacedMark[] = [];
  for (const mark of marks.toSorted(
    (a, b) => Number(a.quiet ?? false) - Number(b.quiet ?? false) || b.at - a.at,
  )) {
    const share = (mark.at - from) / spanMs;
    if (share < 0 || share > 1) continue;
    const words = share > 0.5 ? 'left' : 'right';
    const [start, end] = words === 'left' ? [share - WORDS_SHARE, share] : [share, share + WORDS_SHARE];
    const free = placed.every(
      (other) => other.words === null || end < other.wordsFrom || start > other.wordsTo,
    );
    placed.push({ ...mark, share, words: free ? words : null, wordsFrom: start, wordsTo: end });
  }
  return placed;
}
