/**
 * Sends what the outbox holds, batch by batch and in order, for as long as the program lives: what failed is tried
 * again, at growing distances or when the server says. A key that is refused ends it. What a person must know is told
 * once, on standard error.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Outbox } from './outbox.ts';
import { type Posted, post } from './post.ts';

/** Between two tries, ms: doubled each time up to the longest, and half of it left to chance. */
const RETRY_MS = 500;
const RETRY_MS_MAX = 30_000;
/** A server that says later than this is asked sooner. */
const RETRY_AFTER_MS_MAX = 300_000;
/** Between tries once the program has ended. */
const LAST_TRIES_MS = 250;

export interface Delivery {
  /** There is something to send. */
  wake(): void;
  /** Sends what waits, until it is sent or the time is over. */
  finish(deadlineMs: number): Promise<void>;
}

interface Options {
  target: { url: URL; key: string };
  outbox: Outbox;
  say(sentence: string): void;
  /** A record of ours among the program's. */
  report(sentence: string): void;
  random?: () => number;
}

export function createDelivery({ target, outbox, say, report, random = Math.random }: Options): Delivery {
  const given = new AbortController();
  let hurry = new AbortController();
  let isFinishing = false;
  let isUnwelcome = false;
  let isDown = false;
  let tries = 0;
  let running: Promise<void> | undefined;

  async function run() {
    while (!given.signal.aborted && !isUnwelcome && outbox.first) {
      const posted = await post(target, outbox.first, given.signal);
      if (given.signal.aborted) return;
      if (posted.became === 'failed') await waitAfter(posted);
      else settle(posted);
    }
  }

  function settle(posted: Exclude<Posted, { became: 'failed' }>) {
    if (posted.became === 'unwelcome') {
      isUnwelcome = true;
      outbox.close();
      say(`${target.url.host} does not take this ingest key (${posted.why}). Nothing is sent from here on.`);
      return;
    }
    const lines = outbox.first!.lines;
    outbox.remove();
    if (posted.became === 'refused') say(`${lines} lines were refused and are lost: ${posted.why}`);
    if (isDown) say(`${target.url.host} answers again.`);
    isDown = false;
    tries = 0;
    tellDropped();
  }

  function tellDropped() {
    const dropped = outbox.takeDropped();
    if (dropped === 0) return;
    const sentence = `tandem pipe dropped ${dropped} lines`;
    say(`${sentence.slice('tandem pipe '.length)}: the server did not take them in time.`);
    report(sentence);
  }

  async function waitAfter({ why, retryAfterMs }: Extract<Posted, { became: 'failed' }>) {
    if (!isDown) say(`${target.url.host} does not take lines now (${why}). They are kept, and sent again.`);
    isDown = true;
    const backOff = Math.min(RETRY_MS_MAX, RETRY_MS * 2 ** Math.min(tries++, 10));
    const ms =
      retryAfterMs === undefined
        ? backOff * (0.5 + random() / 2)
        : Math.min(retryAfterMs, RETRY_AFTER_MS_MAX);
    await sleep(isFinishing ? LAST_TRIES_MS : ms, undefined, { signal: hurry.signal }).catch(() => undefined);
  }

  function wake() {
    running ??= run().finally(() => {
      running = undefined;
      if (outbox.first && !isUnwelcome && !given.signal.aborted) wake();
    });
  }

  return {
    wake,
    async finish(deadlineMs) {
      isFinishing = true;
      hurry.abort();
      hurry = new AbortController();
      const deadline = setTimeout(() => {
        given.abort();
        hurry.abort();
      }, deadlineMs);
      for (;;) {
        outbox.seal();
        wake();
        await running;
        // The report of what was dropped comes behind the last batch.
        if (given.signal.aborted || isUnwelcome || outbox.waitingLines === 0) break;
      }
      clearTimeout(deadline);
      const left = outbox.waitingLines + outbox.takeDropped();
      if (left > 0 && !isUnwelcome) say(`${left} lines were not sent.`);
    },
  };
}
