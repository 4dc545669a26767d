/**
 * Until when everything that arrived can be queried: what is missing after that may only be late, and is not judged. It is
 * known by marks in the journals, and by batches whose rows wait for the engine; of other programs, by what they write.
 */
import type { Clock } from '#server/platform/clock.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';

/** A request is in the journal this long after it arrived, ms: decoding it and the disk's answer. */
const ARRIVAL_MS = 2_000;
/** What the names of programs end with in the table. */
const OF: Record<Waited, string> = { records: ':records', all: ':all' };
/** What a program said this long ago is not waited for: it is gone, ms. */
const PROGRAM_GONE_MS = 60_000;
/** How often a program says how far it is, ms. */
const SAID_EVERY_MS = 2_000;

/** Marks what is accepted by now; the answer says whether all of it has been processed. */
export type Mark = () => () => boolean;

/**
 * Which records are waited for: check-ins and sessions come by the lane of records, and an hour of log records that wait
 * says nothing of them.
 */
export type Waited = 'records' | 'all';

export interface Arrivals {
  /** Null: it is not known yet. */
  until(): Promise<number | null>;
  /** Tells the other programs how far this one is. */
  say(): Promise<void>;
  forget(): Promise<void>;
}

export function watchArrivals(
  db: MetadataDb,
  { clock, mark, program, waited }: { clock: Clock; mark: Mark; program: string; waited: Waited },
): Arrivals {
  const name = `${program}${OF[waited]}`;
  let until: number | null = null;
  let marked: { at: number; isProcessed(): boolean } | null = null;
  /** All that arrived before `at` was decided by `decidedBy`; its rows may be on their way to the engine. */
  let decided: { at: number; decidedBy: number } | null = null;
  let saidAt = 0;

  function lookAtMark(): void {
    marked ??= { at: clock.now(), isProcessed: mark() };
    if (decided !== null || !marked.isProcessed()) return;
    decided = { at: marked.at, decidedBy: clock.now() };
    marked = null;
  }

  let looking: Promise<number | null> | null = null;
  /** Rules that are looked at at the same time share one look. */
  const look = (): Promise<number | null> => {
    looking ??= lookOnce().finally(() => {
      looking = null;
    });
    return looking;
  };

  async function lookOnce(): Promise<number | null> {
    lookAtMark();
    if (decided === null) return until;
    const waiting = await db
      .selectFrom('pending_batch')
      .select('batch')
      .where('created_at', '<=', decided.decidedBy)
      .$if(waited === 'records', (query) => query.where('journal', 'not like', '%-bulk'))
      .limit(1)
      .executeTakeFirst();
    if (waiting) return until;
    until = decided.at - ARRIVAL_MS;
    decided = null;
    return until;
  }

  return {
    async until() {
      const own = await look();
      if (own === null) return null;
      const now = clock.now();
      const others = await db
        .selectFrom('alert_program')
        .select((row) => row.fn.min('arrived_until').as('until'))
        .where('program', '!=', name)
        .where('program', 'like', `%${OF[waited]}`)
        .where('seen_at', '>', now - PROGRAM_GONE_MS)
        .executeTakeFirst();
      return Math.min(own, others?.until == null ? own : Number(others.until));
    },
    async say() {
      const now = clock.now();
      const own = await look();
      if (own === null || now - saidAt < SAID_EVERY_MS) return;
      saidAt = now;
      const said = { arrived_until: own, seen_at: now };
      await db
        .insertInto('alert_program')
        .values({ program: name, ...said })
        .onConflict((conflict) => conflict.column('program').doUpdateSet(said))
        .execute();
    },
    async forget() {
      await db.deleteFrom('alert_program').where('program', '=', name).execute();
    },
  };
}
