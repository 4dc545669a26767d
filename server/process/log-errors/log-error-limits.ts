/**
 * How many exceptions from logs become events: a flood of stack traces in the lane of logs must not sink the lane of
 * errors. Counts are of decided batches, in memory: after a start the minute begins anew. What is beyond a bound stays a
 * log record like any other, and the ledger counts it.
 */

const MINUTE_MS = 60_000;
/** Of one pattern of a project in a minute: as many as anybody reads. */
const OF_PATTERN_MAX = 100;
/** Of one project in a minute: 17 a second, a hundredth of what the lane of errors takes. */
const OF_PROJECT_MAX = 1_000;
/** Characters of one batch that are read for exceptions: 2,000 stack traces of the usual size, 0.1 ms each. */
const READ_CHARS_MAX = 10_000_000;
/** That wait to be told, of all projects: ten minutes of a project at its bound. 5 KB each in the metadata. */
const WAITING_MAX = 10_000;

export interface LimitsTurn {
  /** Whether there is room for one more of them. */
  hasRoom(project: number, pattern: string): boolean;
  /** So many characters were read, whatever they held. */
  read(chars: number): void;
  take(project: number, pattern: string): void;
  /** The batch is decided. */
  commit(): void;
}

export class LogErrorLimits {
  #minute = 0;
  #counts = new Map<string, number>();

  turn(now: number, waiting: number): LimitsTurn {
    const minute = Math.floor(now / MINUTE_MS);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#counts = new Map();
    }
    const added = new Map<string, number>();
    let room = WAITING_MAX - waiting;
    let toRead = READ_CHARS_MAX;
    const count = (key: string) => (this.#counts.get(key) ?? 0) + (added.get(key) ?? 0);
    return {
      hasRoom: (project, pattern) =>
        toRead > 0 &&
        room > 0 &&
        count(`${project}`) < OF_PROJECT_MAX &&
        count(`${project}:${pattern}`) < OF_PATTERN_MAX,
      read: (chars) => {
        toRead -= chars;
      },
      take: (project, pattern) => {
        room -= 1;
        for (const key of [`${project}`, `${project}:${pattern}`]) added.set(key, (added.get(key) ?? 0) + 1);
      },
      commit: () => {
        for (const [key, more] of added) this.#counts.set(key, (this.#counts.get(key) ?? 0) + more);
      },
    };
  }
}
