/**
 * `/api/:project/security/`, `/csp-report/` and `/nel/`: what browsers report by themselves, each report an
 * event. All three addresses take all forms, told apart by their fields, since pages configure them as they like.
 * Browsers send no header of ours: the key is in `?sentry_key=`, with `sentry_release` and `sentry_environment`.
 */
import type { Decoded, IngestRequest, Route } from '#server/ingest/protocol.ts';
import { Rejection } from '#server/platform/rejection.ts';
import { reject } from '#server/record/rejections.ts';
import { answerId } from './answers.ts';
import { certificateEvent } from './certificate-report.ts';
import { type Contents, drop, holds } from './contents.ts';
import { credentialsOf } from './credentials.ts';
import { cspEvent } from './csp-report.ts';
import type { Item } from './envelope-reader.ts';
import { eventRecord } from './event.ts';
import { newEventId } from './event-id.ts';
import { isObject, type JsonObject, readJson, textOf } from './json.ts';
import { REPORTS_PER_BODY_MAX, SECURITY_REPORT_BYTES_MAX } from './limits.ts';
import { networkErrorEvent } from './network-error-report.ts';
import { senderOf } from './sender.ts';

export const securityRoutes: Route[] = ['security', 'csp-report', 'nel'].map((name) => ({
  method: 'POST',
  path: `/api/:project/${name}/`,
  bodyBytesMax: SECURITY_REPORT_BYTES_MAX,
  credentials: (request) => credentialsOf(request),
  holds: holds('security'),
  decode: decodeSecurity,
  answer: answerId,
}));

function decodeSecurity(request: IngestRequest): Decoded {
  const { records, counts, eventId } = decodeReports(request.body, request);
  return { request: { ...senderOf(request), eventId, records }, counts };
}

/** A report that a relay forwards in an envelope, with what stood in the address in the item header. */
export function decodeSecurityItem({ header, payload }: Item, request: IngestRequest): Contents {
  const query = new URLSearchParams();
  for (const name of ['sentry_release', 'sentry_environment']) query.set(name, textOf(header[name]) ?? '');
  return decodeReports(payload, { ...request, query });
}

/** One bad report of several is counted; alone it is refused. */
function decodeReports(body: Buffer, request: Arrival): Contents {
  if (body.length === 0) throw reject('body_empty');
  const { value } = readJson(body);
  const reports = Array.isArray(value) ? value : [value];
  if (reports.length > REPORTS_PER_BODY_MAX)
    throw reject('too_many_items', `at most ${REPORTS_PER_BODY_MAX} reports`);
  const contents: Contents = { records: [], counts: [] };
  let firstRefusal: Rejection | undefined;
  for (const report of reports) {
    try {
      decodeReport(report, request, contents, reports.length > 1);
    } catch (error) {
      if (!(error instanceof Rejection)) throw error;
      firstRefusal ??= error;
      contents.counts.push(drop('security', 'invalid_item', Buffer.byteLength(JSON.stringify(report))));
    }
  }
  if (firstRefusal && contents.counts.length === reports.length) throw firstRefusal;
  return contents;
}

/** What the address and the headers add to a report. */
type Arrival = Pick<IngestRequest, 'query' | 'headers' | 'receivedAt'>;

/** One of several needs an id of its own; a single one has the request's, which an envelope may have named. */
function decodeReport(report: unknown, request: Arrival, contents: Contents, isOneOfSeveral: boolean): void {
  const event = readReport(report);
  if (event === undefined) {
    contents.counts.push(drop('security', 'unknown_item', Buffer.byteLength(JSON.stringify(report))));
    return;
  }
  const eventId = newEventId();
  contents.eventId ??= eventId;
  const whole = complete(event, report as JsonObject, request, eventId);
  contents.records.push(eventRecord(whole, 'security', isOneOfSeveral ? { eventId } : {}));
}

/** Undefined for reports that are no errors of the page, such as deprecations. Throws report_invalid. */
function readReport(report: unknown): JsonObject | undefined {
  if (!isObject(report)) throw reject('report_invalid');
  if (isObject(report['csp-report'])) return cspEvent(report['csp-report']);
  if ('expect-ct-report' in report) return certificateEvent('expectct', report['expect-ct-report']);
  if ('expect-staple-report' in report)
    return certificateEvent('expectstaple', report['expect-staple-report']);
  if ('known-pins' in report) return certificateEvent('hpkp', report);
  if (typeof report.type !== 'string' || !isObject(report.body)) throw reject('report_invalid');
  if (report.type === 'csp-violation') return cspEvent(report.body);
  return report.type === 'network-error' ? networkErrorEvent(report) : undefined;
}

function complete(
  event: JsonObject,
  report: JsonObject,
  { query, headers, receivedAt }: Arrival,
  eventId: string,
): JsonObject {
  // Reports wait in the browser; `age` is how long, in milliseconds.
  const age = typeof report.age === 'number' && report.age > 0 ? report.age : 0;
  const userAgent = textOf(report.user_agent) ?? headers['user-agent'];
  const page = event.request as { headers?: [string, string][] };
  return {
    event_id: eventId,
    platform: 'other',
    timestamp: (receivedAt - age) / 1000,
    release: textOf(query.get('sentry_release')),
    environment: textOf(query.get('sentry_environment')),
    user: { ip_address: '{{auto}}' },
    ...event,
    request: {
      ...page,
      headers: [...(page.headers ?? []), ...(userAgent ? [['User-Agent', userAgent]] : [])],
    },
  };
}
