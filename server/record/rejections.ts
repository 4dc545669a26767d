/**
 * The one table of refusals: code, HTTP status and the sentence the sender gets.
 * `detail` is appended to the sentence by the place that refuses, never instead of it.
 * docs/errors.md lists the same codes; a test keeps the two equal.
 */
import { Rejection } from '#server/platform/rejection.ts';

export const REJECTIONS = {
  key_missing: [
    403,
    'No ingest key was sent. Put the DSN of the project into the SDK, or send X-Sentry-Auth, ?sentry_key= or a dsn in the envelope header.',
  ],
  key_unknown: [403, 'This ingest key is not known here. Copy the DSN again from the project settings.'],
  key_disabled: [403, 'This ingest key is disabled. Enable it in the project settings or use another key.'],
  key_conflict: [
    403,
    'The request names more than one ingest key. Send the same key everywhere, or only once.',
  ],
  project_mismatch: [
    403,
    'This ingest key does not belong to the project in the address. Copy the DSN again from the project settings.',
  ],
  project_unknown: [404, 'There is no such project. Check the number at the end of the DSN.'],
  body_too_large: [413, 'The request body is larger than this server takes. Send less in one request.'],
  item_too_large: [413, 'An item is larger than the limit for its kind. Shorten it before sending.'],
  decompressed_too_large: [
    413,
    'The body decompresses to more than this server takes. Send less in one request.',
  ],
  compression_ratio: [
    413,
    'The body decompresses to far more than its size, as only a bomb does. Send it uncompressed.',
  ],
  encoding_unknown: [415, 'The Content-Encoding is not one of gzip, deflate, br, zstd or identity.'],
  encoding_invalid: [400, 'The body does not decompress with the Content-Encoding it declares.'],
  body_incomplete: [400, 'The request ended before its whole body arrived.'],
  body_empty: [400, 'The request has no body.'],
  http_invalid: [400, 'The bytes are not a valid HTTP/1.1 request.'],
  request_timeout: [
    408,
    'The request did not arrive whole within the time this server waits. Send it again.',
  ],
  address_too_long: [414, 'The address of the request, or a part of it, is longer than this server reads.'],
  headers_too_large: [431, 'The headers of the request are larger than this server reads.'],
  media_type_unknown: [415, 'This address does not take this Content-Type. Send application/json.'],
  envelope_invalid: [
    400,
    'The envelope cannot be read. See https://develop.sentry.dev/sdk/foundations/transport/envelopes/.',
  ],
  json_invalid: [400, 'The payload is not valid JSON.'],
  json_too_deep: [400, 'The JSON is nested deeper than this server reads.'],
  event_invalid: [400, 'The event must be a JSON object.'],
  event_id_invalid: [400, 'The event id must be 32 hexadecimal digits, with or without dashes.'],
  multipart_invalid: [400, 'The multipart form cannot be read.'],
  minidump_missing: [400, 'The form has no file named upload_file_minidump.'],
  minidump_invalid: [400, 'The file is not a minidump: it does not begin with MDMP.'],
  crash_report_invalid: [400, 'The body is not a crash report of the Unreal Engine.'],
  report_invalid: [400, 'The report is not one of the forms browsers send (CSP, NEL, Reporting API).'],
  check_in_invalid: [
    400,
    'The check-in needs a monitor slug, a status of in_progress, ok or error, and a configuration that can be read if it has one.',
  ],
  monitor_invalid: [400, 'The monitor cannot expect this.'],
  feedback_invalid: [400, 'The feedback needs a message.'],
  log_invalid: [400, 'A log of the item has no body; the others were taken.'],
  pickle_invalid: [400, 'The bytes are not a pickle as SocketHandler of Python’s logging sends it.'],
  pickle_refused: [
    400,
    'The pickle names code or objects, which are never loaded. Log texts, numbers, lists and dicts only.',
  ],
  python_record_invalid: [400, 'The record of Python’s logging needs the field msg.'],

  span_invalid: [
    400,
    'A span of the item has no trace id, span id, start or end that can be read; the others were taken.',
  ],
  too_many_items: [400, 'The envelope holds more items than this server takes in one request.'],
  too_many_records: [413, 'The request holds more records than this server takes in one. Send less at once.'],
  stream_missing: [422, 'At least one stream with a line is needed.'],
  streams_invalid: [400, 'Some streams of the push could not be used; the others were taken.'],
  push_invalid: [
    400,
    'The push is not of the form of https://grafana.com/docs/loki/latest/reference/loki-http-api/.',
  ],
  otlp_invalid: [400, 'The body is not a request of OTLP. See https://opentelemetry.io/docs/specs/otlp/.'],
  otlp_records_invalid: [400, 'Some records of the request could not be used; the others were taken.'],
  chunk_invalid: [400, 'A piece of the upload is not what its name says. Send it again.'],
  artifacts_full: [
    413,
    'There is no room for more uploads of builds. Delete old bundles of source maps in the project settings, or raise TANDEM_ARTIFACT_BYTES_MAX.',
  ],
  rate_limited: [
    429,
    'This ingest key sends more than its rate limit allows. Retry later, or raise the limit in the project settings.',
  ],
  quota_exceeded: [
    429,
    'The quota of this project is used up. Send less, wait until it begins anew, or raise it in the project settings.',
  ],
  overloaded: [429, 'The server is behind and takes this kind of record later. Retry after the time given.'],
  // The read side.
  not_signed_in: [401, 'Sign in, or send an API token as "Authorization: Bearer TOKEN".'],
  sign_in_failed: [401, 'The e-mail or the password is wrong.'],
  not_allowed: [403, 'You may not do this. Ask an administrator, or use a token with the scope it needs.'],
  cross_site: [403, 'The request came from another site. Open the page of this server and try again.'],
  not_found: [404, 'There is nothing at this address, or you may not see it.'],
  method_not_allowed: [405, 'This address does not take this method.'],
  letter_unreadable: [
    409,
    'The bytes of this dead letter are not a whole record. It can be read and deleted, not driven through again.',
  ],
  not_shown: [422, 'This file cannot be shown here. Download it instead.'],
  ownership_invalid: [400, 'Some lines of the ownership rules cannot be read; nothing was saved.'],
  release_in_use: [409, 'Issues began in this release, so it stays. Delete them first.'],
  issue_changed: [409, 'The issue was changed by somebody else meanwhile. Look at it again.'],
  rules_invalid: [400, 'Some of the grouping rules cannot be read; nothing was saved.'],
  conflict: [409, 'Something with this name exists already.'],
  request_invalid: [400, 'The request does not have the shape this address takes.'],
  noise_rule_invalid: [400, 'This rule for a pattern cannot be used.'],
  noise_precedes_issues: [
    409,
    'Records of this pattern go before occurrences of issues. Look at them, then send acknowledged: true.',
  ],
  filter_invalid: [400, 'A rule of the filters cannot be used.'],
  query_invalid: [400, 'The search cannot be read.'],
  query_too_large: [400, 'The query needs more than one query may use.'],
  query_too_costly: [
    422,
    'The question reads more than this server allows for one answer. Choose a shorter period or narrow the search.',
  ],
  too_many_queries: [
    429,
    'As many questions of yours are being answered, or wait, as this server takes of one person. Ask again in a moment.',
  ],
  export_too_large: [
    422,
    'The search finds more lines than one export may hold. Choose a shorter period or narrow the search.',
  ],
  cursor_invalid: [400, 'The cursor is not one this server gave out. Start again from the first page.'],
  setup_token_invalid: [
    403,
    'The set-up link is not valid any more. Restart the program to have a new one printed.',
  ],
  invite_invalid: [403, 'This link is not valid any more. Ask for a new one.'],
  password_wrong: [403, 'The current password is wrong.'],
  last_owner: [409, 'An organization needs an owner. Make somebody else an owner first.'],
  limit_reached: [409, 'There are as many of these as this server keeps. Delete some that are not needed.'],
  outbound_refused: [
    400,
    'This server does not call that address. Whoever runs it allows private ones by name, with TANDEM_OUTBOUND_ALLOW.',
  ],
  channel_invalid: [400, 'The channel cannot be used like this; nothing was saved.'],
  tracker_failed: [422, 'The tracker did not do it.'],
  too_many_tries: [429, 'Too many tries. Wait a minute and try again.'],
} as const satisfies Record<string, readonly [number, string]>;

export type RejectionCode = keyof typeof REJECTIONS;

/** Builds the refusal for a code of the table. */
export function reject(
  code: RejectionCode,
  detail = '',
  options: { headers?: Record<string, string>; cause?: unknown } = {},
): Rejection {
  const [status, sentence] = REJECTIONS[code];
  return new Rejection(code, status, detail ? `${sentence} (${detail})` : sentence, options);
}
