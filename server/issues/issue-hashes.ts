/**
 * The hashes of an issue as people see them: what each has seen, its newest event, where it came from; and how its events
 * could be kept apart from now on.
 */
import type { IssueHash, IssueHashes } from '#contract/grouping.ts';
import { type FoundIssue, type IssueStores, iso } from './issues.ts';
import type { MergedState } from './merge-issues.ts';
import { shortId } from './short-id.ts';

/** Shown, those with the most events: nobody reads on. */
const HASHES_SHOWN_MAX = 200;
const MERGED_SHOWN_MAX = 100;
/** Days of events that are asked what differs in them. */
const SPLIT_DAYS = 30;
/** Tags offered: the ones with few values tell kinds apart, the others tell events apart. */
const SPLIT_VALUES_MAX = 50;
const SPLITS_MAX = 5;

interface Example {
  hash: string;
  event_id: string;
  title: string;
  culprit: string;
  release: string;
  at: number;
}

export async function readHashes(stores: IssueStores, issue: FoundIssue): Promise<IssueHashes> {
  const { id, project_id } = issue.row;
  const { db } = stores.metadata;
  const deciding = db.selectFrom('issue_hash').where('issue_id', '=', id).where('event_count', '>', 0);
  const rows = await deciding
    .select(['hash', 'event_count', 'first_seen', 'last_seen'])
    .orderBy('event_count', 'desc')
    .orderBy('hash')
    .limit(HASHES_SHOWN_MAX)
    .execute();
  const { total } = await deciding
    .select((of) => of.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow();
  const merged = await readMerged(stores, issue);
  const cameWith = new Map(merged.flatMap(({ shortId: from, hashes }) => hashes.map((hash) => [hash, from])));
  const examples = new Map(
    (await readExamples(stores, project_id, rows)).map((example) => [example.hash, example]),
  );
  return {
    hashes: rows.map(({ hash, event_count, first_seen, last_seen }): IssueHash => {
      const example = examples.get(hash);
      return {
        hash,
        events: event_count,
        firstSeen: first_seen === null ? null : iso(first_seen),
        lastSeen: last_seen === null ? null : iso(last_seen),
        example: example
          ? {
              eventId: example.event_id,
              title: example.title,
              culprit: example.culprit,
              release: example.release,
              at: iso(Number(example.at)),
            }
          : null,
        mergedFrom: cameWith.get(hash) ?? null,
      };
    }),
    total: Number(total),
    merged,
    splits: await readSplits(stores, issue),
  };
}

/** Newest first. One whose hashes have since gone elsewhere cannot be had back whole, and is not offered. */
async function readMerged(
  { metadata: { db } }: IssueStores,
  { row, project }: FoundIssue,
): Promise<IssueHashes['merged']> {
  const rows = await db
    .selectFrom('merged_issue')
    .selectAll()
    .where('issue_id', '=', row.id)
    .orderBy('merged_at', 'desc')
    .limit(MERGED_SHOWN_MAX)
    .execute();
  if (rows.length === 0) return [];
  const owned = new Set(
    (await db.selectFrom('issue_hash').select('hash').where('issue_id', '=', row.id).execute()).map(
      ({ hash }) => hash,
    ),
  );
  return rows.flatMap(({ number, hashes: json, state, merged_at }) => {
    const hashes = JSON.parse(json) as string[];
    if (hashes.length >= owned.size || !hashes.every((hash) => owned.has(hash))) return [];
    const { title } = (JSON.parse(state) as MergedState).row;
    return [{ shortId: shortId(project.slug, number), title, mergedAt: iso(merged_at), hashes }];
  });
}

async function readExamples(
  { telemetry }: IssueStores,
  project: number,
  hashes: readonly { hash: string }[],
): Promise<Example[]> {
  if (hashes.length === 0) return [];
  return telemetry.select<Example>(
    [project],
    `SELECT grouping_hash AS hash, tuple.1 AS event_id, tuple.2 AS title, tuple.3 AS culprit, tuple.4 AS release,
        toUnixTimestamp64Milli(tuple.5) AS at
      FROM (
        SELECT grouping_hash,
          argMax((event_id, title, culprit, release, timestamp), (timestamp, event_id)) AS tuple
        FROM events
        WHERE project_id IN {projects:Array(UInt32)} AND grouping_hash IN {hashes:Array(String)}
        GROUP BY grouping_hash
      )`,
    { params: { hashes: hashes.map(({ hash }) => hash) } },
  );
}

/** A rule for each thing that has several values among the newest events: transaction, release, tags. */
async function readSplits(
  { telemetry, metadata: { db }, clock }: IssueStores,
  { row }: FoundIssue,
): Promise<IssueHashes['splits']> {
  const hashes = await db
    .selectFrom('issue_hash')
    .select('hash')
    .where('issue_id', '=', row.id)
    .limit(1_000)
    .execute();
  const found = await telemetry.select<{ name: string; held: number; different: number; total: number }>(
    [row.project_id],
    `SELECT name, count() AS held, uniqExact(value) AS different, any(total) AS total FROM (
        SELECT pair.1 AS name, pair.2 AS value, total FROM (
          SELECT arrayJoin(arrayConcat([('transaction', transaction)], CAST(tags, 'Array(Tuple(String, String))'))) AS pair,
            count() OVER () AS total
          FROM (
            SELECT transaction, tags FROM events
            WHERE project_id IN {projects:Array(UInt32)} AND grouping_hash IN {hashes:Array(String)}
              AND timestamp >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')
            ORDER BY timestamp DESC LIMIT 1000
          )
        )
      ) WHERE value != '' GROUP BY name HAVING different > 1 AND different <= ${SPLIT_VALUES_MAX}
      ORDER BY held DESC, different ASC, name LIMIT 30`,
    { params: { hashes: hashes.map(({ hash }) => hash), since: clock.now() - SPLIT_DAYS * 86_400_000 } },
  );
  return found
    .filter(({ name }) => name === 'transaction' || /^[\w.:-]+$/.test(name))
    .slice(0, SPLITS_MAX)
    .map(({ name, different }) => ({
      by: name,
      values: Number(different),
      rule: splitRule(row, name),
    }));
}

/** A fingerprint rule that matches the issue's events by what they are, and keeps apart what differs. */
export function splitRule(
  {
    exception_type,
    exception_value,
    title,
  }: Pick<FoundIssue['row'], 'exception_type' | 'exception_value' | 'title'>,
  by: string,
): string {
  const matcher = exception_type
    ? `error.type:${quoted(exception_type)}`
    : `message:${quoted(exception_value || title)}`;
  return `${matcher} -> {{ default }}, {{ ${by === 'transaction' ? by : `tags.${by}`} }}`;
}

/** As a pattern that stands for the text itself. */
function quoted(text: string): string {
  const first = text.split('\n', 1)[0]!.slice(0, 100);
  const pattern = first.replace(/[\\*?[{]/g, '\\$&') + (first.length < text.length ? '*' : '');
  return /^[\w.:-]+$/.test(pattern) ? pattern : `"${pattern.replace(/["\\]/g, '\\$&')}"`;
}
