/**
 * Who follows which question: people with the same search and projects share one tail, so that a search costs the engine
 * one look a second however many watch. Each tail keeps its last messages for those whose connection broke.
 *
 * A viewer who does not keep up is sent counts instead of lines until they do: nothing piles up here, and what they are
 * shown and told was left out is together always what came.
 */
import { randomBytes } from 'node:crypto';
import { type LogTailMessage, TAIL_LINES_MAX } from '#contract/logs.ts';
import type { Clock } from '#server/platform/clock.ts';
import type { Log } from '#server/platform/log.ts';
import { Unavailable } from '#server/platform/rejection.ts';
import type { LiveTails, TailLook, TailQuestion as TailPlan } from '#server/query/plan/tail.ts';
import { searchLogs } from './log-search.ts';
import { toLogRecord } from './logs.ts';

/** Where messages go: a stream of server-sent events. */
export interface TailViewer {
  write(text: string): void;
  readonly unsentBytes: number;
  end(): void;
}

export interface TailQuestion {
  projects: readonly number[];
  query: string;
}

export interface TailDeps {
  tails: LiveTails;
  clock: Clock;
  log: Log;
}

export interface TailHub {
  /** Throws the refusal of a search that cannot be read, and Unavailable when too many are followed. */
  find(question: TailQuestion): SharedTail;
  close(): void;
  /** Different questions that are followed. */
  readonly tails: number;
}

export interface SharedTail {
  /** `after`: the id of the last message seen, or nothing. Ends with the returned function. */
  watch(viewer: TailViewer, after: string): () => void;
}

/** Questions followed at once: each is two statements a second. */
const TAILS_MAX = 20;
/** A person has one per tab. */
const VIEWERS_MAX = 500;
/** Characters of one message; lines that do not fit are left out, and counted. */
const MESSAGE_CHARS_MAX = 1024 * 1024;
/** Messages kept for those who return, and their characters: a browser comes back after two seconds. */
const KEPT_MAX = 15;
const KEPT_CHARS_MAX = 4 * 1024 * 1024;
/** How long a tail goes on when the last viewer has gone, ms. */
const LINGER_MS = 10_000;
/** A viewer with so much unsent gets counts until it has been taken. */
const UNSENT_BYTES_MAX = 2 * 1024 * 1024;

const TROUBLE = 'New lines could not be looked for; another try follows.';

type Message = Extract<LogTailMessage, { type: 'lines' }>;
type Kept = { number: number; text: string };

export function createTailHub(
  deps: TailDeps,
  limits: { tailsMax?: number; lingerMs?: number } = {},
): TailHub {
  const { tailsMax = TAILS_MAX, lingerMs = LINGER_MS } = limits;
  const shared = new Map<string, Shared>();
  const viewersOfAll = () => [...shared.values()].reduce((sum, { viewers }) => sum + viewers, 0);

  /** Those that only linger make way. */
  function hasRoom(): boolean {
    if (shared.size < tailsMax) return true;
    const idle = [...shared.values()].find(({ viewers }) => viewers === 0);
    idle?.stop();
    return idle !== undefined;
  }

  return {
    find({ projects, query }) {
      const key = JSON.stringify([[...projects].sort((a, b) => a - b), query.trim()]);
      const known = shared.get(key);
      if (viewersOfAll() >= VIEWERS_MAX || !(known || hasRoom()))
        throw new Unavailable('tails_full', 'As many searches are followed as this server can. Try later.');
      if (known) return known;
      const filter = searchLogs(query);
      const plan = { projects, filter, rowsMax: TAIL_LINES_MAX, sampleOf: 'all' } as const;
      const opened = new Shared(deps, plan, lingerMs, () => shared.delete(key));
      shared.set(key, opened);
      return opened;
    },
    close() {
      for (const one of shared.values()) one.stop();
    },
    get tails() {
      return shared.size;
    },
  };
}

/** A tail and who watches it. */
class Shared implements SharedTail {
  readonly #deps: TailDeps;
  readonly #gone = new AbortController();
  readonly #lingerMs: number;
  readonly #onStop: () => void;
  readonly #viewers = new Map<TailViewer, { missed: number }>();
  /** Tells messages of this tail from those of one before it. */
  readonly #name = randomBytes(4).toString('hex');
  readonly #kept: Kept[] = [];
  #sent = 0;
  #started = false;
  #wasBusy = false;
  #lingering: NodeJS.Timeout | undefined;

