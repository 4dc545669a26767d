/**
 * What the stores know of prepared requests before a batch is made of them: which projects exist, what was sent
 * before, and where older events went. Questions are as many as their parameters need and no more.
 */
import { type EventFilter, filterOf } from '#server/filters/event-filter.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import { statementParts } from '#server/store/metadata/statement-parts.ts';
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';
import { attachmentKey, type Batch, type PlacedRequest, type Stored } from './batch.ts';
import { roomForMonitors } from './check-ins.ts';
import { roomForFeedback } from './feedback.ts';
import { knownRequests } from './known-requests.ts';

/** Older events looked up for one batch, a page of the engine each: feedback beyond it stands without an issue. */
const OLDER_EVENTS_MAX = 5_000;

export async function lookUpStored(
  db: MetadataDb,
  requests: readonly PlacedRequest[],
  now: number,
): Promise<Omit<Stored, 'event' | 'flood' | 'logErrors' | 'twins'>> {
  const projects = await existingProjects(db, requests);
  const attachments = await storedAttachments(db, requests);
  const feedback = await storedFeedback(db, requests);
  const letters = await redrivenLetters(db, requests);
  const known = await knownRequests(
    db,
    requests.map(({ prepared }) => prepared.request),
  );
  const monitor = await roomForMonitors(
    db,
    requests.flatMap(({ prepared }) => prepared.checkIns),
  );
  const hasRoom = await roomForFeedback(
    db,
    requests.flatMap(({ prepared }) => prepared.feedback),
    now,
  );
  return {
    monitor,
    roomForFeedback: hasRoom,
    project: (project) => projects.has(project),
    filter: (project) => projects.get(project) ?? filterOf(null),
    attachment: ({ eventId, name, digest }, project) =>
      attachments.has(attachmentKey(project, eventId, name, digest)),
    feedback: ({ project, feedbackId }) => feedback.has(`${project}:${feedbackId}`),
    redriven: (letter) => letters.has(letter),
    request: (project, identity) => known.has(`${project}:${identity}`),
  };
}

/** With their filters as they are now: a batch is decided by the rules of the moment it is made. */
async function existingProjects(
  db: MetadataDb,
  requests: readonly PlacedRequest[],
): Promise<ReadonlyMap<number, EventFilter>> {
  const named = [...new Set(requests.map(({ prepared }) => prepared.request.project))];
  // Project 0 stands for refusals whose project is not known; they have ledger lines and nothing else.
  const existing = new Map([[0, filterOf(null)]]);
  for (const part of statementParts(named, 1)) {
    const rows = await db
      .selectFrom('project')
      .leftJoin('project_filter', 'project_filter.project_id', 'project.id')
      .select(['project.id', 'project_filter.rules'])
      .where('project.id', 'in', part)
      .execute();
    for (const { id, rules } of rows) existing.set(id, filterOf(rules));
  }
  return existing;
}

async function storedAttachments(
  db: MetadataDb,
  requests: readonly PlacedRequest[],
): Promise<ReadonlySet<string>> {
  const stored = new Set<string>();
  const eventsOf = idsByProject(requests, ({ attachments }) => attachments.map(({ eventId }) => eventId));
  for (const [project, ids] of eventsOf)
    for (const part of statementParts(ids, 1)) {
      const rows = await db
        .selectFrom('attachment')
        .select(['event_id', 'name', 'blob'])
        .where('project_id', '=', project)
        .where('event_id', 'in', part)
        .execute();
      for (const { event_id, name, blob } of rows)
        stored.add(attachmentKey(project, event_id, name, blob.slice(blob.lastIndexOf('/') + 1)));
    }
  return stored;
}

async function storedFeedback(
  db: MetadataDb,
  requests: readonly PlacedRequest[],
): Promise<ReadonlySet<string>> {
  const stored = new Set<string>();
  const feedbackOf = idsByProject(requests, ({ feedback }) => feedback.map(({ feedbackId }) => feedbackId));
  for (const [project, ids] of feedbackOf)
    for (const part of statementParts(ids, 1)) {
      const rows = await db
        .selectFrom('feedback')
        .select('feedback_id')
        .where('project_id', '=', project)
        .where('feedback_id', 'in', part)
        .execute();
      for (const { feedback_id } of rows) stored.add(`${project}:${feedback_id}`);
    }
  return stored;
}

async function redrivenLetters(
  db: MetadataDb,
  requests: readonly PlacedRequest[],
): Promise<ReadonlySet<number>> {
  const named = requests.flatMap(({ prepared: { request } }) =>
    request.redriveOf ? [Number(request.redriveOf)] : [],
  );
  const redriven = new Set<number>();
  for (const part of statementParts(named, 1)) {
    const marked = db.selectFrom('dead_letter').select('id').where('redriven_at', 'is not', null);
    for (const { id } of await marked.where('id', 'in', part).execute()) redriven.add(id);
  }
  return redriven;
}

function idsByProject(
  requests: readonly PlacedRequest[],
  idsOf: (prepared: PlacedRequest['prepared']) => string[],
): Map<number, string[]> {
  const byProject = new Map<number, Set<string>>();
  for (const { prepared } of requests) {
    const ids = idsOf(prepared);
    if (ids.length === 0) continue;
    const { project } = prepared.request;
    const known = byProject.get(project) ?? new Set();
    for (const id of ids) known.add(id);
    byProject.set(project, known);
  }
  return new Map([...byProject].map(([project, ids]) => [project, [...ids]]));
}

/** Feedback may speak of an event stored long ago: its hash leads to the issue. By `project:eventId`. */
export async function hashesOfOlderEvents(
  telemetry: TelemetryStore,
  batch: Batch,
): Promise<ReadonlyMap<string, string>> {
  const inBatch = new Set(batch.events.map(({ row }) => `${row.project_id}:${row.event_id}`));
  const asked = batch.feedback
    .filter(({ project, eventId }) => eventId !== null && !inBatch.has(`${project}:${eventId}`))
    .slice(0, OLDER_EVENTS_MAX);
  const found = new Map<string, string>();
  for (const [project, feedback] of Map.groupBy(asked, (one) => one.project)) {
    const rows = await telemetry.select<{ event_id: string; grouping_hash: string }>(
      [project],
      `SELECT event_id, any(grouping_hash) AS grouping_hash FROM events
        WHERE project_id IN {projects:Array(UInt32)} AND event_id IN {ids:Array(String)} GROUP BY event_id`,
      { params: { ids: [...new Set(feedback.map(({ eventId }) => eventId))] } },
    );
    for (const row of rows) found.set(`${project}:${row.event_id}`, row.grouping_hash);
  }
  return found;
}
