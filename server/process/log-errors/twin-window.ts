/**
 * The errors that came last, so that one that arrives both by an SDK and in a log counts once, whichever came first.
 * What makes two of them one: they agree (twin-facts.ts), and they are of one trace or one request; or, where nobody
 * says that, of one moment, and then one of them answers for one of the others. Bounded by count. Only errors of decided
 * batches are in it; known-twins.ts says which.
 */
import { agree, type TwinFacts } from './twin-facts.ts';

/** Of each origin. 0.4 KB each; ten seconds of as many errors as the lane takes. */
export const WINDOW_MAX = 16_384;
/** Of one key: more of one error in one moment are a flood, and its counts are an SDK's. */
const OF_KEY_MAX = 256;
/** Of one trace or request: an SDK that was offline for a while still tells of the same error. */
const STRONG_MS = 600_000;
/** Without either: clocks of one process, times of syslog are whole seconds. */
const MOMENT_MS = 3_000;

export interface TwinEvent {
  project: number;
  eventId: string;
  hash: string;
  /** ms */
  at: number;
  trace: string;
  request: string;
  user: string;
  environment: string;
  facts: TwinFacts;
  fromLog: boolean;
}

interface Kept {
  event: TwinEvent;
  /** One of the other origin was found for it by its moment. */
  isTaken: boolean;
}

export interface TwinTurn {
  /** The one of the other origin that this one is; null: it is the first. */
  find(event: TwinEvent): TwinEvent | null;
  keep(event: TwinEvent): void;
  /** The batch is decided. */
  commit(): void;
  /** Nothing is remembered now: nobody needs to ask. */
  readonly isEmpty: boolean;
}

export class TwinWindow {
  readonly #log = new Side();
  readonly #sdk = new Side();

  add(event: TwinEvent): void {
    this.#sideOf(event.fromLog).add(event);
  }

  has(eventId: string): boolean {
    return this.#log.has(eventId) || this.#sdk.has(eventId);
  }

  turn(): TwinTurn {
    const fresh = { log: new Side(), sdk: new Side() };
    const added: TwinEvent[] = [];
    const taken = new Set<Kept>();
    return {
      isEmpty: false,
      find: (event) => {
        const sides = event.fromLog ? [fresh.sdk, this.#sdk] : [fresh.log, this.#log];
        const found = nearest(event, sides, taken);
        if (found && !isShared(event, found.event)) taken.add(found);
        return found?.event ?? null;
      },
      keep: (event) => {
        added.push(event);
        (event.fromLog ? fresh.log : fresh.sdk).add(event);
      },
      commit: () => {
        for (const one of taken) one.isTaken = true;
        const before = new Set([...taken].map(({ event }) => event));
        for (const event of added) this.#sideOf(event.fromLog).add(event, before.has(event));
      },
    };
  }

  #sideOf(fromLog: boolean): Side {
    return fromLog ? this.#log : this.#sdk;
  }
}

/** The errors of one origin by what they can be found by. */
class Side {
  readonly #byKey = new Map<string, Kept[]>();
  readonly #ids = new Set<string>();
  #order: Kept[] = [];
  #gone = 0;

  get isEmpty(): boolean {
    return this.#order.length === this.#gone;
  }

  has(eventId: string): boolean {
    return this.#ids.has(eventId);
  }

  add(event: TwinEvent, isTaken = false): void {
    this.#ids.add(event.eventId);
    const kept = { event, isTaken };
    for (const key of keysOf(event)) {
      const of = this.#byKey.get(key);
      if (!of) this.#byKey.set(key, [kept]);
      else {
        if (of.length >= OF_KEY_MAX) of.shift();
        of.push(kept);
      }
    }
    this.#order.push(kept);
    if (this.#order.length - this.#gone > WINDOW_MAX) this.#forgetOldest();
  }

  get(key: string): readonly Kept[] {
    return this.#byKey.get(key) ?? [];
  }

  #forgetOldest(): void {
    const oldest = this.#order[this.#gone++]!;
    this.#ids.delete(oldest.event.eventId);
    for (const key of keysOf(oldest.event)) {
      const of = this.#byKey.get(key);
      if (of?.[0] === oldest) of.shift();
      if (of?.length === 0) this.#byKey.delete(key);
    }
    if (this.#gone < WINDOW_MAX) return;
    this.#order = this.#order.slice(this.#gone);
    this.#gone = 0;
  }
}

/** By trace, by request, and by what it says. */
function keysOf({ project, trace, request, facts: { type, message, calls } }: TwinEvent): string[] {
  const keys = [`${project}:w:${message === '' ? `${type}:${calls[0] ?? ''}` : message.slice(0, 60)}`];
  if (trace !== '') keys.push(`${project}:t:${trace}`);
  if (request !== '') keys.push(`${project}:r:${request}`);
  return keys;
}

function nearest(event: TwinEvent, sides: readonly Side[], taken: ReadonlySet<Kept>): Kept | null {
  let best: Kept | null = null;
  let bestApart = Number.POSITIVE_INFINITY;
  for (const side of sides) {
    if (side.isEmpty) continue;
    for (const key of keysOf(event))
      for (const kept of side.get(key)) {
        const apart = Math.abs(kept.event.at - event.at);
        // One trace says more than any nearness.
        const rank = isStrong(event, kept.event) ? apart - STRONG_MS : apart;
        if (rank < bestApart && isTwin(event, kept, apart, taken)) {
          best = kept;
          bestApart = rank;
        }
      }
  }
  return best;
}

function isTwin(event: TwinEvent, kept: Kept, apart: number, taken: ReadonlySet<Kept>): boolean {
  const other = kept.event;
  if (!agree(event.facts, other.facts)) return false;
  const isFree = !kept.isTaken && !taken.has(kept);
  if (isStrong(event, other)) return apart <= STRONG_MS && (isFree || event.fromLog);
  return apart <= MOMENT_MS && isFree && !contradict(event, other);
}

const isStrong = (one: TwinEvent, other: TwinEvent) =>
  (one.trace !== '' && one.trace === other.trace) || (one.request !== '' && one.request === other.request);

/** A program may log the same error at each layer of a request; what an SDK sends, it sends once each. */
const isShared = (event: TwinEvent, other: TwinEvent) => event.fromLog && isStrong(event, other);

/** Traces are no contradiction: OpenTelemetry and an error SDK in one process often have one each. */
function contradict(one: TwinEvent, other: TwinEvent): boolean {
  return (['request', 'user', 'environment'] as const).some(
    (field) => one[field] !== '' && other[field] !== '' && one[field] !== other[field],
  );
}
