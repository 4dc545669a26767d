/**
 * The correlation columns of a log record, from attributes of any framework: each name is looked up once, in a
 * table made of record/correlation.ts, instead of each spelling in each record.
 */
import { type Correlation, correlationId, SPELLINGS } from '#server/record/correlation.ts';

type Column = keyof Correlation;

/** What a name may stand for: the column, and how specific the spelling is (0 is best). */
const COLUMN_OF: ReadonlyMap<string, readonly [column: Column, rank: number]> = new Map(
  (Object.keys(SPELLINGS) as Column[]).flatMap((column) =>
    SPELLINGS[column].map((name, rank) => [name, [column, rank]] as const),
  ),
);

/** Longest name that is a spelling: longer ones need not be lowered. */
const NAME_CHARS_MAX = Math.max(...[...COLUMN_OF.keys()].map((name) => name.length));
/** An id longer than this is a document. */
const VALUE_CHARS_MAX = 200;

export const UNKNOWN: Correlation = {
  trace_id: '',
  span_id: '',
  user_id: '',
  session_id: '',
  request_id: '',
  service: '',
  host: '',
  release: '',
  environment: '',
};

/** Collects the best spelling of each column. */
export class SpellingReader {
  readonly #found: Correlation;
  readonly #ranks: Partial<Record<Column, number>> = {};

  /** What `known` holds is better than any spelling. */
  constructor(known: Correlation = UNKNOWN) {
    this.#found = { ...known };
    for (const column in known) if (known[column as Column] !== '') this.#ranks[column as Column] = -1;
  }

  read(name: string, value: unknown): void {
    if (name.length > NAME_CHARS_MAX) return;
    const entry = COLUMN_OF.get(name) ?? COLUMN_OF.get(name.toLowerCase());
    if (entry === undefined) return;
    const [column, rank] = entry;
    if (rank >= (this.#ranks[column] ?? Number.POSITIVE_INFINITY)) return;
    const text = typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
    if (text === '' || text.length > VALUE_CHARS_MAX) return;
    this.#ranks[column] = rank;
    this.#found[column] = column === 'trace_id' || column === 'span_id' ? correlationId(column, text) : text;
  }

  get found(): Correlation {
    return this.#found;
  }
}
