/**
 * `/api/:project/events/:event_id/attachments/`: files added to an event, as a form. Older native SDKs send
 * these apart from the event, in either order.
 */
import type { Decoded, IngestRequest, Route } from '#server/ingest/protocol.ts';
import { reject } from '#server/record/rejections.ts';
import { answerId } from './answers.ts';
import { attachmentOf } from './attachment.ts';
import { holds } from './contents.ts';
import { credentialsOf } from './credentials.ts';
import { readEventId } from './event-id.ts';
import { readForm } from './multipart.ts';
import { senderOf } from './sender.ts';

export const attachmentsRoute: Route = {
  method: 'POST',
  path: '/api/:project/events/:event_id/attachments/',
  credentials: (request) => credentialsOf(request),
  holds: holds('attachment'),
  decode: decodeAttachments,
  answer: answerId,
};

async function decodeAttachments(request: IngestRequest): Promise<Decoded> {
  const eventId = readEventId(request.params.event_id);
  if (eventId === undefined) throw reject('event_id_invalid');
  if (request.body.length === 0) throw reject('body_empty');
  const { files } = await readForm(request);
  const records = files.map((file) =>
    attachmentOf(file.bytes, file.filename || file.field, file.contentType),
  );
  return { request: { ...senderOf(request), eventId, records }, counts: [] };
}
