/**
 * An error that came both by an SDK and in a log, while a batch is made: it counts once. What came first stands; when
 * that was the log, what the SDK sent is richer and is kept with the event as a file.
 */
import { hash } from 'node:crypto';
import type { Batch } from '#server/process/batch.ts';
import type { HashGrouping } from '#server/process/groupings.ts';
import type { PreparedEvent } from '#server/process/prepare.ts';
import type { DropReason } from '#server/record/outcome.ts';
import type { NewKind } from './log-error-rows.ts';
import { kindOf } from './twin-facts.ts';
import type { TwinEvent, TwinTurn } from './twin-window.ts';

/** Attachments of this type hold what an SDK sent of an error that a log had told of before. */
export const SDK_EVENT_TYPE = 'tandem.sdk_event';

export interface Joined {
  reason: DropReason;
  /** The event that stands for it: what came with it is of that one. */
  keptAs: string | null;
}

/** Null: it is the first of its kind, and is kept like any other. */
export function twinOf(
  batch: Batch,
  event: PreparedEvent,
  own: TwinEvent,
  twins: TwinTurn,
  at: number,
): Joined | null {
  const found = twins.find(own);
  if (!found) return null;
  const { project_id: project, event_id, grouping_hash, payload } = event.row;
  const both = { project, hash: found.hash, otherHash: grouping_hash };
  if (own.fromLog) {
    batch.settledLogErrors.push({ ...both, eventId: event_id, sdkEventId: found.eventId });
    return { reason: 'duplicate_of_sdk', keptAs: null };
  }
  batch.settledLogErrors.push({ ...both, eventId: found.eventId, sdkEventId: event_id });
  const bytes = Buffer.from(payload);
  batch.attachments.push({
    ...{ project, at, eventId: found.eventId, name: `${event_id}.json`, contentType: 'application/json' },
    ...{ attachmentType: SDK_EVENT_TYPE, bytes, digest: hash('sha256', bytes) },
  });
  return { reason: 'duplicate_of_log', keptAs: found.eventId };
}

/** It is kept; the other one may come yet. */
export function keepTwin(batch: Batch, event: PreparedEvent, own: TwinEvent | null, twins: TwinTurn): void {
  if (own) twins.keep(own);
  if (event.logId === null) return;
  const { project_id: project, event_id: eventId, grouping_hash } = event.row;
  batch.settledLogErrors.push({
    project,
    eventId,
    hash: grouping_hash,
    sdkEventId: '',
    otherHash: '',
  });
}

/** Null: it has no exception, and is no other's twin. */
export function twinEventOf({ row, twin, logId }: PreparedEvent): TwinEvent | null {
  if (!twin) return null;
  return {
    project: row.project_id,
    eventId: row.event_id,
    hash: row.grouping_hash,
    at: row.timestamp,
    trace: row.trace_id,
    request: row.request_id,
    user: row.user_id,
    environment: row.environment,
    facts: twin.facts,
    fromLog: logId !== null,
  };
}

/** In the JSON of a GroupingResult; in a text in it the quotes would have backslashes. */
const FINGERPRINT = '"fingerprint":[';

/**
 * Hashes seen for the first time, with the kind that the other of SDKs and logs may have told of. Whoever gave an event a
 * fingerprint wants it apart.
 */
export function newKinds(events: readonly PreparedEvent[], fresh: readonly HashGrouping[]): NewKind[] {
  if (fresh.length === 0) return [];
  const wanted = new Set(
    fresh
      .filter(({ grouping }) => !grouping.includes(FINGERPRINT))
      .map(({ project_id, hash: each }) => `${project_id}:${each}`),
  );
  return events.flatMap(({ row, twin, logId }) => {
    const { project_id: project, grouping_hash } = row;
    const kind = twin ? kindOf(twin.facts) : '';
    return kind !== '' && wanted.delete(`${project}:${grouping_hash}`)
      ? [{ project, hash: grouping_hash, kind, fromLog: logId !== null }]
      : [];
  });
}
