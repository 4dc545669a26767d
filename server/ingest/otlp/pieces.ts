/**
 * What one request may come to in memory, and the records of it that cannot be used. Two bytes of protobuf make an
 * object of a hundred: without a bound, a body of the allowed size would be some gigabytes.
 */
import type { Attributes } from '#server/record/log.ts';
import { reject } from '#server/record/rejections.ts';
import type { Scope } from './attributes.ts';

/** Records, attributes, events and links of one request together: 60,000 records with 32 attributes each. */
const PIECES_MAX = 2_000_000;
/** Problems told in one answer: a thousand bad records are told from the first few. */
const PROBLEMS_MAX = 5;

/** Records of one scope and what made them: the same for logs and traces. */
export interface Part<T> {
  resource?: Attributes;
  scope?: Scope;
  records: T[];
}

/** One record cannot be used; those beside it can. */
export class InvalidRecord extends Error {}

export class Pieces {
  #taken = 0;
  #rejected = 0;
  readonly #problems: string[] = [];

  take(): void {
    this.#taken += 1;
    if (this.#taken > PIECES_MAX)
      throw reject('too_many_records', `the limit is ${PIECES_MAX} records, attributes, events and links`);
  }

  /** What `read` gives, or nothing when it finds the record invalid; then that is remembered for the answer. */
  attempt<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof InvalidRecord)) throw error;
      this.#rejected += 1;
      if (this.#problems.length < PROBLEMS_MAX) this.#problems.push(error.message);
      return undefined;
    }
  }

  /** Records that were left out. */
  get rejected(): number {
    return this.#rejected;
  }

  /** For the sender: why. Empty when nothing was left out. */
  get remark(): string {
    const more = this.#rejected > this.#problems.length ? ' …' : '';
    return this.#problems.join(' ') + more;
  }
}
