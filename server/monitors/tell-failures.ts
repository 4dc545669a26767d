/**
 * Failed check-ins that nobody was told of yet become events. Marked as told after the journal has them: a crash in
 * between tells them again under the same event id, which is stored once.
 */
import type { AcceptedRequest } from '#server/record/accepted.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import type { Failure } from './judge.ts';
import { eventOfFailure } from './monitor-event.ts';

/** Events of one turn; the rest in the next. */
const EVENTS_PER_TURN = 200;

export async function tellFailures(
  db: MetadataDb,
  accept: (request: AcceptedRequest) => Promise<void>,
  now: number,
): Promise<void> {
  const rows = await db
    .selectFrom('check_in')
    .innerJoin('monitor', 'monitor.id', 'check_in.monitor_id')
    .selectAll('check_in')
    .select(['monitor.slug', 'monitor.config'])
    .where('check_in.reported', '=', 0)
    .orderBy('check_in.id')
    .limit(EVENTS_PER_TURN)
    .execute();
  for (const row of rows) {
    const request = eventOfFailure(
      {
        project: row.project_id,
        slug: row.slug,
        environment: row.environment,
        release: row.release,
        failure: row.status as Failure,
        eventId: row.event_id,
        checkInId: row.check_in_id,
        traceId: row.trace_id,
        at: row.updated_at,
        expectedAt: row.expected_at,
        startedAt: row.started_at,
        durationMs: row.duration_ms,
        config: row.config,
      },
      now,
    );
    await accept(request);
    await db.updateTable('check_in').set({ reported: 1 }).where('id', '=', row.id).execute();
  }
}
