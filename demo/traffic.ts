/** Two hundred customers at the shop: seeded, so that every run asks the same in the same order, and at the pace of a real clock. */
import { setTimeout as sleep } from 'node:timers/promises';

const USERS = 200;
const PER_SECOND = 15;
/** Customers wait in a queue of their own when the shop is slow, and some leave before they ask. */
const UNDER_WAY_MAX = 100;
const WAIT_MS_MAX = 10_000;

export interface Customer {
  id: string;
  /** 0 to 1, another with each call. */
  random(): number;
}

/** What a customer asks of the web service. */
export interface Errand {
  method: 'GET' | 'POST';
  path: string;
  body?: unknown;
}

export interface Traffic {
  /** Requests answered well and badly. */
  readonly served: number;
  readonly failed: number;
  /** Customers who got an answer of 500 and more, or none, and when they first did, ms since 1970. */
  readonly affected: ReadonlyMap<string, number>;
  /** Resolves when so many customers are affected. */
  untilAffected(users: number): Promise<void>;
  /** Resolves when so many more were answered well. */
  untilServed(requests: number): Promise<void>;
  pause(): Promise<void>;
  resume(): void;
  stop(): Promise<void>;
}

export function startTraffic(
  web: string,
  errandOf: (customer: Customer, number: number) => Errand,
  seed = 1,
): Traffic {
  const random = randomOf(seed);
  const affected = new Map<string, number>();
  const underWay = new Set<Promise<void>>();
  let served = 0;
  let failed = 0;
  let number = 0;
  let isPaused = false;
  let isStopped = false;

  async function ask(id: string, { method, path, body }: Errand) {
    const status = await fetch(`${web}${path}`, {
      method,
      headers: {
        cookie: `user=${id}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(WAIT_MS_MAX),
    }).then(
      async (answer) => {
        await answer.arrayBuffer();
        return answer.status;
      },
      () => 0,
    );
    if (status >= 200 && status < 500) served += 1;
    else {
      failed += 1;
      if (!affected.has(id)) affected.set(id, Date.now());
    }
  }

  async function walk() {
    while (!isStopped) {
      await sleep((1000 / PER_SECOND) * (0.5 + random()));
      if (isPaused || underWay.size >= UNDER_WAY_MAX) continue;
      const id = `u-${String(1 + Math.floor(random() * USERS)).padStart(3, '0')}`;
      number += 1;
      const asked: Promise<void> = ask(id, errandOf({ id, random }, number)).finally(() =>
        underWay.delete(asked),
      );
      underWay.add(asked);
    }
  }
  const walking = walk();
  const settle = async () => {
    await Promise.all(underWay);
  };
  const until = async (holds: () => boolean) => {
    while (!holds() && !isStopped) await sleep(20);
  };

  return {
    get served() {
      return served;
    },
    get failed() {
      return failed;
    },
    affected,
    untilAffected: (users) => until(() => affected.size >= users),
    untilServed(requests) {
      const goal = served + requests;
      return until(() => served >= goal);
    },
    async pause() {
      isPaused = true;
      await settle();
    },
    resume() {
      isPaused = false;
    },
    async stop() {
      isStopped = true;
      await walking;
      await settle();
    },
  };
}

/** Mulberry32: small, and the same everywhere. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
