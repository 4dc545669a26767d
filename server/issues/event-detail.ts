/** One event as its page shows it: payload, why it was grouped, what came with it, and who stands beside it. */
import type { EventDetail } from '#contract/events.ts';
import { attachmentsOf } from './attachments.ts';
import { type EventHead, findEvent, type StoredEvent } from './event-queries.ts';
import { type EventPlace, type EventsOf, eventsOf, lookBack, placeIs } from './events-of.ts';
import { type FoundIssue, type IssueStores, iso } from './issues.ts';
import { logOfEvent, sdkPayload } from './log-error-links.ts';

export async function readEvent(stores: IssueStores, issue: FoundIssue, which: string): Promise<EventDetail> {
  const of = await eventsOf(stores, issue);
  const event = await findEvent(stores, of, which);
  const log = await logOfEvent(stores.metadata.db, event.project_id, event.event_id);
  const sent = log?.from === 'both' ? await sdkPayload(stores, event.project_id, event.event_id) : null;
  const payload = sent ?? JSON.parse(event.payload);
  const [frameProblems, grouping, neighbours, attachments, feedback] = await Promise.all([
    stores.readStacks?.(event.project_id, payload) ?? [],
    groupingOf(stores, event),
    neighboursOf(stores, of, event),
    attachmentsOf(stores.metadata.db, event.project_id, event.event_id),
    feedbackOn(stores, event),
  ]);
  return {
    id: event.event_id,
    projectId: String(event.project_id),
    issueId: String(issue.row.id),
    timestamp: iso(event.at),
    receivedAt: iso(event.received),
    title: event.title,
    culprit: event.culprit,
    groupingHash: event.grouping_hash,
    payload,
    // A text has no source lines: that there are no source maps is no news where nobody bundles.
    frameProblems:
      log?.from === 'log' ? frameProblems.filter(({ code }) => code !== 'artifacts_missing') : frameProblems,
    grouping,
    attachments,
    feedback,
    log,
    ...neighbours,
  };
}

/** The same event with stacks as one reads them now. */
export async function withReadableStacks(stores: IssueStores, event: StoredEvent): Promise<StoredEvent> {
  if (!stores.readStacks) return event;
  const payload = JSON.parse(event.payload);
  await stores.readStacks(event.project_id, payload);
  return { ...event, payload: JSON.stringify(payload) };
}

type Neighbours = Pick<EventDetail, 'olderId' | 'newerId' | 'index' | 'total'>;

/**
 * Who stands beside an event, and the how manieth it is. Counted from the roll-up but for the hour of the
 * event: an issue with millions of events costs no more than one with few.
 */
export async function neighboursOf(
  stores: IssueStores,
  of: EventsOf,
  event: EventPlace,
): Promise<Neighbours> {
  const params = { ...of.params, at: event.at, id: event.event_id };
  const ids = (condition: string, more: Record<string, unknown> = {}) =>
    stores.telemetry.select<{ event_id: string }>(
      of.projects,
      `SELECT event_id FROM events WHERE ${of.where} AND ${condition} LIMIT 1`,
      { params: { ...params, ...more } },
    );
  const hour = `toStartOfHour(fromUnixTimestamp64Milli({at:Int64}, 'UTC'))`;
  const [[older], [newer], [counted]] = await Promise.all([
    lookBack(of, { until: event.at, enough: 1 }, (since) =>
      ids(
        `${placeIs('<', 'at', 'id')} AND timestamp >= fromUnixTimestamp64Milli({since:Int64})
          ORDER BY timestamp DESC, event_id DESC`,
        { since },
      ),
    ),
    ids(`${placeIs('>', 'at', 'id')} ORDER BY timestamp, event_id`),
    stores.telemetry.select<{ total: number; before: number }>(
      of.projects,
      `SELECT
        (SELECT sum(events) FROM events_hourly WHERE ${of.where}) AS total,
        (SELECT sum(events) FROM events_hourly WHERE ${of.where} AND hour > ${hour})
          + (SELECT count() FROM events
              WHERE ${of.where} AND ${placeIs('>', 'at', 'id')} AND timestamp < ${hour} + INTERVAL 1 HOUR) AS before`,
      { params },
    ),
  ]);
  return {
    olderId: older?.event_id ?? null,
    newerId: newer?.event_id ?? null,
    index: Number(counted?.before ?? 0) + 1,
    total: Number(counted?.total ?? 1),
  };
}

/** Null when it is not kept: the issue was deleted a moment ago, and the event came just then. */
async function groupingOf(
  stores: IssueStores,
  { project_id, grouping_hash }: EventHead,
): Promise<EventDetail['grouping']> {
  const row = await stores.metadata.db
    .selectFrom('hash_grouping')
    .select('grouping')
    .where('project_id', '=', project_id)
    .where('hash', '=', grouping_hash)
    .executeTakeFirst();
  return row ? JSON.parse(row.grouping) : null;
}

/** A person writes once. */
const FEEDBACK_SHOWN_MAX = 50;

async function feedbackOn(stores: IssueStores, event: EventHead): Promise<EventDetail['feedback']> {
  const rows = await stores.metadata.db
    .selectFrom('feedback')
    .select(['name', 'email', 'message', 'created_at'])
    .where('project_id', '=', event.project_id)
    .where('event_id', '=', event.event_id)
    .orderBy('created_at', 'desc')
    .limit(FEEDBACK_SHOWN_MAX)
    .execute();
  return rows.map(({ created_at, ...said }) => ({ ...said, at: iso(created_at) }));
}
