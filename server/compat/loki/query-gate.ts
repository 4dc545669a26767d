/**
 * How many queries of Loki's API run at the same time. The others wait in the order they came; a dashboard opens
 * with dozens of them. Who hangs up gives the place away.
 */
import { Rejection } from '#server/platform/rejection.ts';
import { QueryCutShort } from '#server/store/telemetry/telemetry-errors.ts';

export interface QueryGate {
  /** Runs the work when it is its turn. */
  run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

export function createQueryGate({
  runningMax,
  waitingMax,
}: {
  runningMax: number;
  waitingMax: number;
}): QueryGate {
  let running = 0;
  const waiting = new Set<() => void>();

  async function turn(signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw new QueryCutShort('aborted', undefined);
    if (running < runningMax) {
      running += 1;
      return;
    }
    if (waiting.size >= waitingMax)
      throw new Rejection('too_many_tries', 429, 'too many outstanding requests', {
        headers: { 'retry-after': '1' },
      });
    await new Promise<void>((resolve, reject) => {
      const go = () => {
        waiting.delete(go);
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        waiting.delete(go);
        reject(new QueryCutShort('aborted', undefined));
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
  };
}
