/**
 * Ingest keys for the door (its port: KeyDirectory in ingest/keys.ts), asked once for every request of every
 * sender. Answers from memory for a few seconds; whoever changes a key calls `forget`, and the next request
 * looks again. While the metadata is away, keys stay what they were: the journal takes records without it.
 */
import { LRUCache } from 'lru-cache';
import { Unavailable } from '#server/platform/rejection.ts';
import { hasQuota, type Quotas } from '#server/record/quota.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import { readLimits } from './project-limits.ts';
import { selectKeyByPublicKey } from './project-queries.ts';

/** How long an answer is believed: the time for which another process may still use a disabled key. */
const REMEMBER_MS = 5_000;
/** How long a key is believed when nobody can be asked, ms. SDKs throw away what they cannot send for minutes. */
const BELIEVE_MS = 86_400_000;
/** Keys remembered, known and unknown ones apart: somebody who tries random keys must not push out the real ones. */
const KEYS_REMEMBERED_MAX = 10_000;

interface KnownKey {
  id: number;
  projectId: number;
  dsnProject: string;
  enabled: boolean;
  rateLimit: { count: number; windowSeconds: number } | null;
  /** Null: the project has none. */
  quotas: Quotas | null;
  /** Always true: a key is deleted with its project. */
  projectExists: boolean;
}

export interface KeyDirectory {
  find(publicKey: string): Promise<KnownKey | null>;
  /** A key has changed: nothing is remembered any more. */
  forget(): void;
}

/** `perf` measures how long something is remembered. */
export function createKeyDirectory(db: MetadataDb, perf: { now(): number } = performance): KeyDirectory {
  const known = new LRUCache<string, KnownKey>({ max: KEYS_REMEMBERED_MAX, ttl: REMEMBER_MS, perf });
  const unknown = new LRUCache<string, true>({ max: KEYS_REMEMBERED_MAX, ttl: REMEMBER_MS, perf });
  const lastKnown = new LRUCache<string, KnownKey>({ max: KEYS_REMEMBERED_MAX, ttl: BELIEVE_MS, perf });
  /** Counts the calls of `forget`: what was looked up before one must not be remembered after it. */
  let generation = 0;

  function remember(publicKey: string, key: KnownKey | null) {
    if (key) {
      known.set(publicKey, key);
      lastKnown.set(publicKey, key);
    } else {
      unknown.set(publicKey, true);
      lastKnown.delete(publicKey);
    }
  }

  return {
    async find(publicKey) {
      const remembered = known.get(publicKey);
      if (remembered || unknown.has(publicKey)) return remembered ?? null;
      const since = generation;
      try {
        const key = await lookUp(db, publicKey);
        if (since === generation) remember(publicKey, key);
        return key;
      } catch (error) {
        const believed = error instanceof Unavailable ? lastKnown.get(publicKey) : undefined;
        if (believed === undefined) throw error;
        known.set(publicKey, believed);
        return believed;
      }
    },
    forget() {
      generation++;
      lastKnown.clear();
      known.clear();
      unknown.clear();
    },
  };
}

async function lookUp(db: MetadataDb, publicKey: string): Promise<KnownKey | null> {
  const row = await selectKeyByPublicKey(db, publicKey);
  return row
    ? {
        id: row.id,
        projectId: row.project_id,
        dsnProject: row.dsn_project,
        enabled: row.enabled === 1,
        rateLimit: rateLimitOf(row),
        quotas: quotasOf(row.settings),
        projectExists: true,
      }
    : null;
}

function quotasOf(settings: string): Quotas | null {
  const { quotas } = readLimits(settings);
  return Object.values(quotas).some(hasQuota) ? quotas : null;
}

export function rateLimitOf(row: {
  rate_limit_count: number | null;
  rate_limit_window_seconds: number | null;
}) {
  const { rate_limit_count: count, rate_limit_window_seconds: windowSeconds } = row;
  return count === null || windowSeconds === null ? null : { count, windowSeconds };
}
