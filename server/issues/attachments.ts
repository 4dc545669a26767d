/** Files that came with events: their rows, and how they are handed out without ever being run by a browser. */
import type { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { Selectable } from 'kysely';
import type { Attachment, AttachmentText } from '#contract/events.ts';
import type { Viewer } from '#server/accounts/accounts.ts';
import { reject } from '#server/record/rejections.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import type { AttachmentTable } from '#server/store/metadata/schema.ts';
import { IMAGE_HEAD_BYTES, imageTypeOf, previewOf, textOf } from './attachment-kinds.ts';
import { removeUnlessShared } from './issue-deletion.ts';
import { type IssueStores, issueId, projectIds, visibleProjects } from './issues.ts';

/** Files shown with one event; an envelope seldom has five. */
const ATTACHMENTS_SHOWN_MAX = 100;
/** Of a picture that is shown in place: a screen of four thousand pixels is a quarter of it. */
const IMAGE_BYTES_MAX = 20 * 1024 * 1024;
/** Of a text that is shown: as much as one reads; the rest is a download. */
const TEXT_BYTES_MAX = 256 * 1024;

type AttachmentRow = Selectable<AttachmentTable>;

export async function attachmentsOf(db: MetadataDb, project: number, eventId: string): Promise<Attachment[]> {
  const rows = await db
    .selectFrom('attachment')
    .selectAll()
    .where('project_id', '=', project)
    .where('event_id', '=', eventId)
    .orderBy('id')
    .limit(ATTACHMENTS_SHOWN_MAX)
    .execute();
  return rows.map(toAttachment);
}

export function toAttachment(row: AttachmentRow): Attachment {
  return {
    id: String(row.id),
    name: row.name,
    contentType: row.content_type,
    attachmentType: row.attachment_type,
    bytes: row.bytes,
    createdAt: new Date(row.created_at).toISOString(),
    url: `/api/v1/attachments/${row.id}`,
    preview: previewOf(row.name, row.content_type, row.attachment_type),
  };
}

async function findAttachment(stores: IssueStores, viewer: Viewer, id: string): Promise<AttachmentRow> {
  const projects = projectIds(await visibleProjects(stores, viewer));
  const row = await stores.metadata.db
    .selectFrom('attachment')
    .selectAll()
    .where('id', '=', issueId(id))
    .executeTakeFirst();
  if (!row || !projects.includes(row.project_id)) throw reject('not_found', `no attachment ${id}`);
  return row;
}

/** Sends a file as a download. Its name and type came from a sender: both are only ever quoted. */
export async function sendAttachment(
  stores: IssueStores,
  viewer: Viewer,
  id: string,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const row = await findAttachment(stores, viewer, id);
  const stream = await stores.blobs.stream(row.blob);
  return reply.headers(downloadHeaders(row.name)).header('content-length', row.bytes).send(stream);
}

/** Sends a picture to be shown in place, under the type that its bytes have. Everything else is refused. */
export async function sendImage(
  stores: IssueStores,
  viewer: Viewer,
  id: string,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const row = await findAttachment(stores, viewer, id);
  if (row.bytes > IMAGE_BYTES_MAX) throw reject('not_shown', `more than ${IMAGE_BYTES_MAX} bytes`);
  const bytes = await stores.blobs.get(row.blob);
  const type = imageTypeOf(bytes.subarray(0, IMAGE_HEAD_BYTES));
  if (type === null) throw reject('not_shown', 'its bytes are no picture of a kind that is shown');
  const { 'content-disposition': disposition, ...headers } = downloadHeaders(row.name);
  return reply
    .headers({
      ...headers,
      'content-type': type,
      'content-disposition': disposition!.replace(/^attachment/, 'inline'),
      'cross-origin-resource-policy': 'same-origin',
    })
    .send(bytes);
}

/** The beginning of a text, as JSON of ours: a browser never reads the file itself as anything. */
export async function readAttachmentText(
  stores: IssueStores,
  viewer: Viewer,
  id: string,
): Promise<AttachmentText> {
  const row = await findAttachment(stores, viewer, id);
  const text = textOf(await readStart(await stores.blobs.stream(row.blob), TEXT_BYTES_MAX));
  if (text === null) throw reject('not_shown', 'its bytes are no text');
  return { text, cutShort: row.bytes > TEXT_BYTES_MAX };
}

async function readStart(stream: Readable, bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= bytesMax) break;
  }
  return Buffer.concat(chunks).subarray(0, bytesMax);
}

export async function deleteAttachment(stores: IssueStores, viewer: Viewer, id: string): Promise<void> {
  const row = await findAttachment(stores, viewer, id);
  await stores.metadata.db.deleteFrom('attachment').where('id', '=', row.id).execute();
  await removeUnlessShared(stores, row.blob);
}

/** All files of an event, or of feedback. */
export async function deleteAttachmentsOf(
  stores: Pick<IssueStores, 'metadata' | 'blobs'>,
  project: number,
  eventId: string,
): Promise<void> {
  const gone = await stores.metadata.db
    .deleteFrom('attachment')
    .where('project_id', '=', project)
    .where('event_id', '=', eventId)
    .returning('blob')
    .execute();
  for (const blob of new Set(gone.map((row) => row.blob))) await removeUnlessShared(stores, blob);
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
