/**
 * What the events of an issue have in common: for every tag, how its values are distributed. The columns people
 * know as tags (release, environment, user ...) count as such. Looks at the newest events up to a bound, and
 * says when there were more.
 */
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
const PAIRS = `mapFilter((key, value) -> value != '', mapUpdate(
  map('release', toString(release), 'environment', toString(environment), 'level', toString(level),
    'user', user_key, 'transaction', transaction, 'url', url, 'server_name', toString(host), 'dist', toString(dist),
    'handled', if(isNull(handled), '', if(handled = 1, 'yes', 'no'))),
  CAST(tags, 'Map(String, String)')))`;

export interface TagValue {
  value: string;
  events: number;
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
  top: [value: string, times: number, first: number, last: number][];
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
          arraySlice(groupArray((value, times, first, last)), 1, {values:UInt32}) AS top
        FROM (
          SELECT pair.1 AS key, pair.2 AS value, count() AS times, min(at) AS first, max(at) AS last
          FROM (SELECT ${PAIRS} AS pairs, toUnixTimestamp64Milli(timestamp) AS at FROM events WHERE ${since})
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
    top: top.map(([value, times, first, last]) => ({
      value,
      events: Number(times),
      firstSeen: Number(first),
      lastSeen: Number(last),
    })),
  };
}
