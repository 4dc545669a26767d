/**
 * Work that holds up the thread, one piece in each turn of the event loop: what arrived meanwhile and is short goes in
 * between, and waits for one piece instead of all that came at once.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';

export interface LoopTurns {
  /** Resolves in a turn of the caller's own, in the order of the calls. */
  next(): Promise<void>;
}

export function createLoopTurns(): LoopTurns {
  let last = Promise.resolve();
  return {
    next() {
      last = last.then(() => nextTurn());
      return last;
    },
  };
}
