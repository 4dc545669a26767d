/**
 * Feedback of users outside of envelopes: the form of the crash-report dialog, and the legacy JSON address
 * (`/api/0/projects/ORGANISATION/PROJECT/user-feedback/` with `Authorization: DSN …`).
 */
import type { Answer, Decoded, IngestRequest, Route } from '#server/ingest/protocol.ts';
import { answerEmpty } from './answers.ts';
import { holds, keep } from './contents.ts';
import { credentialsOf } from './credentials.ts';
import { readEventId } from './event-id.ts';
import { requireUserReport } from './feedback.ts';
import { type JsonObject, readJsonObject } from './json.ts';
import { USER_REPORT_BYTES_MAX } from './limits.ts';
import { REPORT_DIALOG_SCRIPT } from './report-dialog.ts';
import { senderOf } from './sender.ts';

const DIALOG_PATH = '/api/embed/error-page/';

export const userFeedbackRoutes: Route[] = [
  {
    method: 'GET',
    path: DIALOG_PATH,
    credentials: (request) => credentialsOf(request, request.query.get('dsn')),
    holds: () => [],
    decode: () => ({ request: { records: [] }, counts: [] }),
    answer: answerDialog,
  },
  {
    method: 'POST',
    path: DIALOG_PATH,
    bodyBytesMax: USER_REPORT_BYTES_MAX,
    credentials: (request) => credentialsOf(request, request.query.get('dsn')),
    holds: holds('feedback'),
    decode: decodeDialogForm,
    answer: answerEmpty,
  },
  ...['/api/:project/user-feedback/', '/api/0/projects/:organization/:slug/user-feedback/'].map(
    (path): Route => ({
      method: 'POST',
      path,
      bodyBytesMax: USER_REPORT_BYTES_MAX,
      credentials: (request) => credentialsOf(request),
      holds: holds('feedback'),
      decode: (request) => userReport(request, readJsonObject(request.body).value),
      answer: answerEmpty,
    }),
  ),
];

function decodeDialogForm(request: IngestRequest): Decoded {
  const form = new URLSearchParams(request.body.toString('utf8'));
  const text = (name: string) => form.get(name) ?? '';
  return userReport(request, {
    event_id: request.query.get('eventId') ?? form.get('eventId'),
    name: text('name'),
    email: text('email'),
    comments: text('comments'),
    source: 'crash_dialog',
  });
}

function userReport(request: IngestRequest, report: JsonObject): Decoded {
  requireUserReport(report);
  const { name, email, comments, source } = report;
  const eventId = readEventId(report.event_id);
  const payload = Buffer.from(JSON.stringify({ event_id: eventId, name, email, comments, source }));
  return {
    request: { ...senderOf(request), eventId, records: [keep('user_report', 'feedback', payload)] },
    counts: [],
  };
}

function answerDialog(): Answer {
  return {
    status: 200,
    headers: { 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'public, max-age=3600' },
    body: REPORT_DIALOG_SCRIPT,
  };
}
