/**
 * How much of each kind one request may carry. Bytes are after decompression, JSON or raw as sent.
 * Source of the numbers: https://develop.sentry.dev/sdk/foundations/transport/envelopes/#size-limits,
 * so that no SDK which keeps to them is ever refused. The size of the whole body is the listener's limit.
 */
const KIB = 1024;
const MIB = 1024 * KIB;

/** One event, transaction or feedback; also one container of spans, logs or metrics. */
export const EVENT_BYTES_MAX = MIB;
export const CHECK_IN_BYTES_MAX = 100 * KIB;
export const CLIENT_REPORT_BYTES_MAX = 4 * KIB;
/** One session or one item of aggregates: 100 aggregates of about 200 bytes, with room. */
export const SESSION_BYTES_MAX = 100 * KIB;
export const ATTACHMENT_BYTES_MAX = 100 * MIB;
/** A user report is four short texts; comments are cut by the form that asks for them. */
export const USER_REPORT_BYTES_MAX = 64 * KIB;
/** A browser caps one report at a few KiB; a body of the Reporting API holds a queue of them. */
export const SECURITY_REPORT_BYTES_MAX = MIB;

/**
 * JSON of one envelope that is parsed, of all its items together: an event and a hundred sessions of common size are
 * a quarter of it. The worst 8 MiB took 0.1 s; without the limit the worst 100 MB, which compress to one, took 2 s, in
 * which nobody else was answered.
 */
export const JSON_PER_ENVELOPE_BYTES_MAX = 8 * MIB;

/** Sessions of one envelope, and aggregates of one `sessions` item. */
export const SESSIONS_PER_ENVELOPE_MAX = 100;
/** Records of one log item: SDKs send a hundred at once. A record's row is larger than `{"body":""}`, so bytes are no bound. */
export const LOGS_PER_ITEM_MAX = 10_000;
/** Spans of one span item or transaction: SDKs send a thousand at most. A row is larger than what is sent. */
export const SPANS_PER_ITEM_MAX = 10_000;
/** Reports of one Reporting API body; Chromium queues at most 100 per endpoint. */
export const REPORTS_PER_BODY_MAX = 100;
/** Items of one envelope: 100 sessions, an event and its attachments leave ample room. */
export const ITEMS_PER_ENVELOPE_MAX = 1_000;

/** The envelope header with its trace context, and the header line of one item: real ones stay below 2 KiB. */
export const HEADER_BYTES_MAX = 64 * KIB;

/** Levels of nesting. SDKs cut at 3 to 10; 128 is far above and far below what a recursive reader survives. */
export const JSON_DEPTH_MAX = 128;
