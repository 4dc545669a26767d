/** Round moments of a range: as words above, as lines behind what stands on it. */
import { durationText, placeIn, type Range, ticksOf } from '#web/durations.ts';

/** Words that fit beside each other: over a whole page, a part of it, a phone. */
export const TICKS = { wide: 10, part: 5, phone: 3 } as const;

/** A word further right has no room to its right, percent. */
const LAST_PLACE = 92;

export function AxisWords({ range, most }: { range: Range; most: number }) {
  return ticksOf(range, most).map((at) => {
    const place = placeIn(range, at);
    return (
      <span
        key={at}
        className="absolute inset-y-0 flex items-center border-l border-line pl-1 text-2xs whitespace-nowrap text-ink-faint"
        style={{ left: `${place}%` }}
      >
        {place < LAST_PLACE && durationText(at)}
      </span>
    );
  });
}

export function AxisLines({ range, most }: { range: Range; most: number }) {
  return ticksOf(range, most).map((at) => (
    <span
      key={at}
      className="absolute inset-y-0 border-l border-line/70"
      style={{ left: `${placeIn(range, at)}%` }}
    />
  ));
}
