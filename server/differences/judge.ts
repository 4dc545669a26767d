/**
 * What of everything that was compared is told: what chance does not explain, after so many comparisons, and what is
 * noticeably more frequent. Of a million sessions chance explains nearly nothing, hence both.
 */
import type { Compared, IssueDifferences } from '#contract/differences.ts';
import type { Finding } from './finding.ts';
import type { LeadingFinding } from './leading.ts';
import { benjaminiHochberg, liftOf, significanceOf, type Table } from './significance.ts';

/** One in a hundred of what is told may be chance. */
export const Q_MAX = 0.01;
/** Half as often again. */
export const LIFT_MIN = 1.5;
/** As many as one reads. */
const TOLD_MAX = 40;
const LEADING_MAX = 10;
/** Of what says the same. */
const SAME_MAX = 10;

type Told = Omit<IssueDifferences['differences'][number], 'template' | 'same'> & { same: Finding[] };
type ToldLeading = Omit<IssueDifferences['leading'][number], 'template'>;

export interface Judged {
  differences: Told[];
  leading: ToldLeading[];
  more: number;
}

/** `tested`: with those of which only the most different are given. */
export function judge(
  findings: readonly Finding[],
  leading: readonly LeadingFinding[],
  tested: number,
): Judged {
  const tables: Table[] = [...findings, ...leading];
  const significances = tables.map((table) =>
    isMore(table) ? significanceOf(table) : { test: 'fisher' as const, logP: 0 },
  );
  const qs = benjaminiHochberg(
    significances.map(({ logP }) => logP),
    Math.max(tested, tables.length),
  );
  const compared = <Of extends Table>(
    table: Of,
    at: number,
  ): { of: Of; logP: number; compared: Compared } => {
    const { test, logP } = significances[at]!;
    const { occurrences, occurrencesOf, healthy, healthyOf } = table;
    const counts = { occurrences, occurrencesOf, healthy, healthyOf };
    return {
      of: table,
      logP,
      compared: { ...counts, lift: liftOf(table), test, p: Math.exp(logP), q: qs[at]! },
    };
  };
  const isTold = ({ of, compared: { lift, q } }: { of: Table; compared: Compared }) =>
    isMore(of) && q <= Q_MAX && (lift === null || lift >= LIFT_MIN);
  const surest = (a: { logP: number; of: Table }, b: { logP: number; of: Table }) =>
    a.logP - b.logP || a.of.healthy - b.of.healthy;
  const told = findings
    .map((finding, at) => compared(finding, at))
    .filter(isTold)
    .sort(surest);
  const folded = foldSame(told);
  const toldLeading = leading
    .map((finding, at) => compared(finding, findings.length + at))
    .filter(isTold)
    .sort(surest);
  return {
    differences: folded.slice(0, TOLD_MAX).map(({ of, compared: figures, same }) => ({
      ...figures,
      source: of.source,
      key: of.key,
      value: of.value,
      moreThan: of.moreThan,
      before: of.before,
      leadMs: of.leadMs,
      same: same.slice(0, SAME_MAX),
    })),
    leading: toldLeading
      .slice(0, LEADING_MAX)
      .map(({ of, compared: figures }) => ({ ...figures, pattern: of.pattern, moreThan: of.moreThan })),
    more: Math.max(0, folded.length - TOLD_MAX) + Math.max(0, toldLeading.length - LEADING_MAX),
  };
}

const isMore = ({ occurrences, occurrencesOf, healthy, healthyOf }: Table) =>
  occurrences * healthyOf > healthy * occurrencesOf;

/** What stands in the very same units says the same; a pattern, which has a text, speaks for the others. */
function foldSame<Of extends { of: Finding }>(told: readonly Of[]): (Of & { same: Finding[] })[] {
  const groups = new Map<string, Of[]>();
  for (const each of told) {
    const { source, units, occurrences, healthy } = each.of;
    const key = `${source} ${units} ${occurrences} ${healthy}`;
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()].map((group) => {
    const speaker = group.find(({ of }) => of.key === 'pattern') ?? group[0]!;
    return { ...speaker, same: group.filter((each) => each !== speaker).map(({ of }) => of) };
  });
}
