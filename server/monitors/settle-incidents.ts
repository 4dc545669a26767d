/**
 * An incident finds its issue by the event that told of it, whatever rules grouped that, and resolves it when it is
 * over and no other environment of the monitor has one open. An issue that people resolved or archived is left alone.
 */
import { RESOLVED_NOW, resolvedState } from '#server/issues/lifecycle.ts';
import type { Clock } from '#server/platform/clock.ts';
import type { MetadataDb, MetadataStore } from '#server/store/metadata/metadata.ts';
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';

/** Incidents looked at in one turn. */
const INCIDENTS_PER_TURN = 100;
/** An event that is not stored after so long was dropped by a filter, or its issue deleted. */
const LINK_MS_MAX = 3_600_000;

interface Stores {
  metadata: MetadataStore;
  telemetry: TelemetryStore;
  clock: Clock;
}

interface Incident {
  id: number;
  project: number;
  slug: string;
  monitorId: number;
  startedAt: number;
  endedAt: number | null;
  eventId: string;
  issueId: number | null;
  toDo: string;
}

export async function settleIncidents(stores: Stores): Promise<void> {
  const { metadata, clock } = stores;
  const { db } = metadata;
  const waiting = await db
    .selectFrom('monitor_incident as incident')
    .innerJoin('monitor', 'monitor.id', 'incident.monitor_id')
    .select([
      'incident.id',
      'monitor.project_id as project',
      'monitor.slug',
      'incident.monitor_id as monitorId',
      'incident.started_at as startedAt',
      'incident.ended_at as endedAt',
      'incident.event_id as eventId',
      'incident.issue_id as issueId',
      'incident.to_do as toDo',
    ])
    .where('incident.to_do', '<>', '')
    .orderBy('incident.id')
    .limit(INCIDENTS_PER_TURN)
    .execute();
  if (waiting.length === 0) return;
  const issues = await issuesOfEvents(
    stores,
    waiting.filter(({ issueId }) => issueId === null),
  );
  for (const incident of waiting) {
    const issueId = incident.issueId ?? issues.get(incident.eventId) ?? null;
    if (issueId === null) {
      const since = incident.endedAt ?? incident.startedAt;
      if (clock.now() - since > LINK_MS_MAX) await setToDo(db, incident, '');
    } else if (incident.toDo === 'link') {
      await db
        .updateTable('monitor_incident')
        .set({ issue_id: issueId })
        .where('id', '=', incident.id)
        .execute();
      await setToDo(db, incident, '');
    } else await resolveIssue(stores, incident, issueId);
  }
}

/** Unless it has something else to do by now. */
async function setToDo(db: MetadataDb, { id, toDo }: Incident, next: ''): Promise<void> {
  await db
    .updateTable('monitor_incident')
    .set({ to_do: next })
    .where('id', '=', id)
    .where('to_do', '=', toDo as 'link' | 'resolve')
    .execute();
}

async function issuesOfEvents(
  { telemetry, metadata }: Stores,
  incidents: readonly Incident[],
): Promise<ReadonlyMap<string, number>> {
  const issues = new Map<string, number>();
  for (const [project, of] of Map.groupBy(incidents, (incident) => incident.project)) {
    const rows = await telemetry.select<{ event_id: string; grouping_hash: string }>(
      [project],
      `SELECT event_id, any(grouping_hash) AS grouping_hash FROM events
        WHERE project_id IN {projects:Array(UInt32)} AND event_id IN {ids:Array(String)} GROUP BY event_id`,
      { params: { ids: of.map(({ eventId }) => eventId) } },
    );
    for (const { event_id, grouping_hash } of rows) {
      const known = await metadata.db
        .selectFrom('issue_hash')
        .select('issue_id')
        .where('project_id', '=', project)
        .where('hash', '=', grouping_hash)
        .executeTakeFirst();
      if (known) issues.set(event_id, known.issue_id);
    }
  }
  return issues;
}

async function resolveIssue({ metadata, clock }: Stores, incident: Incident, issueId: number): Promise<void> {
  const now = clock.now();
  await metadata.transaction([incident.project], async (transaction) => {
    await transaction
      .updateTable('monitor_incident')
      .set({ issue_id: issueId, to_do: '' })
      .where('id', '=', incident.id)
      .execute();
    const open = await transaction
      .selectFrom('monitor_incident')
      .select('id')
      .where('monitor_id', '=', incident.monitorId)
      .where('ended_at', 'is', null)
      .limit(1)
      .executeTakeFirst();
    const issue = await transaction
      .selectFrom('issue')
      .select('status')
      .where('id', '=', issueId)
      .executeTakeFirst();
    if (open || issue?.status !== 'unresolved') return;
    const state = resolvedState(RESOLVED_NOW, { userId: null, now });
    await transaction.updateTable('issue').set(state).where('id', '=', issueId).execute();
    await transaction
      .insertInto('issue_activity')
      .values({
        issue_id: issueId,
        project_id: incident.project,
        kind: 'resolved',
        user_id: null,
        data: JSON.stringify({ monitor: incident.slug }),
        created_at: now,
      })
      .execute();
  });
}
