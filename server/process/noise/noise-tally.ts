/**
 * The noise rules of a project applied to the log records of one request, and counted: exact in records; in bytes each
 * record has the share of what was sent that its body has of all bodies. Made only for projects that have rules.
 */
import type { NoiseCount, NoiseFate, NoiseRule, NoiseRules } from '#server/record/noise.ts';
import { isKept, type Sampled } from './keeps-one-in.ts';

const MINUTE_NS = 60_000_000_000n;
const MINUTE_MS = 60_000;

/** A record as its row will have it. */
export interface MetRecord extends Sampled {
  pattern: number;
  severity: number;
  service: string;
  /** Nanoseconds, believable. */
  at: bigint;
  mayHoldException: boolean;
}

interface Sum extends Omit<NoiseCount, 'project' | 'bytes'> {
  chars: number;
}

export class NoiseTally {
  readonly #rules: NoiseRules;
  readonly #sums = new Map<string, Sum>();
  #charsOfAll = 0;
  #last: { key: string; sum: Sum } | null = null;

  constructor(rules: NoiseRules) {
    this.#rules = rules;
  }

  /** The rule of a pattern, once for each record. Its body counts toward the request's. */
  ruleOf(pattern: number, body: string): NoiseRule | undefined {
    this.#charsOfAll += weightOf(body);
    return this.#rules.get(pattern);
  }

  /** What becomes of a record by its rule; null: it stays as it is. */
  meet(rule: NoiseRule, record: MetRecord): NoiseFate | null {
    const fate = fateOf(rule, record);
    if (fate !== null) this.#count(rule, fate, record);
    return fate;
  }

  #count(rule: NoiseRule, fate: NoiseFate, { pattern, severity, service, at, body }: MetRecord): void {
    const minute = Number(at / MINUTE_NS) * MINUTE_MS;
    const key = `${rule.id} ${fate} ${severity} ${minute} ${service}`;
    // Neighbours are often alike.
    let sum = this.#last?.key === key ? this.#last.sum : this.#sums.get(key);
    if (!sum) {
      sum = { rule: rule.id, pattern, fate, service, severity, minute, records: 0, chars: 0 };
      this.#sums.set(key, sum);
    }
    sum.records += 1;
    sum.chars += weightOf(body);
    this.#last = { key, sum };
  }

  /** `bytes`: of the request as sent. */
  counts(project: number, bytes: number): NoiseCount[] {
    return [...this.#sums.values()].map(({ chars, ...sum }) => ({
      ...sum,
      project,
      bytes: Math.floor((bytes * chars) / this.#charsOfAll),
    }));
  }
}

/** An empty body has a name and a time too. */
const weightOf = (body: string) => body.length + 1;

function fateOf(rule: NoiseRule, record: MetRecord): NoiseFate | null {
  if (record.severity > rule.severityMax) return null;
  if (rule.contains !== '' && !record.body.includes(rule.contains)) return null;
  if (!rule.withStackTraces && record.mayHoldException) return null;
  switch (rule.action) {
    case 'drop':
      return 'dropped';
    case 'sample':
      return isKept(record, rule.keepOneIn) ? null : 'sampled';
    case 'demote':
      return record.severity > rule.demoteTo || record.severity === 0 ? 'demoted' : null;
  }
}
