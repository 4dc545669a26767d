/**
 * What the events of an issue have in common: for every tag, how its values are distributed. The columns people
 * know as tags (release, environment, user ...) count as such. Looks at the newest events up to a bound, and
 * says when there were more. What is different about them is what they have more often than the other events of their
 * project: all Chrome says nothing where all users have it.
 */
import type { Difference } from '#contract/impact.ts';
import type { IssueTags } from '#contract/issues.ts';
import { changedValues } from '#server/platform/changed-values.ts';
import { type Period, periodMs } from '#server/query/trend.ts';
import { eventsOf } from './events-of.ts';
import type { FoundIssue, IssueStores } from './issues.ts';

/**
 * Events looked at, and those of the same millisecond as the last of them: counting their tags took 150 ms of one
 * core, and a distribution does not change beyond.
 */
const EVENTS_MAX = 100_000;
/** Tags shown; a sender with more has put data into keys. */
const KEYS_MAX = 200;

/** Every pair of an event that is asked for like a tag: its own tags win over columns of the same name. */
export const PAIRS = `mapFilter((key, value) -> value != '', mapUpdate(
  map('release', toString(release), 'environment', toString(environment), 'level', toString(level),
    'user', user_key, 'transaction', transaction, 'url', url, 'server_name', toString(host), 'dist', toString(dist),
    'handled', if(isNull(handled), '', if(handled = 1, 'yes', 'no'))),
  CAST(tags, 'Map(String, String)')))`;

export interface TagValue {
  value: string;
  events: number;
  /** Distinct ones of these events. */
  users: number;
  /** Milliseconds since 1970, among the events looked at. */
  firstSeen: number;
  lastSeen: number;
}

export interface Tag {
  key: string;
  /** Events that carry it. */
  events: number;
  distinctValues: number;
  /** The most frequent ones. */
  top: TagValue[];
}

/** As IssueTags of the contract; values know when they were seen besides. */
export interface Tags {
  events: number;
  sampled: boolean;
  tags: Tag[];
}

interface TagRow {
  key: string;
  events: number;
  distinct: number;
  top: [value: string, times: number, users: number, first: number, last: number][];
}

/** The distribution of every tag, the most frequent first; with a key of that one alone, and more of its values. */
export async function readTags(
  stores: IssueStores,
  issue: FoundIssue,
  options: { period: Period; key?: string; valuesMax?: number },
): Promise<Tags> {
  const { projects, where, params } = await eventsOf(stores, issue);
  const select = <Row>(sql: string, more: Record<string, unknown>) =>
    stores.telemetry.select<Row>(projects, sql, { params: { ...params, ...more } });
  const since = `${where} AND timestamp >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')`;
  const count = async (from: number) => {
    const [counted] = await select<{ events: number }>(
      `SELECT count() AS events FROM events WHERE ${since}`,
      { from },
    );
    return Number(counted?.events ?? 0);
  };

  const from = stores.clock.now() - periodMs(options.period);
  const all = await count(from);
  const sampled = all > EVENTS_MAX;
  // Since when, by the times alone: sorting the tags of every event along took three times as long.
  const [newest] = sampled
    ? await select<{ from: number }>(
        `SELECT toUnixTimestamp64Milli(min(timestamp)) AS from
          FROM (SELECT timestamp FROM events WHERE ${since} ORDER BY timestamp DESC LIMIT ${EVENTS_MAX})`,
        { from },
      )
    : [{ from }];
  const [events, tags] = await Promise.all([
    sampled ? count(newest!.from) : all,
    select<TagRow>(
      `SELECT key, sum(times) AS events, count() AS distinct,
          arraySlice(groupArray((value, times, users, first, last)), 1, {values:UInt32}) AS top
        FROM (
          SELECT pair.1 AS key, pair.2 AS value, count() AS times, uniqIf(who, who != '') AS users,
            min(at) AS first, max(at) AS last
          FROM (SELECT ${PAIRS} AS pairs, user_key AS who, toUnixTimestamp64Milli(timestamp) AS at
            FROM events WHERE ${since})
          ARRAY JOIN CAST(pairs, 'Array(Tuple(String, String))') AS pair
          WHERE {key:String} = '' OR pair.1 = {key:String}
          GROUP BY key, value ORDER BY times DESC, value)
        GROUP BY key ORDER BY events DESC, key LIMIT ${KEYS_MAX}`,
      { from: newest!.from, key: options.key ?? '', values: options.valuesMax ?? 10 },
    ),
  ]);
  return { events, sampled, tags: tags.map(toTag) };
}

