/** What an evaluation of a rule found: its groups, each with a value and what it means. */
import { createHash } from 'node:crypto';
import type { Finding } from './judge.ts';

export type Labels = Readonly<Record<string, string>>;

export interface MeasuredGroup {
  labels: Labels;
  value: number | null;
  /** What the value is compared with; null: nothing. */
  threshold: number | null;
  finding: Finding;
  /** Why, in one sentence. */
  reason: string;
  /** Of which project it is, when it is of one. */
  project?: number;
}

export interface Measurement {
  /** The end of the window that was looked at, ms. */
  at: number;
  groups: MeasuredGroup[];
  /** Groups beyond the bound of the rule. */
  groupsLeftOut: number;
  /** What a person should know of it; empty: nothing. */
  note: string;
  /** What it means when a group is not found any more. */
  gone?: string;
}

/** Of the state of a group. */
export const keyOf = (labels: Labels): string =>
  createHash('sha256')
    .update(JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))))
    .digest('hex')
    .slice(0, 32);

/** Characters of a label and of a sentence: they come from records of any length. */
const LABEL_CHARS_MAX = 200;
export const cutText = (text: string, charsMax = LABEL_CHARS_MAX) => {
  const plain = text.replace(/\p{Cc}+/gu, ' ');
  return plain.length > charsMax ? `${[...plain].slice(0, charsMax - 1).join('')}…` : plain;
};

/** For a sentence: `1,234.5`. */
export const figure = (value: number) =>
  value.toLocaleString('en', { maximumFractionDigits: Math.abs(value) < 1 ? 4 : 2 });

/** `5 minutes`, `2 hours`. */
export function spell(minutes: number): string {
  const [count, unit] =
    minutes % 1440 === 0
      ? [minutes / 1440, 'day']
      : minutes % 60 === 0
        ? [minutes / 60, 'hour']
        : [minutes, 'minute'];
  return count === 1 ? unit : `${count} ${unit}s`;
}

/** Of a span that people are told: whole minutes, beyond two hours whole hours, beyond two days whole days. */
export function roundedMinutes(ms: number): number {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  const unit = minutes > 2 * 1440 ? 1440 : minutes > 120 ? 60 : 1;
  return Math.round(minutes / unit) * unit;
}
