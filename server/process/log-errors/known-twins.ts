/**
 * Which errors of SDKs and of logs are known to each other. As long as no log tells of an exception nothing is
 * remembered and nothing costs anything: what an SDK sent shortly before the first of them is read from the telemetry
 * store, while that exception is held back (HOLD_BACK_MS). Programs that share their stores read each other's errors
 * from there too, for as long as any of them finds exceptions in logs.
 */
import type { MetadataStore } from '#server/store/metadata/metadata.ts';
import type { RecentError, TelemetryStore } from '#server/store/telemetry/telemetry.ts';
import { LOG_SDK } from './log-event.ts';
import { twinSourceOf } from './twin-facts.ts';
import { type TwinTurn, TwinWindow, WINDOW_MAX } from './twin-window.ts';

/** How far back errors are read when it begins, ms: the other half of a pair is mostly as old as its first. */
const BACK_MS = 600_000;
/** How often it is looked whether logs tell of something, and what other programs stored, ms: a fifth of HOLD_BACK_MS. */
const LOOK_MS = 1_000;
/** Rows become visible in another order than they were received, ms. */
const LATE_MS = 5_000;
/** Without an exception in any log for so long, ms, nothing is remembered any more: SDKs that come later are offline. */
const AWAKE_MS = 3_600_000;

export interface TwinsNeeded {
  /** The batch has errors, of whomever. */
  errors: boolean;
  /** It has some that are made of log records. */
  ofLogs: boolean;
}

export interface KnownTwinsDeps {
  metadata: Pick<MetadataStore, 'db' | 'dialect'>;
  telemetry: Pick<TelemetryStore, 'recentErrors'>;
  /** Resolves when the batches decided before are in the telemetry store. */
  inserted(): Promise<void>;
}

export class KnownTwins {
  readonly #deps: KnownTwinsDeps;
  #window: TwinWindow | null = null;
  #awakeUntil = 0;
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(deps: KnownTwinsDeps) {
    this.#deps = deps;
  }

  async turn({ errors, ofLogs }: TwinsNeeded, now: number): Promise<TwinTurn> {
    if (ofLogs || (errors && now - this.#lookedAt >= LOOK_MS)) await this.#look(ofLogs, now);
    return this.#window?.turn() ?? NOBODY;
  }

  async #look(ofLogs: boolean, now: number): Promise<void> {
    const since = this.#lookedAt - LATE_MS;
    const isDue = now - this.#lookedAt >= LOOK_MS;
    this.#awakeUntil = AWAKE_MS + (ofLogs ? now : await this.#lastFoundAt());
    if (now >= this.#awakeUntil) this.#window = null;
    else if (!this.#window) {
      await this.#deps.inserted();
      const window = new TwinWindow();
      await this.#read(window, now - BACK_MS);
      this.#window = window;
    } else if (isDue && this.#deps.metadata.dialect === 'postgres') await this.#read(this.#window, since);
    if (isDue) this.#lookedAt = now;
  }

  /** An exception in a log, by any program on these stores. */
  async #lastFoundAt(): Promise<number> {
    const row = await this.#deps.metadata.db
      .selectFrom('log_error')
      .select('created_at')
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row?.created_at ?? Number.NEGATIVE_INFINITY;
  }

  async #read(window: TwinWindow, since: number): Promise<void> {
    const rows = await this.#deps.telemetry.recentErrors(since, WINDOW_MAX);
    for (const row of rows.toReversed()) {
      if (window.has(row.event_id)) continue;
      const facts = twinSourceOf(eventOf(row));
      if (!facts) continue;
      window.add({
        project: row.project_id,
        eventId: row.event_id,
        hash: row.grouping_hash,
        at: Number(row.at),
        trace: row.trace_id,
        request: row.request_id,
        user: row.user_id,
        environment: row.environment,
        facts: facts.facts,
        fromLog: row.sdk_name === LOG_SDK,
      });
    }
  }
}

const NOBODY: TwinTurn = { find: () => null, keep: () => {}, commit: () => {}, isEmpty: true };

function eventOf({ exception_type: type, exception_value: value, frames }: RecentError) {
  return { exception: { values: [{ type, value, stacktrace: { frames } }] } };
}
