/**
 * New records of a question, about once a second: how many came, exactly, and a sample of them when they are too many.
 *
 * The cursor is the time of arrival, not the time a record says: late records are new too. But records are stored a
 * while after they came, and not in that order, so a moment that was looked at may still grow. Each look therefore
 * counts the records of each recent millisecond and compares with what it counted before: what is more is new. Nothing
 * that is stored within FAR_MS of its arrival is missed or counted twice, whoever stored it; what this process stores
 * later than that, as when it catches up with a backlog, it tells of by `stored`.
 */
import type { Clock } from '#server/platform/clock.ts';
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';
import { countArrivals, sampleArrivals } from './arrival-counts.ts';
import { ALL_TIME, type PlanFilter } from './plan.ts';
import { Deadline, type Reading, type WholeRow } from './run-plan.ts';

export interface TailQuestion {
  projects: readonly number[];
  filter: PlanFilter;
  /** Records told of one look. */
  rowsMax: number;
}

/** What one look found. */
export interface TailLook {
  /** The looks before and now, milliseconds since 1970. */
  since: number;
  at: number;
  /** How many records are new. */
  arrived: number;
  /** Those that are told, in the order they came. */
  rows: WholeRow[];
}

export interface Tail {
  /** Records that came as early as this were stored just now. */
  stored(receivedFrom: number): void;
  stop(): void;
}

export interface TailListener {
  /** The first look: what is stored by now is not new. */
  onStart(at: number): void;
  onLook(look: TailLook): void;
  /** A look failed; the next one makes up for it. */
  onTrouble(error: unknown): void;
}

const EVERY_MS = 1000;
/** For the statements of one look. */
const LOOK_MS_MAX = 5000;
/** How far before the last look a look reaches: a record is stored a second or two after it came. */
const NEAR_MS = 10_000;
/** Now and then further: after a fault a batch is inserted again. */
const FAR_MS = 60_000;
const FAR_EVERY = 10;
/** Milliseconds remembered with their counts, 4 MB: more than FAR_MS has. Those counted first are forgotten first. */
const MOMENTS_MAX = 70_000;
/** Milliseconds of one sample, chosen evenly from more: a sample of these is one of all. */
const SAMPLE_MOMENTS_MAX = 2000;
/** Looks whose records are not told again when their millisecond grows. */
const LOOKS_TOLD = 5;

export function openTail(
  { telemetry, clock }: { telemetry: Pick<TelemetryStore, 'select'>; clock: Clock },
  { projects, filter, rowsMax }: TailQuestion,
  listener: TailListener,
): Tail {
  const gone = new AbortController();
  const counted = new Map<number, number>();
  const told = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let looks = 0;
  let lookedAt: number | null = null;
  let storedFrom = Number.POSITIVE_INFINITY;

  async function look(): Promise<void> {
    const began = performance.now();
    const at = clock.now();
    const far = looks % FAR_EVERY === 0;
    const storedSince = storedFrom;
    storedFrom = Number.POSITIVE_INFINITY;
    const receivedFrom = Math.min(storedSince, (lookedAt ?? at) - (far ? FAR_MS : NEAR_MS));
    const plan = { projects, filter, range: ALL_TIME, receivedFrom };
    const reading = { telemetry, deadline: new Deadline(LOOK_MS_MAX), signal: gone.signal };
    try {
      const grown = takeGrown(counted, await countArrivals(reading, plan));
      const since = lookedAt;
      lookedAt = at;
      looks += 1;
      if (since === null) listener.onStart(at);
      else {
        const arrived = grown.reduce((sum, { records }) => sum + records, 0);
        const rows = arrived === 0 ? [] : await sample(reading, plan, grown, arrived);
        if (!gone.signal.aborted) listener.onLook({ since, at, arrived, rows });
      }
    } catch (error) {
      storedFrom = Math.min(storedFrom, storedSince);
      if (!gone.signal.aborted) listener.onTrouble(error);
    }
    if (gone.signal.aborted) return;
    // A question that takes long is asked seldom: it has at most half of one statement's place at the engine.
    const took = performance.now() - began;
    timer = setTimeout(look, Math.max(EVERY_MS - took, took));
  }

  /** Counted is counted: what cannot be read is left out, and is known to be. */
  async function sample(
    reading: Reading,
    plan: Parameters<typeof sampleArrivals>[1],
    grown: readonly Grown[],
    arrived: number,
  ): Promise<WholeRow[]> {
    try {
      const moments = evenly(grown, SAMPLE_MOMENTS_MAX).map(({ moment }) => moment);
      const earliest = Math.min(...moments);
      const found = await sampleArrivals(reading, { ...plan, receivedFrom: earliest }, moments, rowsMax);
      const rows = found.filter((row) => !told.has(nameOf(row))).slice(0, arrived);
      for (const row of rows) told.add(nameOf(row));
      forgetFirst(told, LOOKS_TOLD * rowsMax);
      return rows;
    } catch (error) {
      if (!gone.signal.aborted) listener.onTrouble(error);
      return [];
    }
  }

  void look();
  return {
    stored(receivedFrom) {
      storedFrom = Math.min(storedFrom, receivedFrom);
    },
    stop() {
      gone.abort();
      clearTimeout(timer);
    },
  };
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

function evenly<Item>(items: readonly Item[], max: number): readonly Item[] {
  if (items.length <= max) return items;
  return Array.from({ length: max }, (_, at) => items[Math.floor((at * items.length) / max)]!);
}

/** Twins have one name: of those that came in one millisecond of one request's place, one is told. */
const nameOf = ({ project_id, time, tie, pattern }: WholeRow) => `${project_id}-${time}-${tie}-${pattern}`;

function forgetFirst(known: Map<unknown, unknown> | Set<unknown>, max: number): void {
  for (const key of known.keys()) {
    if (known.size <= max) return;
    known.delete(key);
  }
}
