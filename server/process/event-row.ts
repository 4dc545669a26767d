/** The telemetry row of an event: a pure function of the normalised event, its grouping and its project. */
import type { EventPayload } from '#server/record/event.ts';
import type { GroupingResult } from '#server/record/grouping.ts';
import type { EventRow, SampledEventRow } from '#server/store/telemetry/rows.ts';
import { correlateEvent } from './correlate.ts';
import type { EventTitle } from './group/title.ts';
import { userKey } from './normalize/user.ts';
import { storedPayload } from './stored-event.ts';

export function eventRow(
  project: number,
  event: EventPayload,
  title: EventTitle,
  grouping: GroupingResult,
): EventRow {
  const handled = event.exception?.values.at(-1)?.mechanism?.handled;
  return {
    project_id: project,
    grouping_hash: grouping.hashes[0]!,
    grouping_hashes: grouping.hashes,
    event_id: event.event_id,
    timestamp: Math.round(event.timestamp * 1000),
    received_at: Math.round(event.received * 1000),
    type: event.type,
    level: event.level,
    platform: event.platform,
    title: title.title,
    culprit: title.culprit,
    message: title.message,
    exception_type: title.exceptionType,
    exception_value: title.exceptionValue,
    transaction: event.transaction ?? '',
    dist: event.dist ?? '',
    logger: event.logger ?? '',
    sdk_name: event.sdk?.name ?? '',
    sdk_version: event.sdk?.version ?? '',
    user_key: userKey(event.user),
    user_email: event.user?.email ?? '',
    user_username: event.user?.username ?? '',
    user_ip: event.user?.ip_address ?? '',
    url: event.request?.url ?? '',
    handled: handled === undefined ? null : handled ? 1 : 0,
    ...correlateEvent(event),
    tags: Object.fromEntries(event.tags),
    payload: storedPayload(event),
  };
}

/** What the roll-ups count of an event whose row is not kept. */
export function sampledRow(row: EventRow): SampledEventRow {
  const { project_id, event_id, grouping_hash, timestamp, received_at, environment, release, user_key } = row;
  return { project_id, event_id, grouping_hash, timestamp, received_at, environment, release, user_key };
}
