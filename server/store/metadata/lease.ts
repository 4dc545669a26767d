/**
 * What one program at a time does, of those that share the metadata: evaluating alert rules, speaking through a channel. Who
 * holds a lease writes under its fence, in the transaction of what is written: who lost it meanwhile, to a slow disk or a
 * machine that slept, writes nothing. On Postgres time is the database's, so that clocks of programs need not agree; a SQLite
 * file is one machine's, and its time the program's.
 */
import { type RawBuilder, sql } from 'kysely';
import type { Clock } from '#server/platform/clock.ts';
import type { MetadataDb, MetadataStore, MetadataTransaction } from './metadata.ts';

/** A lease that nobody wanted for so long is forgotten, ms. */
const FORGOTTEN_MS = 86_400_000;

/** Another program does it now: nothing of what was found out is written. */
export class LeaseLost extends Error {
  constructor(name: string) {
    super(`Another program has "${name}" now.`);
  }
}

export interface LeaseOptions {
  /** Of what, among all. */
  name: string;
  /** Of this program, different from every other. */
  holder: string;
  /** How long the others wait for one that died, ms. */
  ms: number;
  clock: Clock;
}

export interface Lease {
  /** Takes it when it is free, and renews it when a third of it is over. `isNew`: it was not held before. */
  look(): Promise<{ isHeld: boolean; isNew: boolean }>;
  /** Throws LeaseLost; renews it, and keeps everybody else from taking it until the transaction ends. */
  hold(transaction: MetadataTransaction): Promise<void>;
  /** Lets the next one in at once. */
  release(): Promise<void>;
}

type Stores = Pick<MetadataStore, 'db' | 'dialect'>;

export function createLease({ db, dialect }: Stores, { name, holder, ms, clock }: LeaseOptions): Lease {
  let fence: number | null = null;
  const now = () => timeOf(dialect, clock);
  const until = () => sql<number>`${now()} + ${sql.lit(ms)}`;
  const own = (of: MetadataDb) => of.updateTable('lease').where('name', '=', name);
  const held = (of: MetadataDb) => own(of).where('holder', '=', holder).where('fence', '=', fence);

  async function take(): Promise<boolean> {
    await db
      .insertInto('lease')
      .values({ name, holder: '', fence: 0, expires_at: 0 })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const taken = await own(db)
      .set((row) => ({ holder, fence: row('fence', '+', 1), expires_at: until() }))
      // A clock that was set back must not keep everybody waiting.
      .where((row) =>
        row.or([
          row('expires_at', '<=', now()),
          row('expires_at', '>', sql<number>`${now()} + ${sql.lit(2 * ms)}`),
        ]),
      )
      .returning('fence')
      .executeTakeFirst();
    fence = taken?.fence ?? null;
    return fence !== null;
  }

  return {
    async look() {
      const row = await db
        .selectFrom('lease')
        .select(['holder', 'fence', sql<number>`expires_at - ${now()}`.as('left')])
        .where('name', '=', name)
        .executeTakeFirst();
      if (row === undefined || row.holder !== holder || row.fence !== fence) {
        fence = null;
        const isFree = row === undefined || row.left <= 0 || row.left > 2 * ms;
        const isHeld = isFree && (await take());
        return { isHeld, isNew: isHeld };
      }
      if (row.left > (2 * ms) / 3) return { isHeld: true, isNew: false };
      const renewed = await held(db).set({ expires_at: until() }).executeTakeFirst();
      return { isHeld: renewed.numUpdatedRows > 0n, isNew: false };
    },
    async hold(transaction) {
      if (fence === null) throw new LeaseLost(name);
      const renewed = await held(transaction).set({ expires_at: until() }).executeTakeFirst();
      if (renewed.numUpdatedRows === 0n) throw new LeaseLost(name);
    },
    async release() {
      if (fence === null) return;
      await held(db).set({ expires_at: now() }).execute();
      fence = null;
    },
  };
}

/** Those of these leases that somebody holds now. */
export async function heldLeases({ db, dialect }: Stores, clock: Clock, prefix: string): Promise<string[]> {
  const rows = await db
    .selectFrom('lease')
    .select('name')
    .where('name', 'like', `${prefix}%`)
    .where('expires_at', '>', timeOf(dialect, clock))
    .execute();
  return rows.map(({ name }) => name);
}

/** What a program held when it was killed is free again; so is what nobody has wanted for a day. */
export async function freeLeases(
  { db, dialect }: Stores,
  { holder, clock, prefix }: { holder: string; clock: Clock; prefix: string },
): Promise<void> {
  const now = timeOf(dialect, clock);
  await db
    .updateTable('lease')
    .set({ expires_at: now })
    .where('holder', '=', holder)
    .where('name', 'like', `${prefix}%`)
    .where('expires_at', '>', now)
    .execute();
  await db
    .deleteFrom('lease')
    .where('name', 'like', `${prefix}%`)
    .where('expires_at', '<', sql<number>`${now} - ${sql.lit(FORGOTTEN_MS)}`)
    .execute();
}

const timeOf = (dialect: MetadataStore['dialect'], clock: Clock): RawBuilder<number> =>
  dialect === 'postgres'
    ? sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`
    : sql<number>`cast(${clock.now()} as integer)`;
