/**
 * Log patterns that are more frequent in the seconds before occurrences than at other times, whatever trace they are of:
 * what announces an issue. The unit is a span of time just before an occurrence, none overlapping another; the others are
 * spans a few minutes earlier, the same for each occurrence, in which nothing happened and after which nothing follows.
 * Every hour and every day of the week is so compared with itself.
 *
 * A pattern counts in a span when it has more lines there than in most spans of both kinds together. The bound is found
 * without regard to which is which, so the test holds.
 */
import type { IssueDifferences, LeadingPattern, NotTold } from '#contract/differences.ts';
import { type Asking, selectOf } from './asking.ts';
import { tooFew, UNITS_WITH_MIN } from './finding.ts';
import type { Occurrences } from './occurrences.ts';
import type { Table } from './significance.ts';
import { inSlices } from './slices.ts';

const SPAN_MS = 15_000;
/** Just before an occurrence stand the lines that tell of it. */
const GAP_MS = 1_000;
/** Spans before occurrences that are looked at. */
const BEFORE_MAX = 150;
/** How much earlier the others are, seconds. */
const EARLIER_S = [90, 150, 240, 420, 660, 1_020, 1_680, 2_700];
/** Others for each occurrence: more tell little more. */
const OTHERS_PER_SPAN = 4;
/** After an occurrence things need time to become as usual. */
const AFTERMATH_MS = 30_000;
const PATTERNS_MAX = 2_000;
const SLICE_S = 300;

export interface LeadingFinding extends Table {
  pattern: LeadingPattern['pattern'];
  moreThan: number;
}

export interface LeadingFindings {
  findings: LeadingFinding[];
  tested: number;
  spans: IssueDifferences['leadingSpans'];
  notTold: NotTold[];
}

export async function compareLeading(asking: Asking, occurrences: Occurrences): Promise<LeadingFindings> {
  const { before, others } = chooseSpans(
    occurrences.items.map(({ at }) => at),
    occurrences.from,
  );
  const spans = { seconds: SPAN_MS / 1000, before: before.length, others: others.length };
  const few = tooFew('leading', before.length, others.length);
  if (few) return { findings: [], tested: 0, spans, notTold: [few] };
  const starts = [
    ...before.map((start) => ({ start, ours: 1 })),
    ...others.map((start) => ({ start, ours: 0 })),
  ].sort((a, b) => a.start - b.start);
  const slices = new Set(
    starts.flatMap(({ start }) =>
      [start, start + SPAN_MS].map((ms) => Math.floor(ms / 1000 / SLICE_S) * SLICE_S),
    ),
  );
  const all = starts.length;
  // As many spans as there are before occurrences may be above the bound, at most half.
  const bound = Math.max(0.5, 1 - before.length / all);
  const rows = await selectOf<{
    pattern: string;
    bound: number;
    cases: number;
    rest: number;
    tested: number;
  }>(
    asking,
    occurrences.of.projects,
    `SELECT pattern, bound, cases, rest, count() OVER () AS tested FROM (
        SELECT toString(pattern_id) AS pattern,
          arraySort(arrayResize(groupArray(lines), ${all}, toUInt64(0)))[toUInt64(floor(${bound} * ${all - 1})) + 1] AS bound,
          arrayCount(line -> line.1 = 1 AND line.2 > bound, groupArray((is_ours, lines)) AS counted) AS cases,
          arrayCount(line -> line.1 = 0 AND line.2 > bound, counted) AS rest
        FROM (
          SELECT pattern_id, start, any(ours) AS is_ours, count() AS lines
          FROM (
            SELECT pattern_id, 1 AS one, toUnixTimestamp64Milli(timestamp) AS at FROM logs
            WHERE project_id IN {projects:Array(UInt32)} AND ${inSlices('slices')}
              AND ({environment:String} = '' OR environment IN ('', {environment:String}))
          ) AS line
          ASOF JOIN (
            SELECT 1 AS one, pair.1 AS start, pair.2 AS ours
            FROM (SELECT arrayJoin(arrayZip({starts:Array(Int64)}, {ours:Array(Int64)})) AS pair)
          ) AS span ON line.one = span.one AND line.at >= span.start
          WHERE at < start + ${SPAN_MS}
          GROUP BY pattern_id, start)
        GROUP BY pattern_id)
      WHERE cases + rest >= ${UNITS_WITH_MIN} AND cases + rest < ${all}
      ORDER BY cases / ${before.length} - rest / ${others.length} DESC, pattern LIMIT ${PATTERNS_MAX}`,
    {
      environment: occurrences.environment,
      slices: [...slices],
      starts: starts.map(({ start }) => start),
      ours: starts.map(({ ours }) => ours),
    },
  );
  return {
    findings: rows.map(({ pattern, bound: moreThan, cases, rest }) => ({
      pattern,
      moreThan: Number(moreThan),
      occurrences: Number(cases),
      occurrencesOf: before.length,
      healthy: Number(rest),
      healthyOf: others.length,
    })),
    tested: Number(rows[0]?.tested ?? 0),
    spans,
    notTold: [],
  };
}

/**
 * Begins in ms. Of occurrences that follow each other the first counts: before the others there is nothing but the issue
 * itself. `from`: before it nothing is known of occurrences.
 */
export function chooseSpans(times: readonly number[], from: number): { before: number[]; others: number[] } {
  const sorted = times.toSorted((a, b) => a - b);
  const first = sorted.filter((at, n) => n === 0 || at - sorted[n - 1]! >= SPAN_MS + GAP_MS + AFTERMATH_MS);
  const before = first.slice(-BEFORE_MAX).map((at) => at - GAP_MS - SPAN_MS);
  const others: number[] = [];
  const isCalm = (start: number) =>
    start >= from && !sorted.some((at) => at > start - AFTERMATH_MS && at < start + 2 * SPAN_MS);
  const isFree = (start: number) =>
    ![...before, ...others].some((taken) => Math.abs(taken - start) < SPAN_MS);
  for (const start of before) {
    const free = EARLIER_S.map((earlier) => start - earlier * 1000).filter(
      (other) => isCalm(other) && isFree(other),
    );
    others.push(...free.slice(0, OTHERS_PER_SPAN));
  }
  return { before, others };
}
