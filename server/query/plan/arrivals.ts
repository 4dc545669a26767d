/**
 * Records in the order in which they came in, asked for again and again: what a live tail shows. Each is given once.
 * Records become visible nearly in the order of arrival, so each question reaches back a little and knows what it
 * has given. When more come than a question may return, the newest are given and the rest is passed over.
 */
import { QueryCutShort } from '#server/store/telemetry/telemetry-errors.ts';
import { compileArrivals } from './compile-lists.ts';
import type { Plan } from './plan.ts';
import type { Reading, RecordRow } from './run-plan.ts';

/** How much later than another a record may become visible that came in before it, ms. */
const DISORDER_MS = 3_000;

export interface Arrival extends RecordRow {
  /** The same for one record in every question. */
  id: string;
  /** Milliseconds since 1970. */
  received: number;
}

export interface Arrived {
  /** Oldest first, by arrival. */
  rows: Arrival[];
  /** More came than were asked for: those before the first row were passed over. */
  isCut: boolean;
}

export class Arrivals {
  #after: number;
  /** Arrival of what was given and may be found again, by id. */
  #given = new Map<string, number>();

  /** What came in before is not given. Milliseconds since 1970. */
  constructor(since: number) {
    this.#after = since;
  }

  /** What became visible since the last question and came in until a time, milliseconds. */
  async next(
    reading: Reading,
    plan: Plan,
    { until, limit }: { until: number; limit: number },
  ): Promise<Arrived> {
    const found = await this.#select(reading, plan, until, limit);
    const isCut = found.rows.length === found.limit;
    const rows = found.rows.filter(({ id }) => !this.#given.has(id)).reverse();
    this.#moveOn(found.rows, isCut);
    return { rows, isCut };
  }

  #moveOn(rows: readonly Arrival[], isCut: boolean): void {
    const newest = rows[0]?.received;
    if (newest !== undefined)
      // What was passed over once is not found again: only the last millisecond may hold more.
      this.#after = Math.max(this.#after, isCut ? newest - 1 : newest - DISORDER_MS);
    for (const { id, received } of rows) this.#given.set(id, received);
    for (const [id, received] of this.#given) if (received <= this.#after) this.#given.delete(id);
  }

  async #select(
    { telemetry, deadline, signal }: Reading,
    plan: Plan,
    until: number,
    asked: number,
  ): Promise<{ rows: Arrival[]; limit: number }> {
    for (let limit = asked; ; limit = Math.ceil(limit / 8)) {
      const { sql, params } = compileArrivals(plan, { after: this.#after, until, limit });
      try {
        const rows = await telemetry.select<Arrival>(plan.projects, sql, {
          params,
          timeoutMs: deadline.left(),
          rowsMax: limit,
          signal,
        });
        return { rows, limit };
      } catch (error) {
        // Large bodies: fewer of them fit into one answer.
        if (!(error instanceof QueryCutShort) || error.by !== 'rows' || limit === 1) throw error;
      }
    }
  }
}
