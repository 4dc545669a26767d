/** One thing that was compared, before it is judged. */
import type { FoundDifference, NotTold } from '#contract/differences.ts';
import type { Table } from './significance.ts';

export interface Finding extends Table {
  source: FoundDifference['source'];
  key: string;
  value: string;
  /** Of a number: what those that count exceed. */
  moreThan: number | null;
  /** See FoundDifference. */
  before: number | null;
  leadMs: number | null;
  /** Equal where it stands in the very same units. */
  units: string;
}

/** What one kind of records has to say. */
export interface Findings {
  /** Those that stand out most; the others count in `tested` alone. */
  findings: Finding[];
  tested: number;
  notTold: NotTold[];
}

/** With fewer units on one side nothing is said: of four, four by chance is nothing unusual among hundreds of values. */
export const OCCURRENCES_MIN = 5;
export const HEALTHY_MIN = 20;

/** A value of fewer units, both sides together, or of all of them, cannot differ by more than chance. */
export const UNITS_WITH_MIN = 3;
/** Of one kind of records, those that differ most. */
export const FINDINGS_MAX = 2_000;

/** Null when both sides are large enough. */
export function tooFew(what: NotTold['what'], occurrences: number, healthy: number): NotTold | null {
  if (occurrences < OCCURRENCES_MIN)
    return { what, why: 'few-occurrences', have: occurrences, need: OCCURRENCES_MIN };
  if (healthy < HEALTHY_MIN) return { what, why: 'few-healthy', have: healthy, need: HEALTHY_MIN };
  return null;
}

export const nothing = (...notTold: NotTold[]): Findings => ({ findings: [], tested: 0, notTold });
