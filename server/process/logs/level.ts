/**
 * The severity of a record that does not say it as a number: from its word, from an attribute or label, from a field
 * of the body, and last from a word at the front of the body, as Loki finds its detected_level.
 */
import { severityNumberOf } from '#server/record/log.ts';

/** Names of attributes, labels and fields that hold a level; in lower case, the best first. */
const NAMES: ReadonlyMap<string, number> = new Map(
  [
    'detected_level',
    'level',
    'severity',
    'severity_text',
    'lvl',
    'loglevel',
    'log.level',
    'levelname',
    'log_level',
    'priority',
  ].map((name, rank) => [name, rank] as const),
);
const NAME_CHARS_MAX = 14;

/** pino and bunyan write numbers. */
const NUMERIC: ReadonlyMap<number, number> = new Map([
  [10, 1],
  [20, 5],
  [30, 9],
  [40, 13],
  [50, 17],
  [60, 21],
]);

export class LevelReader {
  #rank = Number.POSITIVE_INFINITY;
  #number = 0;
  #text = '';

  read(name: string, value: unknown): void {
    if (name.length > NAME_CHARS_MAX) return;
    const rank = NAMES.get(name) ?? NAMES.get(name.toLowerCase());
    if (rank === undefined || rank >= this.#rank) return;
    const number =
      typeof value === 'string'
        ? severityNumberOf(value) || numericLevel(Number(value))
        : typeof value === 'number'
          ? numericLevel(value)
          : 0;
    if (number === 0) return;
    this.#rank = rank;
    this.#number = number;
    this.#text = String(value);
  }

  /** 0: nothing was found. */
  get number(): number {
    return this.#number;
  }

  get text(): string {
    return this.#text;
  }
}

const numericLevel = (value: number) => NUMERIC.get(value) ?? 0;
