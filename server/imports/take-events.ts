/**
 * Events of another tracker through our own door: those that are stored already are told apart, the rest goes to the journal
 * as one request, and is grouped and counted like everything that comes. What is on its way still is told apart by `process`.
 */
import type { LeftOut } from '#contract/imports.ts';
import type { Acceptance } from '#server/ingest/acceptance.ts';
import { Unavailable } from '#server/platform/rejection.ts';
import type { AcceptedRecord } from '#server/record/accepted.ts';
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';
import type { ImportedEvent } from './read-events.ts';

/** How long the program that imports waits when the server is behind, seconds. */
const BEHIND_RETRY_SECONDS = 5;

export interface Door {
  telemetry: Pick<TelemetryStore, 'select'>;
  acceptance: Pick<Acceptance, 'admit' | 'append'>;
  clock: { now(): number };
}

export interface TakenEvents {
  taken: number;
  known: number;
  left: LeftOut[];
}

export async function takeEvents(
  door: Door,
  project: number,
  events: readonly ImportedEvent[],
): Promise<TakenEvents> {
  const known = await storedIds(
    door,
    project,
    events.map(({ id }) => id),
  );
  const fresh = events.filter(({ id }) => !known.has(id));
  if (fresh.length > 0) await append(door, project, fresh);
  return { taken: fresh.length, known: known.size, left: [] };
}

async function storedIds(
  { telemetry }: Door,
  project: number,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const rows = await telemetry.select<{ event_id: string }>(
    [project],
    'SELECT DISTINCT event_id FROM events WHERE project_id IN {projects:Array(UInt32)} AND event_id IN {ids:Array(String)}',
    { params: { ids } },
  );
  return new Set(rows.map(({ event_id }) => event_id));
}

async function append(
  { acceptance, clock }: Door,
  project: number,
  events: readonly ImportedEvent[],
): Promise<void> {
  const records = events.map(
    ({ id, bytes }): AcceptedRecord => ({
      type: 'event',
      kind: 'event',
      meta: { eventId: id },
      payload: bytes,
    }),
  );
  // By no key: neither its rate limit nor the project's quotas are for what an administrator brings, but the pressure is.
  const admitted = acceptance.admit(
    {
      ...{ id: 0, projectId: project, enabled: true, projectExists: true },
      ...{ rateLimit: null, quotas: null },
    },
    { request: { imported: true, records }, counts: [] },
    { receivedAt: clock.now() },
  );
  if (admitted.limits.length > 0)
    throw new Unavailable('overloaded', 'The server is behind. Go on in a moment.', {
      retryAfterSeconds: BEHIND_RETRY_SECONDS,
    });
  await acceptance.append(admitted);
}
