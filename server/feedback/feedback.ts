/**
 * Feedback as people see it: found only through the projects of the viewer's organization, with the issue it speaks
 * of and the files that came with it. What users wrote is kept and handed out as text, and is never markup.
 */
import { type Expression, type SqlBool, sql } from 'kysely';
import type * as z from 'zod';
import type { Attachment } from '#contract/events.ts';
import type { Feedback, FeedbackList, FeedbackQuery, FeedbackStatus } from '#contract/feedback.ts';
import type { ProjectSummary } from '#contract/people.ts';
import type { Viewer } from '#server/accounts/accounts.ts';
import { deleteAttachmentsOf, toAttachment } from '#server/issues/attachments.ts';
import { readCursor, writeCursor } from '#server/issues/cursor.ts';
import {
  findIssue,
  type IssueStores,
  iso,
  issueId,
  projectIds,
  visibleProjects,
} from '#server/issues/issues.ts';
import { shortId } from '#server/issues/short-id.ts';
import { likeAnywhere } from '#server/query/like.ts';
import { reject } from '#server/record/rejections.ts';

/** Files shown with one entry; the widget sends one. */
const ATTACHMENTS_SHOWN = 10;

export async function listFeedback(
  stores: IssueStores,
  viewer: Viewer,
  { project, issue, status, query, cursor, limit }: z.output<typeof FeedbackQuery>,
): Promise<FeedbackList> {
  const projects = await visibleProjects(stores, viewer, project);
  const ids = [0, ...projectIds(projects)];
  const found = issue === '' ? null : (await findIssue(stores, viewer, issue)).row.id;
  const all = stores.metadata.db
    .selectFrom('feedback')
    .where('feedback.project_id', 'in', ids)
    .$if(found !== null, (page) => page.where('feedback.issue_id', '=', found));
  const after = readCursor(cursor, 'feedback');
  const [rows, counted] = await Promise.all([
    all
      .leftJoin('issue', 'issue.id', 'feedback.issue_id')
      .selectAll('feedback')
      .select(['issue.number', 'issue.title'])
      .$if(status !== '', (page) => page.where('feedback.status', '=', status as FeedbackStatus))
      .$if(status === '', (page) => page.where('feedback.status', '<>', 'spam'))
      .$if(query !== '', (page) => page.where(mentions(query)))
      .$if(after !== null, (page) => page.where('feedback.id', '<', after!.value))
      .orderBy('feedback.id', 'desc')
      .limit(limit + 1)
      .execute(),
    all
      .select(['feedback.status', (of) => of.fn.countAll<number>().as('count')])
      .groupBy('feedback.status')
      .execute(),
  ]);
  const shown = rows.slice(0, limit);
  const files = await filesOf(stores, shown);
  const byId = new Map(projects.map((one) => [Number(one.id), one]));
  const counts = { unread: 0, read: 0, resolved: 0, spam: 0 };
  for (const { status: of, count } of counted) counts[of] = Number(count);
  const last = shown.at(-1);
  return {
    items: shown.map((row) =>
      toFeedback(row, byId.get(row.project_id)!, files.get(`${row.project_id}:${row.feedback_id}`) ?? []),
    ),
    counts,
    nextCursor:
      rows.length > limit && last
        ? writeCursor({ list: 'feedback', way: 'after', value: last.id, id: '0' })
        : null,
  };
}

function mentions(query: string): Expression<SqlBool> {
  const pattern = likeAnywhere([query.toLowerCase()]);
  const texts = ['message', 'name', 'email', 'url'].map(
    (column) => sql<SqlBool>`lower(${sql.ref(`feedback.${column}`)}) like ${pattern} escape '\\'`,
  );
  return sql<SqlBool>`(${sql.join(texts, sql` or `)})`;
}

interface Row {
  id: number;
  project_id: number;
  feedback_id: string | null;
  event_id: string | null;
  issue_id: number | null;
  number: number | null;
  title: string | null;
  name: string;
  email: string;
  message: string;
  url: string;
  status: FeedbackStatus;
  trace_id: string;
  replay_id: string;
  source: string;
  environment: string;
  release: string;
  created_at: number;
}

function toFeedback(row: Row, project: ProjectSummary, attachments: Attachment[]): Feedback {
  const { issue_id, number, title } = row;
  return {
    id: String(row.id),
    project: { id: project.id, slug: project.slug, name: project.name },
    status: row.status,
    name: row.name,
    email: row.email,
    message: row.message,
    url: row.url,
    source: row.source,
    environment: row.environment,
    release: row.release,
    at: iso(row.created_at),
    eventId: row.event_id,
    issue:
      issue_id === null || number === null
        ? null
        : { id: String(issue_id), shortId: shortId(project.slug, number), title: title ?? '' },
    traceId: row.trace_id || null,
    replayId: row.replay_id || null,
    attachments,
  };
}

/** Screenshots are attachments of the feedback's own event. By `project:feedback`. */
async function filesOf(
  { metadata }: IssueStores,
  rows: readonly Row[],
): Promise<ReadonlyMap<string, Attachment[]>> {
  const files = new Map<string, Attachment[]>();
  for (const [project, of] of Map.groupBy(rows, (row) => row.project_id)) {
    const ids = of.flatMap(({ feedback_id }) => feedback_id ?? []);
    if (ids.length === 0) continue;
    const found = await metadata.db
      .selectFrom('attachment')
      .selectAll()
      .where('project_id', '=', project)
      .where('event_id', 'in', ids)
      .orderBy('id')
      .limit(ids.length * ATTACHMENTS_SHOWN)
      .execute();
    for (const [event, own] of Map.groupBy(found, (row) => row.event_id))
      files.set(`${project}:${event}`, own.slice(0, ATTACHMENTS_SHOWN).map(toAttachment));
  }
  return files;
}

export async function markFeedback(
  stores: IssueStores,
  viewer: Viewer,
  { ids, status }: { ids: readonly string[]; status: FeedbackStatus },
): Promise<void> {
  const projects = projectIds(await visibleProjects(stores, viewer));
  await stores.metadata.db
    .updateTable('feedback')
    .set({ status })
    .where('project_id', 'in', [0, ...projects])
    .where('id', 'in', ids.map(issueId))
    .execute();
}

export async function deleteFeedback(stores: IssueStores, viewer: Viewer, id: string): Promise<void> {
  const projects = projectIds(await visibleProjects(stores, viewer));
  const gone = await stores.metadata.db
    .deleteFrom('feedback')
    .where('project_id', 'in', [0, ...projects])
    .where('id', '=', issueId(id))
    .returning(['project_id', 'feedback_id'])
    .executeTakeFirst();
  if (!gone) throw reject('not_found', `no feedback ${id.slice(0, 20)}`);
  if (gone.feedback_id) await deleteAttachmentsOf(stores, gone.project_id, gone.feedback_id);
}
