/**
 * What became of everything that was met: found = taken + known + left, for each kind. What was left is told by its reason,
 * with the first few of it by name.
 */
import type { LeftOut } from '#contract/imports.ts';

/** Reasons told apart: beyond, something is wrong that the first ones show. */
const REASONS_MAX = 100;
/** Things named for each reason. */
const EXAMPLES_MAX = 3;

export type Kind = 'keys' | 'releases' | 'issues' | 'events';

export interface Tally {
  found: number;
  taken: number;
  /** Here from before. */
  known: number;
  left: number;
}

export interface Reason {
  kind: Kind | 'details';
  why: string;
  count: number;
  examples: string[];
}

export interface ProjectReport {
  from: string;
  to: string;
  /** False: it was made for the import. */
  wasHere: boolean;
  /** Complete: the source was read to its end. */
  complete: boolean;
  keys: Tally;
  releases: Tally;
  issues: Tally & { joined: number };
  events: Tally & {
    /** That the source counts beside those that were asked for. */
    notAskedFor: number;
  };
  reasons: Reason[];
}

const empty = (): Tally => ({ found: 0, taken: 0, known: 0, left: 0 });

export function openReport(from: string, to: string, wasHere: boolean): ProjectReport {
  return {
    ...{ from, to, wasHere, complete: false, keys: empty(), releases: empty() },
    issues: { ...empty(), joined: 0 },
    events: { ...empty(), notAskedFor: 0 },
    reasons: [],
  };
}

/** Counted as found and left. */
export function leave(report: ProjectReport, kind: Kind, left: readonly LeftOut[]): void {
  report[kind].found += left.length;
  report[kind].left += left.length;
  for (const one of left) reason(report, kind, one);
}

/** A part of something that was taken. */
export function note(report: ProjectReport, left: readonly LeftOut[], of: string): void {
  for (const { what, why } of left) reason(report, 'details', { what: `${what} of ${of}`, why });
}

function reason(report: ProjectReport, kind: Reason['kind'], { what, why }: LeftOut): void {
  const known = report.reasons.find((each) => each.kind === kind && each.why === why);
  if (known) {
    known.count += 1;
    if (known.examples.length < EXAMPLES_MAX) known.examples.push(what);
  } else if (report.reasons.length < REASONS_MAX)
    report.reasons.push({ kind, why, count: 1, examples: [what] });
  else
    reason(report, kind, {
      what,
      why: report.reasons.at(-1)!.kind === kind ? report.reasons.at(-1)!.why : why,
    });
}

export function reportText(report: ProjectReport): string {
  const { issues, events, keys, releases } = report;
  const line = (name: string, { found, taken, known, left }: Tally, more = '') =>
    found === 0
      ? []
      : [
          `  ${name.padEnd(9)}${of(found)} found: ${of(taken)} taken, ${of(known)} here already, ${of(left)} left${more}`,
        ];
  return [
    `${report.from} -> ${report.to}${report.wasHere ? '' : ' (made)'}${report.complete ? '' : ': NOT COMPLETE'}`,
    ...line('keys', keys),
    ...line('releases', releases),
    ...line(
      'issues',
      issues,
      issues.joined > 0 ? ` (${of(issues.joined)} joined to issues that were here)` : '',
    ),
    ...line('events', events),
    ...(events.notAskedFor > 0
      ? [`           ${of(events.notAskedFor)} more are counted there and were not asked for (--events)`]
      : []),
    ...report.reasons.map(
      ({ kind, why, count, examples }) => `  left: ${of(count)} ${kind}: ${why} (${examples.join(', ')})`,
    ),
  ].join('\n');
}

const of = (count: number) => count.toLocaleString('en-US');
