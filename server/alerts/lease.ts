/**
 * One evaluator, however many programs share the store: whoever holds the one row, until it expires. Every write of an
 * evaluation goes on with the row, under the fence that was given with it: who lost it meanwhile writes nothing.
 */
import { randomUUID } from 'node:crypto';
import type { Clock } from '#server/platform/clock.ts';
import type { MetadataDb, MetadataTransaction } from '#server/store/metadata/metadata.ts';

/** How long the others wait for one that died, ms. */
const LEASE_MS = 15_000;
/** It is renewed when so much is left of it. */
const RENEWED_AT_MS = 10_000;

/** Another evaluates now: nothing of what was found is written. */
export class LeaseLost extends Error {
  constructor() {
    super('Another program evaluates the alert rules now.');
  }
}

export interface EvaluatorRow {
  holder: string;
  fence: number;
  expires_at: number;
  revision: number;
  activity_id: number;
}

export interface Lease {
  /** What the row says; and whether this program holds it, having taken or renewed it where it had to. */
  look(): Promise<{ row: EvaluatorRow; isHeld: boolean; isNew: boolean }>;
  /** Throws LeaseLost; and keeps everybody else from writing until the transaction ends. */
  hold(transaction: MetadataTransaction): Promise<void>;
  /** Lets the next one in at once. */
  release(): Promise<void>;
}

export function createLease(db: MetadataDb, clock: Clock): Lease {
  const holder = randomUUID();
  let fence: number | null = null;
  const own = () => db.updateTable('alert_evaluator').where('name', '=', 'rules');

  async function take(row: EvaluatorRow): Promise<boolean> {
    const taken = await own()
      .set({ holder, fence: row.fence + 1, expires_at: clock.now() + LEASE_MS })
      .where('fence', '=', row.fence)
      .where('expires_at', '=', row.expires_at)
      .executeTakeFirst();
    if (taken.numUpdatedRows === 0n) return false;
    fence = row.fence + 1;
    return true;
  }

  return {
    async look() {
      const row = await db
        .selectFrom('alert_evaluator')
        .select(['holder', 'fence', 'expires_at', 'revision', 'activity_id'])
        .where('name', '=', 'rules')
        .executeTakeFirstOrThrow();
      const now = clock.now();
      const isMine = row.holder === holder && row.fence === fence;
      if (!isMine) {
        fence = null;
        // A clock that was set back must not keep everybody waiting.
        const isOver = row.expires_at <= now || row.expires_at > now + 2 * LEASE_MS;
        const isHeld = isOver && (await take(row));
        return { row, isHeld, isNew: isHeld };
      }
      if (row.expires_at - now > RENEWED_AT_MS) return { row, isHeld: true, isNew: false };
      const renewed = await own()
        .set({ expires_at: now + LEASE_MS })
        .where('holder', '=', holder)
        .where('fence', '=', row.fence)
        .executeTakeFirst();
      return { row, isHeld: renewed.numUpdatedRows > 0n, isNew: false };
    },
    async hold(transaction) {
      if (fence === null) throw new LeaseLost();
      const held = await transaction
        .updateTable('alert_evaluator')
        .set({ expires_at: clock.now() + LEASE_MS })
        .where('name', '=', 'rules')
        .where('holder', '=', holder)
        .where('fence', '=', fence)
        .executeTakeFirst();
      if (held.numUpdatedRows === 0n) throw new LeaseLost();
    },
    async release() {
      if (fence === null) return;
      await own().set({ expires_at: 0 }).where('holder', '=', holder).where('fence', '=', fence).execute();
      fence = null;
    },
  };
}
