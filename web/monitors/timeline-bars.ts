/** A timeline as bars to draw: each divided as its check-ins are, and with words for all of it. */
import type { MonitorDetail, Timeline } from '#contract/monitors.ts';
import { absoluteTime } from '#web/ui/time.ts';
import { CHECK_INS } from './words.ts';

export interface Bar {
  at: number;
  /** From below, the worst first; heights in percent. */
  pieces: { fill: string; height: number; below: number }[];
  words: string;
}

/** Percent: one failure among a hundred good runs is seen. */
const PIECE_MIN = 20;

export function barsOf({ from, stepSeconds, bars }: Timeline): Bar[] {
  const start = Date.parse(from);
  return bars.map(({ at, counts }) => {
    const there = CHECK_INS.filter(({ status }) => (counts[status] ?? 0) > 0).toReversed();
    const said = there.map(({ status, word }) => `${counts[status]} ${word.toLowerCase()}`).join(', ');
    const time = absoluteTime(start + at * stepSeconds * 1_000);
    return {
      at,
      pieces: piecesOf(there.map(({ status, fill }) => ({ fill, count: counts[status] ?? 0 }))),
      words: `${time}: ${said}`,
    };
  });
}

function piecesOf(parts: readonly { fill: string; count: number }[]): Bar['pieces'] {
  const total = parts.reduce((sum, { count }) => sum + count, 0);
  const sizes = parts.map(({ count }) => Math.max(PIECE_MIN, (count / total) * 100));
  const scale = 100 / sizes.reduce((sum, size) => sum + size, 0);
  let below = 0;
  return parts.map(({ fill }, at) => {
    const height = sizes[at]! * scale;
    below += height;
    return { fill, height, below: below - height };
  });
}

/** Sums over the whole of it, the worst first, for who cannot see the bars. */
export function summaryOf({ bars }: Timeline): string {
  const sums = CHECK_INS.toReversed().flatMap(({ status, word }) => {
    const sum = bars.reduce((total, { counts }) => total + (counts[status] ?? 0), 0);
    return sum > 0 ? [`${sum} ${word.toLowerCase()}`] : [];
  });
  return sums.length > 0 ? `Check-ins: ${sums.join(', ')}` : 'No check-ins';
}

/** Where the program was away, in steps from the start of the timeline. */
export function gapSteps(
  gaps: MonitorDetail['gaps'],
  { from, stepSeconds, steps }: Timeline,
): { x: number; width: number; words: string }[] {
  const start = Date.parse(from);
  const step = (time: string) =>
    Math.min(steps, Math.max(0, (Date.parse(time) - start) / (stepSeconds * 1_000)));
  return gaps.map((gap) => ({
    x: step(gap.from),
    width: Math.max(0.15, step(gap.to) - step(gap.from)),
    words: `Tandem took no check-ins from ${absoluteTime(gap.from)} to ${absoluteTime(gap.to)}`,
  }));
}
