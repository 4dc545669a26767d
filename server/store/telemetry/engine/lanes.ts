/**
 * How many statements run at once. A statement holds a connection and a thread while it runs, so the rest
 * wait in line; the line is bounded, because what waits longer than its caller is only heat.
 */
export interface Lanes {
  /** Resolves with the function that frees the lane. Rejects with LinesFull, or when the signal aborts. */
  enter(signal: AbortSignal): Promise<() => void>;
}

export class LineFull extends Error {}

export function createLanes(count: number, waitingMax: number): Lanes {
  const waiting: (() => void)[] = [];
  let free = count;

  function leave() {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  }

  return {
    enter(signal) {
      if (signal.aborted) return Promise.reject(signal.reason);
      if (free > 0) {
        free -= 1;
        return Promise.resolve(once(leave));
      }
      if (waiting.length >= waitingMax)
        return Promise.reject(new LineFull(`${waitingMax} statements are waiting`));
      return new Promise((resolve, reject) => {
        const turn = () => {
          signal.removeEventListener('abort', giveUp);
          resolve(once(leave));
        };
        const giveUp = () => {
          waiting.splice(waiting.indexOf(turn), 1);
          reject(signal.reason);
        };
        signal.addEventListener('abort', giveUp, { once: true });
        waiting.push(turn);
      });
    },
  };
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    action();
  };
}
