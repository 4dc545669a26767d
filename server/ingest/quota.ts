/**
 * What projects have sent today against their quotas, counted at the door as records are admitted. Counts are in
 * memory and written to the metadata every second: a restart goes on from there. What is admitted in the second before
 * a kill -9 is not remembered, and may be sent once more.
 */
import type { Log } from '#server/platform/log.ts';
import type { RecordKind } from '#server/record/outcome.ts';
import {
  hasQuota,
  KINDS_OF_QUOTA,
  QUOTA_CATEGORIES,
  type Quota,
  type QuotaCategory,
  type Quotas,
  type QuotaUse,
} from '#server/record/quota.ts';
import type { Limit } from './protocol.ts';

/** Where the counts are between two runs of the program. */
export interface QuotaMemory {
  load(): Promise<QuotaUse[]>;
  save(uses: readonly QuotaUse[]): Promise<void>;
}

export interface QuotaCounter {
  /** Whether records may pass together now; then they are counted. Else the limit that they have reached. */
  take(project: number, quotas: Quotas | null, sent: Sent, now: number): Limit | null;
  /** What was taken and could not be kept after all. */
  giveBack(project: number, sent: Sent, now: number): void;
  /** Used today, of every category. */
  useOf(project: number, now: number): Record<QuotaCategory, { records: number; bytes: number }>;
  /** Writes what was counted since, and stops. */
  close(): Promise<void>;
}

export interface Sent {
  kind: RecordKind;
  quantity: number;
  bytes: number;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const WRITE_EVERY_MS = 1_000;
/**
 * The longest that a sender is told to be silent. A quota that somebody raises meanwhile is noticed after that, and an
 * SDK that asks six times an hour costs nothing.
 */
const RETRY_SECONDS_MAX = 600;

interface Count extends QuotaUse {
  minute: { openedAt: number; records: number };
  /** What has no limit need not be remembered. */
  isLimited: boolean;
  isWritten: boolean;
}

const CATEGORY_OF = new Map<RecordKind, QuotaCategory>(
  QUOTA_CATEGORIES.flatMap((category) => KINDS_OF_QUOTA[category].map((kind) => [kind, category] as const)),
);

const midnightBefore = (now: number) => Math.floor(now / DAY_MS) * DAY_MS;

/** Goes on from what `memory` has. */
export async function openQuotaCounter(memory: QuotaMemory, log: Log): Promise<QuotaCounter> {
  /** Projects are few, and only known keys get here. */
  const counts = new Map<string, Count>();
  for (const use of await memory.load()) counts.set(`${use.project} ${use.category}`, counted(use));
  let writing: Promise<void> = Promise.resolve();
  const timer = setInterval(() => void flush(), WRITE_EVERY_MS).unref();

  function countOf(project: number, category: QuotaCategory, now: number): Count {
    const day = midnightBefore(now);
    const key = `${project} ${category}`;
    let count = counts.get(key);
    if (!count) {
      count = counted({ project, category, day, records: 0, bytes: 0 });
      counts.set(key, count);
    }
    // A clock that was set back goes on with the later day's count: nobody gets a second quota of it.
    if (day > count.day) Object.assign(count, { day, records: 0, bytes: 0 });
    const age = now - count.minute.openedAt;
    if (age < 0 || age >= MINUTE_MS) count.minute = { openedAt: now, records: 0 };
    return count;
  }

  function flush(): Promise<void> {
    writing = writing.then(write);
    return writing;
  }

  async function write() {
    const fresh = [...counts.values()].filter((count) => count.isLimited && !count.isWritten);
    if (fresh.length === 0) return;
    for (const count of fresh) count.isWritten = true;
    try {
      await memory.save(
        fresh.map(({ project, category, day, records, bytes }) => ({
          project,
          category,
          day,
          records,
          bytes,
        })),
      );
    } catch (error) {
      for (const count of fresh) count.isWritten = false;
      log.warn({ err: error }, 'what is used of the quotas could not be written yet');
    }
  }

  function add(count: Count, sign: 1 | -1, { quantity, bytes }: Sent) {
    count.records = Math.max(0, count.records + sign * quantity);
    count.bytes = Math.max(0, count.bytes + sign * bytes);
    count.minute.records = Math.max(0, count.minute.records + sign * quantity);
    count.isWritten = false;
  }

  return {
    take(project, quotas, sent, now) {
      const category = CATEGORY_OF.get(sent.kind);
      if (category === undefined) return null;
      const count = countOf(project, category, now);
      count.isLimited = quotas !== null && hasQuota(quotas[category]);
      const reached = quotas && reachedLimit(count, quotas[category], sent, now);
      if (!reached) add(count, 1, sent);
      return reached;
    },
    giveBack(project, sent, now) {
      const category = CATEGORY_OF.get(sent.kind);
      if (category !== undefined) add(countOf(project, category, now), -1, sent);
    },
    useOf(project, now) {
      const use = (category: QuotaCategory) => {
        const { records, bytes } = countOf(project, category, now);
        return { records, bytes };
      };
      return { events: use('events'), logs: use('logs'), spans: use('spans') };
    },
    async close() {
      clearInterval(timer);
      await flush();
    },
  };
}

function counted(use: QuotaUse): Count {
  return { ...use, minute: { openedAt: 0, records: 0 }, isLimited: false, isWritten: true };
}

/** What is more than a whole quota passes when it is the first of its window, since it can never fit. */
function fits(used: number, more: number, limit: number | null): boolean {
  return limit === null || used + more <= limit || used === 0;
}

function reachedLimit(count: Count, quota: Quota, { quantity, bytes }: Sent, now: number): Limit | null {
  const { category, records, day, minute } = count;
  const tomorrow = day + DAY_MS;
  const reached = (limit: number, of: string, until: number): Limit => ({
    kinds: [...KINDS_OF_QUOTA[category]],
    retryAfterSeconds: Math.min(RETRY_SECONDS_MAX, Math.max(1, Math.ceil((until - now) / 1000))),
    scope: 'project',
    reason: 'quota_exceeded',
    detail: `${limit} ${of} of ${category}; it begins anew at ${new Date(until).toISOString()}`,
  });
  if (!fits(records, quantity, quota.recordsPerDay))
    return reached(quota.recordsPerDay!, 'records a day', tomorrow);
  if (!fits(count.bytes, bytes, quota.bytesPerDay))
    return reached(quota.bytesPerDay!, 'bytes a day', tomorrow);
  if (!fits(minute.records, quantity, quota.recordsPerMinute))
    return reached(quota.recordsPerMinute!, 'records a minute', minute.openedAt + MINUTE_MS);
  return null;
}
