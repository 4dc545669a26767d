/** Files that came with events: their rows, and how they are handed out without ever being run by a browser. */
import type { FastifyReply } from 'fastify';
import type { Attachment } from '#contract/events.ts';
import type { Viewer } from '#server/accounts/accounts.ts';
import { reject } from '#server/record/rejections.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import { type IssueStores, issueId, projectIds, visibleProjects } from './issues.ts';

/** Files shown with one event; an envelope seldom has five. */
const ATTACHMENTS_SHOWN_MAX = 100;

export async function attachmentsOf(db: MetadataDb, project: number, eventId: string): Promise<Attachment[]> {
  const rows = await db
    .selectFrom('attachment')
    .selectAll()
    .where('project_id', '=', project)
    .where('event_id', '=', eventId)
    .orderBy('id')
    .limit(ATTACHMENTS_SHOWN_MAX)
    .execute();
  return rows.map((row) => ({
    id: String(row.id),
    name: row.name,
    contentType: row.content_type,
    attachmentType: row.attachment_type,
    bytes: row.bytes,
    createdAt: new Date(row.created_at).toISOString(),
    url: `/api/v1/attachments/${row.id}`,
  }));
}

/** Sends a file as a download. Its name and type came from a sender: both are only ever quoted. */
export async function sendAttachment(
  stores: IssueStores,
  viewer: Viewer,
  id: string,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const projects = projectIds(await visibleProjects(stores, viewer));
  const row = await stores.metadata.db
    .selectFrom('attachment')
    .selectAll()
    .where('id', '=', issueId(id))
    .executeTakeFirst();
  if (!row || !projects.includes(row.project_id)) throw reject('not_found', `no attachment ${id}`);
  const stream = await stores.blobs.stream(row.blob);
  return reply.headers(downloadHeaders(row.name)).header('content-length', row.bytes).send(stream);
}

/**
 * Never shown in place, never sniffed, never the sender's content type: a page sent as an attachment must not
 * become a page of this site.
 */
export function downloadHeaders(fileName: string): Record<string, string> {
  const ascii = fileName.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_').slice(0, 200) || 'file';
  // RFC 8187: what encodeURIComponent leaves alone but the grammar does not allow.
  const encoded = encodeURIComponent(fileName.toWellFormed().slice(0, 200)).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return {
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`,
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    'cache-control': 'private, no-store',
  };
}
