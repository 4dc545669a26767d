/**
 * Who may write next: a first-come lock for the one writing connection of a SQLite store. A waiter gives up
 * after a bound, so that a transaction which by mistake awaits the store it is holding fails instead of hanging.
 */
import { Unavailable } from '#server/platform/rejection.ts';

export class WriteLock {
  readonly #waitMsMax: number;
  readonly #waiting: (() => void)[] = [];
  #held = false;

  constructor(waitMsMax: number) {
    this.#waitMsMax = waitMsMax;
  }

  acquire(): Promise<void> {
    if (!this.#held) {
      this.#held = true;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const give = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(give), 1);
        reject(new Unavailable('metadata_busy', 'The metadata is busy with other writes. Try again.'));
      }, this.#waitMsMax);
      this.#waiting.push(give);
    });
  }

  /** Hands the lock to the next in line, or frees it. */
  release(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#held = false;
  }
}
