/**
 * What a channel says next, decided from what waits and what it said lately: one notification, all that wait in one message, or
 * nothing before a time. No store, no clock of its own.
 */
import { Cron } from 'croner';
import type { ChannelTiming } from '#contract/channels.ts';

export interface Waiting {
  count: number;
  /** When the first of them came. */
  firstAt: number;
}

/** A message of the channel within its storm window before the first that waits, or later. */
export interface Said {
  what: 'notification' | 'summary' | 'digest' | 'test';
  at: number;
}

export type Next = { say: 'one' } | { say: 'all'; as: 'summary' | 'digest' } | { waitUntil: number };

const QUARTER_MS = 15 * 60_000;
const HOUR_MS = 60 * 60_000;

export function nextMessage(
  waiting: Waiting,
  lately: readonly Said[],
  { timing, collapses, now }: { timing: ChannelTiming; collapses: boolean; now: number },
): Next {
  if (!collapses) return { say: 'one' };
  if (timing.digest !== 'immediately') {
    const due = digestDue(waiting.firstAt, timing);
    if (now < due) return { waitUntil: due };
    return waiting.count === 1 ? { say: 'one' } : { say: 'all', as: 'digest' };
  }
  const until = gatherUntil(waiting.firstAt, lately, timing);
  if (until === null) return { say: 'one' };
  if (now < until) return { waitUntil: until };
  return waiting.count === 1 ? { say: 'one' } : { say: 'all', as: 'summary' };
}

/**
 * The first so many of a window are said one by one; what comes while the window is full, or within a window after a summary,
 * is gathered until that window is over. Null: there is room.
 */
function gatherUntil(
  firstAt: number,
  lately: readonly Said[],
  { stormAfter, stormWindowSeconds }: ChannelTiming,
): number | null {
  const windowMs = stormWindowSeconds * 1_000;
  const near = lately.filter(({ at }) => at > firstAt - windowMs);
  const summary = near.filter(({ what }) => what === 'summary').at(-1);
  if (summary) return summary.at + windowMs;
  const singles = near.filter(({ what }) => what === 'notification');
  return singles.length < stormAfter ? null : singles[singles.length - stormAfter]!.at + windowMs;
}

/** The first of the channel's times after a notification came. */
function digestDue(firstAt: number, { digest, at, timeZone }: ChannelTiming): number {
  if (digest === 'quarter_hourly') return (Math.floor(firstAt / QUARTER_MS) + 1) * QUARTER_MS;
  if (digest === 'hourly') return (Math.floor(firstAt / HOUR_MS) + 1) * HOUR_MS;
  const [hour, minute] = at.split(':').map(Number);
  const next = new Cron(`${minute} ${hour} * * *`, { timezone: timeZone }).nextRun(new Date(firstAt));
  if (!next) throw new Error(`no time ${at} in ${timeZone} after ${firstAt}`);
  return next.getTime();
}
