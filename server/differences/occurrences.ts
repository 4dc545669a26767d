/** The occurrences of an issue that are looked at: the newest of a period, with what ties them to other records. */
import type { UnitKind } from '#contract/differences.ts';
import { type EventsOf, eventsOf } from '#server/issues/events-of.ts';
import type { FoundIssue, IssueStores } from '#server/issues/issues.ts';
import { type Period, periodMs } from '#server/query/trend.ts';
import { type Asking, selectOf } from './asking.ts';
import { UNITS } from './units.ts';

/**
 * A share of a thousand is known to 3 %; more would not change what is told. Their ids are 100 KB of a statement.
 */
const OCCURRENCES_MAX = 1_000;
/** What they were doing, by the most frequent. */
const TRANSACTIONS_MAX = 20;
const ENVIRONMENTS_MAX = 20;

export interface Occurrence {
  /** Milliseconds since 1970. */
  at: number;
  service: string;
  transaction: string;
  /** By kind; empty: it says nothing of this kind. */
  units: Record<UnitKind, string>;
}

export interface Occurrences {
  of: EventsOf;
  project: number;
  environment: string;
  /** The time that is compared, ms, `to` included. */
  from: number;
  to: number;
  all: number;
  /** Newest first. */
  items: Occurrence[];
  /** That its events name, whichever is asked for. */
  environments: string[];
}

/** Since the oldest that is looked at, when there are more than are looked at: both sides are of the same time. */
export async function readOccurrences(
  stores: IssueStores,
  issue: FoundIssue,
  asking: Asking,
  { period, environment }: { period: Period; environment: string },
): Promise<Occurrences> {
  const of = await eventsOf(stores, issue);
  const to = stores.clock.now();
  const from = to - periodMs(period);
  const params = { ...of.params, from, to, environment };
  const where = `${of.where} AND ${EVENT_TIME} AND ({environment:String} = '' OR environment = {environment:String})`;
  const [counted] = await selectOf<{ events: number; environments: string[] }>(
    asking,
    of.projects,
    `SELECT countIf({environment:String} = '' OR environment = {environment:String}) AS events,
        arraySort(groupUniqArrayIf(${ENVIRONMENTS_MAX})(toString(environment), environment != '')) AS environments
      FROM events WHERE ${of.where} AND ${EVENT_TIME}`,
    params,
  );
  const rows = await selectOf<Record<`unit${number}`, string> & Omit<Occurrence, 'units'>>(
    asking,
    of.projects,
    `SELECT toUnixTimestamp64Milli(timestamp) AS at, service, transaction,
        ${UNITS.map(({ sql }, n) => `${sql} AS unit${n}`).join(', ')}
      FROM events WHERE ${where} ORDER BY timestamp DESC LIMIT ${OCCURRENCES_MAX}`,
    params,
  );
  const items = rows.map(({ at, service, transaction, ...row }) => ({
    at: Number(at),
    service,
    transaction,
    units: Object.fromEntries(UNITS.map(({ kind }, n) => [kind, row[`unit${n}`]!])) as Record<
      UnitKind,
      string
    >,
  }));
  const all = Number(counted?.events ?? 0);
  return {
    of,
    project: of.projects[0]!,
    environment,
    from: all > items.length ? (items.at(-1)?.at ?? from) : from,
    to,
    all,
    items,
    environments: counted?.environments ?? [],
  };
}

/** What stands in a statement about events of the compared time. */
export const EVENT_TIME = `timestamp >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
  AND timestamp <= fromUnixTimestamp64Milli({to:Int64}, 'UTC')`;

export function transactionsOf({ items }: Occurrences): string[] {
  const counts = new Map<string, number>();
  for (const { transaction } of items)
    if (transaction !== '') counts.set(transaction, (counts.get(transaction) ?? 0) + 1);
  return [...counts]
    .sort(([a, some], [b, others]) => others - some || (a < b ? -1 : 1))
    .slice(0, TRANSACTIONS_MAX)
    .map(([transaction]) => transaction);
}
