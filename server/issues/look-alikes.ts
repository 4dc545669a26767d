/**
 * Issues of the same project that look like one: a looser key than the hash, offered and never merged unseen. Compared are the
 * words of the title once numbers and ids are taken out, the type of the exception, and the functions of the person's own
 * frames that were hashed (hash_grouping). Computed when asked: first by what is on the rows of the issues seen last, then by
 * the frames of those that came closest.
 */
import type { LookAlikes } from '#contract/grouping.ts';
import type { GroupingComponent, GroupingResult } from '#server/record/grouping.ts';
import { type FoundIssue, type IssueStores, toIssue } from './issues.ts';
import type { IssueRow } from './lifecycle.ts';
import { readLogTwins } from './log-twins.ts';

/** Issues compared by their rows, 1 KB each. */
const ISSUES_MAX = 2_000;
/** Those whose frames are compared: an explanation is some 10 KB of JSON. */
const CLOSEST_MAX = 60;
const SHOWN_MAX = 10;
/** Below it nobody would take two issues for one: the same type in two unlike places comes to 0.4. */
const ALIKE_MIN = 0.55;
/** More than words, type and place of any other. */
const TWIN_SCORE = 10;
/** Frames of one stack. */
const FRAMES_MAX = 64;

type Part = LookAlikes['items'][number]['why'][number];

