/**
 * How many statements run at once. A statement holds a connection and a thread while it runs, so the rest
 * wait in line; the line is bounded, because what waits longer than its caller is only heat.
 */
export interface Lanes {
  /** Runs the work as soon as there is a lane. Throws LineFull at once when too many wait. */
  run<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result>;
}

export class LineFull extends Error {}

export function createLanes(count: number, waitingMax: number): Lanes {
  const waiting: (() => void)[] = [];
  let free = count;

  function lane(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const turn = () => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = () => {
        waiting.splice(waiting.indexOf(turn), 1);
        reject(signal.reason);
      };
      signal.addEventListener('abort', giveUp, { once: true });
      waiting.push(turn);
    });
  }

  return {
    async run(signal, work) {
      signal.throwIfAborted();
      if (free > 0) free -= 1;
      else if (waiting.length < waitingMax) await lane(signal);
      else throw new LineFull(`${waitingMax} statements are waiting already`);
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next) next();
        else free += 1;
      }
    },
  };
}
