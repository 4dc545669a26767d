/** What both forms of a push come to. */
import type { LogBatch } from '#server/record/log.ts';

/** Streams of one push that cannot be used, beside others that can. */
export interface Problem {
  /** For the sender. */
  sentence: string;
  /** How many records are lost with it. */
  records: number;
}

export interface Push {
  batch: LogBatch;
  problems: Problem[];
}

/** Problems told in one answer: a thousand bad streams are told from the first few. */
export const PROBLEMS_MAX = 10;
