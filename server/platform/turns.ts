/**
 * How much of one kind of work goes on at the same time. The rest waits in the order it came, up to a number. Who hangs
 * up gives the place away.
 */
export interface Turns {
  /** Runs the work when it is its turn; throws what `full` and `left` make when it never is. */
  run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>;
  /** Nothing runs or waits. */
  readonly isIdle: boolean;
}

export interface TurnLimits {
  runningMax: number;
  waitingMax: number;
  /** What one hears who finds all places taken, those to wait in too. */
  full(): Error;
  /** What is thrown when nobody waits any more. */
  left(): Error;
}

export function createTurns({ runningMax, waitingMax, full, left }: TurnLimits): Turns {
  let running = 0;
  const waiting = new Set<() => void>();

  async function turn(signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw left();
    if (running < runningMax) {
      running += 1;
      return;
    }
    if (waiting.size >= waitingMax) throw full();
    await new Promise<void>((resolve, reject) => {
      const go = () => {
        waiting.delete(go);
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        waiting.delete(go);
        reject(left());
      };
      signal.addEventListener('abort', leave, { once: true });
      waiting.add(go);
    });
  }

  return {
    async run(signal, work) {
      await turn(signal);
      try {
        return await work();
      } finally {
        // The place goes to the next in line as it is.
        const [next] = waiting;
        if (next) next();
        else running -= 1;
      }
    },
    get isIdle() {
      return running === 0;
    },
  };
}
