/**
 * What a project does with the log records of one pattern: a rule as `process` applies it, and what is counted of the
 * records it was applied to. A pattern's id is the same for ever, so a rule is found by a number.
 */

export const NOISE_ACTIONS = ['drop', 'sample', 'demote'] as const;
export type NoiseAction = (typeof NOISE_ACTIONS)[number];

/** What was done to a record: `demoted` ones are kept, the others are counted only. */
const NOISE_FATES = ['dropped', 'sampled', 'demoted'] as const;
export type NoiseFate = (typeof NOISE_FATES)[number];

export interface NoiseRule {
  id: number;
  action: NoiseAction;
  /** Of `sample`: one record of so many is kept. */
  keepOneIn: number;
  /** Of `demote`: the severity number a record gets, if it is lower than its own. */
  demoteTo: number;
  /** Records of a higher severity number are left as they are. */
  severityMax: number;
  /** Records that hold a stack trace or an exception are treated like the others. */
  withStackTraces: boolean;
  /** Only records whose body has this text; empty: all of them. Every path is `<path>` in a pattern. */
  contains: string;
}

/** Those of a project that are switched on, by the id of their pattern. */
export type NoiseRules = ReadonlyMap<number, NoiseRule>;

/** Records of one rule that met the same fate in the same minute. */
export interface NoiseCount {
  project: number;
  rule: number;
  pattern: number;
  fate: NoiseFate;
  service: string;
  /** As sent. */
  severity: number;
  /** Start of the minute of the records' own time, ms. */
  minute: number;
  records: number;
  /** Their share of the bytes that were sent. */
  bytes: number;
}
