/**
 * New records of a question, about once a second: how many came, exactly, and some of them when they are too many.
 * Every live tail stands on it, whatever its language.
 *
 * The cursor is the time of arrival, not the time a record says: late records are new too. But records are stored a
 * while after they came, and not in that order, so a moment that was looked at may still grow. Each look therefore
 * counts the records of each recent millisecond and compares with what it counted before: what is more is new. Nothing
 * that is stored within FAR_MS of its arrival is missed or counted twice, whoever stored it; what this process stores
 * later than that, as when it catches up with a backlog, it tells of by `stored`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '#server/platform/clock.ts';
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';
import { type Arrival, countArrivals, type SampleOf, sampleArrivals } from './arrivals.ts';
import { ALL_TIME, type PlanFilter } from './plan.ts';
import { Deadline, type Reading } from './run-plan.ts';

export interface TailQuestion {
  projects: readonly number[];
  filter: PlanFilter;
  /** Records told of one look. */
  rowsMax: number;
  /** Which are told when more came. */
  sampleOf: SampleOf;
  /** Records are told when they came so long ago, ms; less than NEAR_MS. */
  delayMs?: number;
}

/** What one look found. */
export interface TailLook {
  /** The looks before and now, milliseconds since 1970. */
  since: number;
  at: number;
  /** How many records are new. */
  arrived: number;
  /** Those that are told, in the order they came. */
  rows: Arrival[];
}

export type TailStep =
  /** The first look: what is stored by now is not new. */
  | { is: 'start'; at: number }
  | ({ is: 'look' } & TailLook)
  /** A look failed; the next one makes up for it. */
  | { is: 'trouble'; error: unknown };

export interface LiveTails {
  /** Goes on until the signal. While a step is dealt with nothing is looked for, and nothing piles up. */
  follow(question: TailQuestion, signal: AbortSignal): AsyncGenerator<TailStep, void>;
  /** Tells all tails that records which came as early as this were stored just now. */
  stored(receivedFrom: number): void;
}

const EVERY_MS = 1000;
/** For the statements of one look. */
const LOOK_MS_MAX = 5000;
/** How far before the last look a look reaches: a record is stored a second or two after it came. */
const NEAR_MS = 10_000;
/** Now and then further: after a fault a batch is inserted again. */
const FAR_MS = 60_000;
/** Of so many looks each reaches as far as any. */
export const FAR_EVERY = 10;
/** Milliseconds remembered with their counts, 4 MB: more than FAR_MS has. Those counted first are forgotten first. */
const MOMENTS_MAX = 70_000;
/** Milliseconds of one sample: of more the last, or some chosen evenly, of which a sample is one of all. */
const SAMPLE_MOMENTS_MAX = 2000;
/** Looks whose records are not told again when their millisecond grows. */
const LOOKS_TOLD = 5;

interface TailDeps {
  telemetry: Pick<TelemetryStore, 'select'>;
  clock: Clock;
}

export function createLiveTails(deps: TailDeps): LiveTails {
  const open = new Set<Looks>();
  return {
    async *follow(question, signal) {
      const looks = new Looks(deps, question, signal);
      open.add(looks);
      try {
        while (!signal.aborted) {
          const began = performance.now();
          const steps = await looks.next();
          const tookMs = performance.now() - began;
          if (signal.aborted) return;
          yield* steps;
          // A question that takes long is asked seldom: it has at most half of one statement's place at the engine.
          await sleep(Math.max(EVERY_MS - tookMs, tookMs), undefined, { signal }).catch(() => {});
        }
      } finally {
        open.delete(looks);
      }
    },
    stored(receivedFrom) {
      for (const looks of open) looks.stored(receivedFrom);
    },
  };
}

/** One look after the other, and what they have to remember. */
class Looks {
  readonly #deps: TailDeps;
  readonly #question: TailQuestion;
  readonly #signal: AbortSignal;
  readonly #counted = new Map<number, number>();
  readonly #told = new Set<string>();
  #looks = 0;
  #lookedAt: number | null = null;
  #storedFrom = Number.POSITIVE_INFINITY;

  constructor(deps: TailDeps, question: TailQuestion, signal: AbortSignal) {
    this.#deps = deps;
    this.#question = question;
    this.#signal = signal;
  }

