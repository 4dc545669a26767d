/**
 * What a query may end with besides rows. Unavailable (platform/rejection.ts) is the third way: the engine
 * cannot be reached or is out of room, and the same call may work later.
 */

export type CutShortBy = 'time' | 'memory' | 'rows' | 'aborted';

/** A query reached a limit. Its answer is unknown, never half: say so to who asked, and offer a smaller question. */
export class QueryCutShort extends Error {
  readonly by: CutShortBy;

  constructor(by: CutShortBy, cause: unknown) {
    super(`The query was cut short: ${SENTENCES[by]}.`, { cause });
    this.name = 'QueryCutShort';
    this.by = by;
  }
}

/** By what a query was cut short, also when a refusal says it to who asked (refuse-cut-short.ts). */
export function cutShortBy(error: unknown): CutShortBy | undefined {
  if (error instanceof QueryCutShort) return error.by;
  return error instanceof Error && error.cause instanceof QueryCutShort ? error.cause.by : undefined;
}

const SENTENCES: Record<CutShortBy, string> = {
  time: 'it took longer than allowed',
  memory: 'it needed more memory than allowed',
  rows: 'it has more rows than the caller can hold',
  aborted: 'the caller hung up',
};

/** The engine refused a statement of ours: a bug in the statement or in the rows, with the engine's code. */
export class EngineRefused extends Error {
  readonly code: number;

  constructor(message: string, code: number, cause: unknown) {
    super(message, { cause });
    this.name = 'EngineRefused';
    this.code = code;
  }
}