export async function readLookAlikes(stores: IssueStores, issue: FoundIssue): Promise<LookAlikes> {
  const { db } = stores.metadata;
  const others = await db
    .selectFrom('issue')
    .selectAll()
    .where('project_id', '=', issue.row.project_id)
    .where('id', '!=', issue.row.id)
    .orderBy('last_seen', 'desc')
    .orderBy('id', 'desc')
    .limit(ISSUES_MAX + 1)
    .execute();
  const compared = others.slice(0, ISSUES_MAX);
  const twins = await readLogTwins(db, issue.row);
  const closest = [...compared, ...twins.rows.filter(({ id }) => compared.every((row) => row.id !== id))]
    .map((row) => ({ row, score: twins.tellsOf(row.id) ? TWIN_SCORE : closeness(issue.row, row) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, CLOSEST_MAX);
  const frames = await framesOf(stores, [issue.row, ...closest.map(({ row }) => row)]);
  const own = frames.get(issue.row.id) ?? [];
  const items = closest
    .map(({ row }) => ({
      row,
      twin: twins.tellsOf(row.id) ?? null,
      ...compare(issue.row, own, row, frames.get(row.id) ?? []),
    }))
    .filter(({ alike, twin }) => twin || alike >= ALIKE_MIN)
    .toSorted(
      (a, b) =>
        Number(b.twin !== null) - Number(a.twin !== null) ||
        b.alike - a.alike ||
        b.row.last_seen - a.row.last_seen,
    )
    .slice(0, SHOWN_MAX);
  return {
    items: items.map(({ row, alike, why, twin }) => ({
      issue: toIssue({ row, project: issue.project }, stores.clock.now()),
      alike,
      why,
      twin,
    })),
    compared: compared.length,
    isPartial: others.length > ISSUES_MAX,
  };
}

/** Of rows alone: enough to leave out what cannot be alike. */
function closeness(a: IssueRow, b: IssueRow): number {
  const words = overlap(wordsOf(a.title), wordsOf(b.title));
  const type = a.exception_type !== '' && a.exception_type === b.exception_type ? 0.5 : 0;
  const place = a.culprit !== '' && a.culprit === b.culprit ? 0.5 : 0;
  return words + type + place;
}

interface Comparison {
  alike: number;
  why: Part[];
}

/** Frames say most about what went wrong, then words, then the type. What one of the two lacks is not counted. */
const WEIGHTS: Record<Part['what'], number> = { frames: 0.5, title: 0.3, type: 0.2 };

export function compare(
  a: Pick<IssueRow, 'title' | 'exception_type'>,
  aFrames: readonly string[],
  b: Pick<IssueRow, 'title' | 'exception_type'>,
  bFrames: readonly string[],
): Comparison {
  const why: Part[] = [
    part('title', wordsOf(wordingOf(a)), wordsOf(wordingOf(b))),
    part('type', a.exception_type ? [a.exception_type] : [], b.exception_type ? [b.exception_type] : []),
    part('frames', aFrames, bFrames),
  ];
  const known = why.filter((one) => one.alike !== null);
  const weight = known.reduce((sum, { what }) => sum + WEIGHTS[what], 0);
  const alike = known.reduce((sum, { what, alike: share }) => sum + WEIGHTS[what] * share!, 0);
  return { alike: weight === 0 ? 0 : Math.round((alike / weight) * 100) / 100, why };
}

/** The title without the type, which is compared by itself. */
function wordingOf({ title, exception_type }: Pick<IssueRow, 'title' | 'exception_type'>): string {
  const prefix = `${exception_type}: `;
  return exception_type !== '' && title.startsWith(prefix) ? title.slice(prefix.length) : title;
}

function part(what: Part['what'], a: readonly string[], b: readonly string[]): Part {
  const inA = new Set(a);
  const inB = new Set(b);
  return {
    what,
    alike: a.length === 0 || b.length === 0 ? null : overlap(a, b),
    parts: [
      ...[...inA].map((text) => ({ text, in: inB.has(text) ? ('both' as const) : ('this' as const) })),
      ...[...inB].filter((text) => !inA.has(text)).map((text) => ({ text, in: 'other' as const })),
    ],
  };
}

/** Jaccard: of all there is in either, the share that is in both. */
function overlap(a: readonly string[], b: readonly string[]): number {
  const inA = new Set(a);
  const inB = new Set(b);
  const both = [...inA].filter((text) => inB.has(text)).length;
  const either = inA.size + inB.size - both;
  return either === 0 ? 0 : both / either;
}

/** Words of a title; numbers, ids and quoted texts are what differs between two events of one kind. */
export function wordsOf(title: string): string[] {
  return (
    title
      .slice(0, 500)
      .toLowerCase()
      .replace(/"[^"]*"|'[^']*'|`[^`]*`/g, ' ')
      .match(/[\p{L}_][\p{L}\p{N}_]*/gu) ?? []
  ).filter((word) => word.length > 1 && !/\d{2}/.test(word) && !/^[0-9a-f]{8,}$/.test(word));
}

/** The frames that were hashed, of the hash that has decided the most events of each issue. */
async function framesOf(
  { metadata: { db } }: IssueStores,
  rows: readonly IssueRow[],
): Promise<Map<number, string[]>> {
  const hashes = await db
    .selectFrom('issue_hash')
    .innerJoin('hash_grouping', (join) =>
      join
        .onRef('hash_grouping.project_id', '=', 'issue_hash.project_id')
        .onRef('hash_grouping.hash', '=', 'issue_hash.hash'),
    )
    .select(['issue_hash.issue_id', 'issue_hash.hash', 'issue_hash.project_id'])
    .where(
      'issue_hash.issue_id',
      'in',
      rows.map(({ id }) => id),
    )
    .orderBy('issue_hash.event_count')
    .execute();
  // The last of each issue has the most events.
  const largest = new Map(hashes.map(({ issue_id, hash }) => [issue_id, hash]));
  const project = rows[0]!.project_id;
  const kept = await db
    .selectFrom('hash_grouping')
    .select(['hash', 'grouping'])
    .where('project_id', '=', project)
    .where('hash', 'in', [...new Set(largest.values()), ''])
    .execute();
  const frames = new Map(kept.map(({ hash, grouping }) => [hash, hashedFrames(JSON.parse(grouping))]));
  return new Map([...largest].map(([issue, hash]) => [issue, frames.get(hash) ?? []]));
}

/** The contributing frames of the deciding variant, as `module function`. */
export function hashedFrames({ hashes, variants }: GroupingResult): string[] {
  const frames: string[] = [];
  const walk = (component: GroupingComponent) => {
    if (!component.contributes || frames.length >= FRAMES_MAX) return;
    if (component.id === 'frame') {
      frames.push(textsOf(component).slice(0, 2).join(' '));
      return;
    }
    for (const value of component.values) if (typeof value !== 'string') walk(value);
  };
  for (const { hash, component } of variants) if (hash === hashes[0]) walk(component);
  return frames.filter((frame) => frame !== '');
}

function textsOf({ values }: GroupingComponent): string[] {
  return values.flatMap((value) =>
    typeof value === 'string' ? [value] : value.contributes ? textsOf(value) : [],
  );
}