function toTag({ key, events, distinct, top }: TagRow): Tag {
  return {
    key,
    events: Number(events),
    distinctValues: Number(distinct),
    top: top.map(([value, times, users, first, last]) => ({
      value,
      events: Number(times),
      users: Number(users),
      firstSeen: Number(first),
      lastSeen: Number(last),
    })),
  };
}

/** As readTags, with how often the other events of the project have each value, and which of that is no chance. */
export async function compareTags(
  stores: IssueStores,
  issue: FoundIssue,
  { period }: { period: Period },
): Promise<IssueTags> {
  const tags = await readTags(stores, issue, { period });
  const others = await readOthers(stores, issue, period, tags.tags);
  const compared = tags.tags.map(({ top, ...tag }) => ({
    ...tag,
    top: top.map(({ value, events, users }) => ({
      value,
      events,
      users,
      others: others.counts.get(pairOf(tag.key, value)) ?? 0,
    })),
  }));
  return {
    ...tags,
    tags: compared,
    others: others.events,
    differences: differencesOf(compared, tags.events, others.events),
  };
}

/** Told of all keys together, and of one. */
const DIFFERENCES_MAX = 8;
const DIFFERENCES_OF_KEY_MAX = 2;
/** Every event has its own, or they say the same as another key. */
const UNTOLD: ReadonlySet<string> = new Set(['user', 'handled', 'mechanism']);

function differencesOf(tags: IssueTags['tags'], events: number, others: number): Difference[] {
  return tags
    .filter(({ key }) => !UNTOLD.has(key))
    .flatMap(({ key, top }) => {
      const values = top.map((one) => ({ value: one.value, records: one.events, recordsBefore: one.others }));
      return changedValues(values, { records: events, recordsBefore: others })
        .slice(0, DIFFERENCES_OF_KEY_MAX)
        .map((change) => ({ key, ...change }));
    })
    .sort((a, b) => Math.abs(b.score) - Math.abs(a.score))
    .slice(0, DIFFERENCES_MAX)
    .map(({ key, value, records, recordsBefore }) => ({
      key,
      value,
      share: records / events,
      othersShare: recordsBefore / others,
    }));
}

const pairOf = (key: string, value: string) => JSON.stringify([key, value]);

/** What the newest events of the project's other issues have of these values. */
async function readOthers(
  stores: IssueStores,
  issue: FoundIssue,
  period: Period,
  tags: readonly Tag[],
): Promise<{ events: number; counts: Map<string, number> }> {
  const pairs = tags.flatMap(({ key, top }) => top.map(({ value }) => [key, value] as const));
  if (pairs.length === 0) return { events: 0, counts: new Map() };
  const { projects, params } = await eventsOf(stores, issue);
  const others = 'project_id IN {projects:Array(UInt32)} AND grouping_hash NOT IN {hashes:Array(String)}';
  const from = await sinceManyEvents(stores, projects, others, params, stores.clock.now() - periodMs(period));
  const at = `${others} AND timestamp >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')`;
  const select = <Row>(sql: string) =>
    stores.telemetry.select<Row>(projects, sql, {
      params: { ...params, from, keys: pairs.map(([key]) => key), values: pairs.map(([, value]) => value) },
    });
  const [[counted], rows] = await Promise.all([
    select<{ events: number }>(`SELECT count() AS events FROM events WHERE ${at}`),
    select<{ key: string; value: string; events: number }>(
      `SELECT pair.1 AS key, pair.2 AS value, count() AS events
        FROM (SELECT ${PAIRS} AS pairs FROM events WHERE ${at})
        ARRAY JOIN CAST(pairs, 'Array(Tuple(String, String))') AS pair
        WHERE pair IN (SELECT arrayJoin(arrayZip({keys:Array(String)}, {values:Array(String)})))
        GROUP BY key, value`,
    ),
  ]);
  return {
    events: Number(counted?.events ?? 0),
    counts: new Map(rows.map(({ key, value, events }) => [pairOf(key, value), Number(events)])),
  };
}

/** Since when there are as many events as are looked at: by the hour, which the roll-up knows. */
export async function sinceManyEvents(
  stores: IssueStores,
  projects: number[],
  where: string,
  params: Record<string, unknown>,
  from: number,
): Promise<number> {
  const rows = await stores.telemetry.select<{ at: number; events: number }>(
    projects,
    `SELECT toUnixTimestamp(hour) * 1000 AS at, sum(events) AS events FROM events_hourly
      WHERE ${where} AND hour >= toStartOfHour(fromUnixTimestamp64Milli({from:Int64}, 'UTC'))
      GROUP BY hour ORDER BY hour DESC`,
    { params: { ...params, from } },
  );
  let counted = 0;
  for (const { at, events } of rows) {
    counted += Number(events);
    if (counted >= EVENTS_MAX) return Math.max(from, Number(at));
  }
  return from;
}
