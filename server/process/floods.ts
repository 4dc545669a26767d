/**
 * Floods, held small: of one kind of error so many events a minute are kept whole, and the rest is counted; of a project
 * with spike protection what is far beyond the usual of the hour is dropped. Counts are of decided batches only: a batch
 * that is tried again is counted once. They are in memory: after a start the minute begins anew, and the hour is read
 * from the ledger.
 */
import { readSpike, type SpikeState } from '#server/filters/spike-limit.ts';
import type { Log } from '#server/platform/log.ts';
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Kinds of errors counted in one minute; those beyond are kept whole. */
const KINDS_MAX = 100_000;

export type FloodReason = 'sampled' | 'spike_protection';

/** What one batch takes. */
export interface FloodTurn {
  /** Null: the event is kept whole. */
  ofEvent(event: FloodEvent): FloodReason | null;
  /** The batch is decided. */
  commit(): void;
}

export interface FloodEvent {
  project: number;
  hash: string;
  rules: { spikeProtection: boolean; issueEventsPerMinute: number | null };
}

export class Floods {
  readonly #telemetry: TelemetryStore;
  readonly #log: Log;
  #minute = 0;
  #ofMinute = new Map<string, number>();
  #hours = new Map<number, SpikeState & { hour: number }>();

  constructor(deps: { telemetry: TelemetryStore; log: Log }) {
    this.#telemetry = deps.telemetry;
    this.#log = deps.log;
  }

  /** `projects`: those of the batch with spike protection. */
  async turn(projects: readonly number[], now: number): Promise<FloodTurn> {
    for (const project of projects) await this.#learn(project, now);
    const minute = Math.floor(now / MINUTE_MS);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#ofMinute = new Map();
    }
    const added = new Map<string, number>();
    const spent = new Map<number, number>();
    return {
      ofEvent: ({ project, hash, rules }) => {
        if (rules.spikeProtection) {
          const state = this.#hours.get(project);
          const kept = (state?.kept ?? 0) + (spent.get(project) ?? 0);
          if (state && state.limit !== null && kept >= state.limit) return 'spike_protection';
          spent.set(project, (spent.get(project) ?? 0) + 1);
        }
        if (rules.issueEventsPerMinute === null) return null;
        const kind = `${project}:${hash}`;
        const count = (this.#ofMinute.get(kind) ?? 0) + (added.get(kind) ?? 0);
        if (count >= rules.issueEventsPerMinute) return 'sampled';
        if (this.#ofMinute.size + added.size < KINDS_MAX) added.set(kind, (added.get(kind) ?? 0) + 1);
        return null;
      },
      commit: () => {
        for (const [kind, count] of added) this.#ofMinute.set(kind, (this.#ofMinute.get(kind) ?? 0) + count);
        for (const [project, count] of spent) {
          const state = this.#hours.get(project);
          if (state) state.kept += count;
        }
      },
    };
  }

  /** Once an hour. An engine that cannot say what is usual protects from nothing, and is asked again. */
  async #learn(project: number, now: number): Promise<void> {
    const hour = Math.floor(now / HOUR_MS);
    if (this.#hours.get(project)?.hour === hour) return;
    this.#hours.delete(project);
    try {
      this.#hours.set(project, { ...(await readSpike(this.#telemetry, project, now)), hour });
    } catch (error) {
      this.#log.warn({ error, project }, 'cannot read what is usual for a project; it is not protected now');
    }
  }
}
