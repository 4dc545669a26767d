/** From an event to the log record that told of the same error, and back. */
import type { EventLog, IssueLogs } from '#contract/log-errors.ts';
import type { Viewer } from '#server/accounts/accounts.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import { type IssueStores, projectIds, visibleProjects } from './issues.ts';
import { shortId } from './short-id.ts';

/** As process names what an SDK sent of an error that a log had told of before. */
const SDK_EVENT_TYPE = 'tandem.sdk_event';
/** An event as it is stored is never longer, bytes. */
const SDK_EVENT_BYTES_MAX = 8 * 1024 * 1024;

export async function logOfEvent(db: MetadataDb, project: number, eventId: string): Promise<EventLog | null> {
  const row = await db
    .selectFrom('log_error')
    .select(['log_id', 'event_id', 'sdk_event_id'])
    .where('project_id', '=', project)
    .where(({ or, eb }) => or([eb('event_id', '=', eventId), eb('sdk_event_id', '=', eventId)]))
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  if (!row) return null;
  const from = row.event_id !== eventId ? 'sdk' : row.sdk_event_id === '' ? 'log' : 'both';
  return { recordId: row.log_id, from };
}

/** Records looked at for the patterns of an issue: an error is mostly logged at one place of a program. */
const NEWEST_RECORDS = 100;
const PATTERNS_MAX = 5;

/** Null: no event of the issue is made of a log record. */
export async function logsOfIssue(db: MetadataDb, issue: number): Promise<IssueLogs | null> {
  const hashes = await db
    .selectFrom('issue_hash')
    .select(['project_id', 'hash', 'log_count'])
    .where('issue_id', '=', issue)
    .where('log_count', '>', 0)
    .execute();
  if (hashes.length === 0) return null;
  const records = await db
    .selectFrom('log_error')
    .select(['log_id', 'pattern'])
    .where('project_id', '=', hashes[0]!.project_id)
    .where(
      'hash',
      'in',
      hashes.slice(0, NEWEST_RECORDS).map(({ hash }) => hash),
    )
    .orderBy('id', 'desc')
    .limit(NEWEST_RECORDS)
    .execute();
  const patterns = new Set(records.map(({ pattern }) => pattern).filter((pattern) => pattern !== ''));
  return {
    events: hashes.reduce((sum, { log_count }) => sum + log_count, 0),
    patterns: [...patterns].slice(0, PATTERNS_MAX),
    recordId: records[0]?.log_id ?? null,
  };
}

/** What the SDK sent of an event that was made of a log record: it knows more. Null: nothing, or it is not kept. */
export async function sdkPayload(
  { metadata, blobs }: Pick<IssueStores, 'metadata' | 'blobs'>,
  project: number,
  eventId: string,
): Promise<Record<string, unknown> | null> {
  const file = await metadata.db
    .selectFrom('attachment')
    .select('blob')
    .where('project_id', '=', project)
    .where('event_id', '=', eventId)
    .where('attachment_type', '=', SDK_EVENT_TYPE)
    .where('bytes', '<=', SDK_EVENT_BYTES_MAX)
    .limit(1)
    .executeTakeFirst();
  if (!file) return null;
  const bytes = await blobs.get(file.blob);
  return bytes && (JSON.parse(Buffer.from(bytes).toString('utf8')) as Record<string, unknown>);
}

/** Of the exception in a log record: the event that stands for it, and its issue. */
export interface LogError {
  eventId: string;
  issue: { id: string; shortId: string; title: string };
}

/** Null: the record tells of no exception, or not yet. */
export async function errorOfLog(stores: IssueStores, viewer: Viewer, id: string): Promise<LogError | null> {
  const project = Number(/^\d{1,9}(?=-)/.exec(id)?.[0]);
  const projects = await visibleProjects(stores, viewer);
  if (!projectIds(projects).includes(project)) return null;
  const row = await stores.metadata.db
    .selectFrom('log_error')
    .innerJoin('issue_hash', (join) =>
      join
        .onRef('issue_hash.project_id', '=', 'log_error.project_id')
        .onRef('issue_hash.hash', '=', 'log_error.hash'),
    )
    .innerJoin('issue', 'issue.id', 'issue_hash.issue_id')
    .select(['issue.id', 'issue.number', 'issue.title', 'log_error.event_id', 'log_error.sdk_event_id'])
    .where('log_error.project_id', '=', project)
    .where('log_error.log_id', '=', id)
    .limit(1)
    .executeTakeFirst();
  if (!row) return null;
  const { slug } = projects.find((one) => one.id === String(project))!;
  const eventId = (await standsFor(stores, project, row)) ?? row.event_id;
  return { eventId, issue: { id: String(row.id), shortId: shortId(slug, row.number), title: row.title } };
}

/** Where an SDK came first its event stands for both; where it came later, what it sent is with the event of the log. */
async function standsFor(
  { metadata }: IssueStores,
  project: number,
  row: { event_id: string; sdk_event_id: string },
): Promise<string | undefined> {
  if (row.sdk_event_id === '') return row.event_id;
  const kept = await metadata.db
    .selectFrom('attachment')
    .select('event_id')
    .where('project_id', '=', project)
    .where('event_id', '=', row.event_id)
    .where('attachment_type', '=', SDK_EVENT_TYPE)
    .limit(1)
    .executeTakeFirst();
  return kept ? row.event_id : row.sdk_event_id;
}

/** An SDK's event that stands in another one: people know it by the id that the SDK gave them. */
export async function eventStandingFor(
  db: MetadataDb,
  projects: readonly number[],
  sdkEventId: string,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('log_error')
    .select('event_id')
    .where('project_id', 'in', [...projects])
    .where('sdk_event_id', '=', sdkEventId)
    .limit(1)
    .executeTakeFirst();
  return row?.event_id;
}