  constructor(deps: TailDeps, question: TailPlan, lingerMs: number, onStop: () => void) {
    this.#deps = deps;
    this.#lingerMs = lingerMs;
    this.#onStop = onStop;
    this.#follow(question).catch((error) => {
      deps.log.error({ err: error }, 'a live tail failed');
      this.stop();
    });
  }

  async #follow(question: TailPlan): Promise<void> {
    for await (const step of this.#deps.tails.follow(question, this.#gone.signal)) {
      if (step.is === 'start') {
        this.#started = true;
        for (const viewer of this.#viewers.keys()) this.#start(viewer, step.at, false);
      } else if (step.is === 'trouble') this.#tellAll({ type: 'trouble', message: TROUBLE });
      else {
        // One message without lines tells that it is quiet again.
        if (step.arrived > 0 || this.#wasBusy) this.#publish(step);
        this.#wasBusy = step.arrived > 0;
      }
    }
  }

  #tellAll(message: LogTailMessage): void {
    for (const viewer of this.#viewers.keys()) viewer.write(eventOf(message));
  }

  get viewers(): number {
    return this.#viewers.size;
  }

  watch(viewer: TailViewer, after: string): () => void {
    clearTimeout(this.#lingering);
    this.#viewers.set(viewer, { missed: 0 });
    const [of, number] = after.split('.');
    const seen = of === this.#name ? Number(number) : Number.NaN;
    const resumed = seen === this.#sent || this.#kept.some((message) => message.number === seen + 1);
    if (this.#started) this.#start(viewer, this.#deps.clock.now(), resumed);
    if (resumed) for (const message of this.#kept) if (message.number > seen) viewer.write(message.text);
    return () => {
      if (!this.#viewers.delete(viewer) || this.#viewers.size > 0) return;
      this.#lingering = setTimeout(() => this.stop(), this.#lingerMs).unref();
    };
  }

  stop(): void {
    clearTimeout(this.#lingering);
    this.#gone.abort();
    this.#onStop();
    for (const viewer of this.#viewers.keys()) viewer.end();
    this.#viewers.clear();
  }

  /** Its id makes even a connection that breaks before the first line one that can go on. */
  #start(viewer: TailViewer, at: number, resumed: boolean): void {
    viewer.write(eventOf({ type: 'start', at, resumed }, resumed ? undefined : this.#idOf(this.#sent)));
  }

  #publish(look: TailLook): void {
    this.#sent += 1;
    const text = eventOf(messageOf(look), this.#idOf(this.#sent));
    this.#keep({ number: this.#sent, text });
    for (const [viewer, state] of this.#viewers) {
      if (viewer.unsentBytes > UNSENT_BYTES_MAX) {
        state.missed += look.arrived;
        continue;
      }
      tellMissed(viewer, state, look);
      viewer.write(text);
    }
  }

  #keep(message: Kept): void {
    this.#kept.push(message);
    let chars = this.#kept.reduce((sum, { text }) => sum + text.length, 0);
    while (this.#kept.length > KEPT_MAX || chars > KEPT_CHARS_MAX) chars -= this.#kept.shift()!.text.length;
  }

  #idOf(number: number): string {
    return `${this.#name}.${number}`;
  }
}

function tellMissed(viewer: TailViewer, state: { missed: number }, { since, at }: TailLook): void {
  const { missed } = state;
  if (missed === 0) return;
  viewer.write(eventOf({ type: 'lines', since, at, items: [], arrived: missed, leftOut: missed }));
  state.missed = 0;
}

function messageOf({ since, at, arrived, rows }: TailLook): Message {
  const items: Message['items'] = [];
  let chars = 0;
  for (const row of rows) {
    const item = toLogRecord(row);
    chars += JSON.stringify(item).length;
    if (chars > MESSAGE_CHARS_MAX) break;
    items.push(item);
  }
  return { type: 'lines', since, at, items, arrived, leftOut: arrived - items.length };
}

const eventOf = (message: LogTailMessage, id?: string) =>
  `${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(message)}\n\n`;