  stored(receivedFrom: number): void {
    this.#storedFrom = Math.min(this.#storedFrom, receivedFrom);
  }

  async next(): Promise<TailStep[]> {
    const { projects, filter, delayMs = 0 } = this.#question;
    const reading = {
      telemetry: this.#deps.telemetry,
      deadline: new Deadline(LOOK_MS_MAX),
      signal: this.#signal,
    };
    const since = this.#lookedAt;
    const at = this.#deps.clock.now();
    const reachMs = this.#looks % FAR_EVERY === 0 ? FAR_MS : NEAR_MS;
    const storedFrom = this.#storedFrom;
    this.#storedFrom = Number.POSITIVE_INFINITY;
    const plan = {
      projects,
      filter,
      range: ALL_TIME,
      receivedFrom: Math.min(storedFrom, (since ?? at) - reachMs),
      // What is there at the first look is not new, even when it is younger than the delay.
      ...(since !== null && delayMs > 0 && { receivedTo: at - delayMs }),
    };
    try {
      const grown = takeGrown(this.#counted, await countArrivals(reading, plan));
      this.#lookedAt = at;
      this.#looks += 1;
      if (since === null) return [{ is: 'start', at }];
      const arrived = grown.reduce((sum, { records }) => sum + records, 0);
      if (arrived === 0) return [{ is: 'look', since, at, arrived, rows: [] }];
      return await this.#tell(reading, plan, grown, { since, at, arrived });
    } catch (error) {
      this.stored(storedFrom);
      return [{ is: 'trouble', error }];
    }
  }

  /** Counted is counted: what cannot be read is left out, and is known to be. */
  async #tell(
    reading: Reading,
    plan: Parameters<typeof sampleArrivals>[1],
    grown: readonly Grown[],
    look: Omit<TailLook, 'rows'>,
  ): Promise<TailStep[]> {
    const { rowsMax, sampleOf } = this.#question;
    const chosen = sampleOf === 'newest' ? latest(grown) : evenly(grown);
    const moments = chosen.map(({ moment }) => moment);
    const receivedFrom = moments.reduce((a, b) => Math.min(a, b));
    try {
      const found = await sampleArrivals(reading, { ...plan, receivedFrom }, moments, {
        limit: rowsMax,
        sampleOf,
      });
      const rows = found.filter((row) => !this.#told.has(nameOf(row))).slice(0, look.arrived);
      for (const row of rows) this.#told.add(nameOf(row));
      forgetFirst(this.#told, LOOKS_TOLD * rowsMax);
      return [{ is: 'look', ...look, rows }];
    } catch (error) {
      return [
        { is: 'trouble', error },
        { is: 'look', ...look, rows: [] },
      ];
    }
  }
}

interface Grown {
  moment: number;
  /** How many more than before. */
  records: number;
}

function takeGrown(counted: Map<number, number>, now: ReadonlyMap<number, number>): Grown[] {
  const grown: Grown[] = [];
  for (const [moment, records] of now) {
    const before = counted.get(moment) ?? 0;
    if (records > before) grown.push({ moment, records: records - before });
    counted.set(moment, records);
  }
  forgetFirst(counted, MOMENTS_MAX);
  return grown;
}

function evenly(grown: readonly Grown[]): readonly Grown[] {
  if (grown.length <= SAMPLE_MOMENTS_MAX) return grown;
  return Array.from(
    { length: SAMPLE_MOMENTS_MAX },
    (_, at) => grown[Math.floor((at * grown.length) / SAMPLE_MOMENTS_MAX)]!,
  );
}

const latest = (grown: readonly Grown[]) =>
  grown.toSorted((a, b) => b.moment - a.moment).slice(0, SAMPLE_MOMENTS_MAX);

/** Twins have one name: of those that came in one millisecond of one request's place, one is told. */
const nameOf = ({ project_id, time, tie, pattern }: Arrival) => `${project_id}-${time}-${tie}-${pattern}`;

function forgetFirst(known: Map<unknown, unknown> | Set<unknown>, max: number): void {
  for (const key of known.keys()) {
    if (known.size <= max) return;
    known.delete(key);
  }
}
