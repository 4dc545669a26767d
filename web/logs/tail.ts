/** Lines that are followed, as the messages of the server add up: what is shown, what waits, what is left out. */
import type { LogTailMessage } from '#contract/logs.ts';
import { type Line, toLines } from './lines.ts';

export type TailLines = Extract<LogTailMessage, { type: 'lines' }>;

/** Lines that were followed are kept up to this many; then the oldest go. */
export const FOLLOWED_MAX = 2000;

export interface Followed {
  /** What arrived last first, whatever time it says. */
  lines: Line[];
  /** What arrived while the reader rested, of which at most FOLLOWED_MAX are kept, and how many those were. */
  waiting: Line[];
  waitingInAll: number;
  /** Since one follows. What is neither shown nor waits was left out. */
  arrived: number;
  leftOut: number;
  /** Of the last message: lines a second, and how many of them were in it. */
  rate: { arrived: number; shown: number } | null;
  /** Old lines had to go, so that what is below them does not follow on. */
  cut: boolean;
}

export const NOTHING_FOLLOWED: Followed = {
  lines: [],
  waiting: [],
  waitingInAll: 0,
  arrived: 0,
  leftOut: 0,
  rate: null,
  cut: false,
};

export function follow(old: Followed, message: TailLines, rests: boolean): Followed {
  const arrivedLast = [...message.items].reverse();
  const counted = {
    ...old,
    rate: rateOf(message),
    arrived: old.arrived + message.arrived,
    leftOut: old.leftOut + message.leftOut,
  };
  if (!rests) return { ...counted, ...onTop(old.lines, toLines(arrivedLast), old.cut) };
  const { lines, dropped } = bounded([...named(toLines(arrivedLast), old.waiting), ...old.waiting]);
  return {
    ...counted,
    waiting: lines,
    waitingInAll: old.waitingInAll + message.arrived,
    leftOut: counted.leftOut + dropped,
  };
}

/** What waited is shown. */
export function goOn(old: Followed): Followed {
  if (old.waitingInAll === 0) return old;
  return { ...old, waiting: [], waitingInAll: 0, ...onTop(old.lines, old.waiting, old.cut) };
}

function onTop(lines: readonly Line[], arrived: readonly Line[], wasCut: boolean) {
  const { lines: kept, dropped } = bounded([...named(arrived, lines), ...lines]);
  return { lines: kept, cut: wasCut || dropped > 0 };
}

const bounded = (lines: Line[]) => ({
  lines: lines.slice(0, FOLLOWED_MAX),
  dropped: Math.max(0, lines.length - FOLLOWED_MAX),
});

/** Twins of lines that are there have keys of their own, as in a list. */
function named(arrived: readonly Line[], there: readonly Line[]): Line[] {
  const taken = new Set(there.map(({ key }) => key));
  return arrived.map(({ key, record }) => {
    let free = key;
    for (let twin = 1; taken.has(free); twin += 1) free = `${record.id}+${twin}`;
    taken.add(free);
    return { key: free, record };
  });
}

function rateOf({ since, at, arrived, items }: TailLines): Followed['rate'] {
  if (arrived === 0) return null;
  const seconds = Math.max(1, (at - since) / 1000);
  return { arrived: Math.ceil(arrived / seconds), shown: Math.ceil(items.length / seconds) };
}
