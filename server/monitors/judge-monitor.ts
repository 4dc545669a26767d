/**
 * One monitor judged in one transaction: its new check-ins, the runs that take too long and those that did not come,
 * all written together, so that a stop in between changes nothing and a second program finds it done.
 */
import { randomUUID } from 'node:crypto';
import { readMonitorConfig } from '#server/record/monitor-config.ts';
import type { MetadataStore, MetadataTransaction } from '#server/store/metadata/metadata.ts';
import { type CheckInRow, type EnvironmentRow, type Gap, type IncidentChange, judge } from './judge.ts';

/** Check-ins judged in one turn; what is left is taken up in the next. */
const CHECK_INS_PER_TURN = 1_000;

export const newId = () => randomUUID().replaceAll('-', '');

/** `until`: nothing that came before this time is still on its way. */
export async function judgeMonitor(
  metadata: MetadataStore,
  monitor: { id: number; project: number },
  { until, gaps }: { until: number; gaps: readonly Gap[] },
): Promise<void> {
  await metadata.transaction([monitor.project], async (transaction) => {
    const row = await transaction
      .selectFrom('monitor')
      .selectAll()
      .where('id', '=', monitor.id)
      .executeTakeFirst();
    if (!row) return;
    const environments = new Map(
      (
        await transaction
          .selectFrom('monitor_environment')
          .selectAll()
          .where('monitor_id', '=', row.id)
          .orderBy('id')
          .execute()
      ).map((one) => [one.environment, one]),
    );
    const before = new Map([...environments].map(([name, one]) => [name, JSON.stringify(one)]));
    const checkIns = await checkInsToJudge(transaction, row.id, until);
    const { judged, missed, incidents } = judge({
      config: readMonitorConfig(row.config),
      paused: row.paused === 1,
      environments,
      checkIns,
      until,
      gaps,
      newEventId: () => (row.muted === 1 ? '' : newId()),
    });
    for (const { checkIn, before: status } of judged) await writeCheckIn(transaction, checkIn, status);
    if (missed.length > 0)
      await transaction
        .insertInto('check_in')
        .values(
          missed.map(({ environment, expectedAt, at, eventId }) => ({
            project_id: row.project_id,
            monitor_id: row.id,
            check_in_id: newId(),
            environment,
            release: '',
            status: 'missed' as const,
            duration_ms: null,
            trace_id: '',
            started_at: expectedAt,
            updated_at: at,
            judged: 1 as const,
            expected_at: expectedAt,
            timeout_at: null,
            event_id: eventId,
            reported: eventId === '' ? (1 as const) : (0 as const),
          })),
        )
        .execute();
    for (const incident of incidents) {
      const id = await writeIncident(transaction, row.id, incident);
      const environment = environments.get(incident.environment)!;
      if (incident.endedAt === null && environment.incident_id === 0) environment.incident_id = id;
    }
    for (const [name, environment] of environments)
      if (before.get(name) !== JSON.stringify(environment)) await writeEnvironment(transaction, environment);
  });
}

function checkInsToJudge(
  transaction: MetadataTransaction,
  monitorId: number,
  until: number,
): Promise<CheckInRow[]> {
  return transaction
    .selectFrom('check_in')
    .selectAll()
    .where('monitor_id', '=', monitorId)
    .where((of) => of.or([of('judged', '=', 0), of('timeout_at', '<=', until)]))
    .orderBy('updated_at')
    .orderBy('id')
    .limit(CHECK_INS_PER_TURN)
    .execute();
}

/** Unless process has learned more of it meanwhile: then that is judged in the next turn. */
async function writeCheckIn(
  transaction: MetadataTransaction,
  { id, status, expected_at, timeout_at, event_id, reported }: CheckInRow,
  before: CheckInRow['status'],
): Promise<void> {
  await transaction
    .updateTable('check_in')
    .set({ judged: 1, status, expected_at, timeout_at, event_id, reported })
    .where('id', '=', id)
    .where('status', '=', before)
    .execute();
}

async function writeIncident(
  transaction: MetadataTransaction,
  monitorId: number,
  { id, environment, startedAt, endedAt, eventId }: IncidentChange,
): Promise<number> {
  if (id === 0)
    return (
      await transaction
        .insertInto('monitor_incident')
        .values({
          monitor_id: monitorId,
          environment,
          started_at: startedAt!,
          ended_at: endedAt,
          event_id: eventId,
          issue_id: null,
          to_do: eventId === '' ? '' : endedAt === null ? 'link' : 'resolve',
        })
        .returning('id')
        .executeTakeFirstOrThrow()
    ).id;
  if (eventId !== '')
    await transaction
      .updateTable('monitor_incident')
      .set({ event_id: eventId, to_do: 'link' })
      .where('id', '=', id)
      .where('event_id', '=', '')
      .execute();
  if (endedAt !== null) {
    await transaction
      .updateTable('monitor_incident')
      .set({ ended_at: endedAt })
      .where('id', '=', id)
      .execute();
    await transaction
      .updateTable('monitor_incident')
      .set({ to_do: 'resolve' })
      .where('id', '=', id)
      .where('event_id', '<>', '')
      .execute();
  }
  return id;
}

async function writeEnvironment(transaction: MetadataTransaction, row: EnvironmentRow): Promise<void> {
  const { id, ...values } = row;
  if (id === 0) await transaction.insertInto('monitor_environment').values(values).execute();
  else await transaction.updateTable('monitor_environment').set(values).where('id', '=', id).execute();
}
