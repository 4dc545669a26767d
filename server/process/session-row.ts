/**
 * Rows of release health from session items. A session counts once, at `init`; its later updates are rows of
 * their own with the same id and a higher sequence, so that reading takes the last word about it.
 * Source: develop.sentry.dev/sdk/telemetry/sessions.
 */
import type { SessionRow } from '#server/store/telemetry/rows.ts';
import { BOUNDS } from './normalize/bounds.ts';
import { isRecord, type Json, numberOf, parseHostileJson, Reader } from './normalize/reader.ts';
import { parseTime } from './normalize/timestamps.ts';

const STATUSES = ['ok', 'exited', 'crashed', 'abnormal', 'errored', 'unhandled'];
/** Sentry takes 100 buckets per item; more are left out. */
const AGGREGATES_MAX = 100;
/** Nobody runs this many sessions in a minute; a larger number is a mistake or an attack on the sums. */
const SESSIONS_OF_BUCKET_MAX = 1_000_000;

/** Empty when the item has no release: it could not count toward any. */
export function sessionRows(
  type: 'session' | 'sessions',
  payload: Uint8Array,
  project: number,
  receivedAt: number,
): SessionRow[] {
  const item = parseHostileJson(payload);
  if (!isRecord(item)) return [];
  const reader = new Reader();
  const attributes = isRecord(item.attrs) ? item.attrs : {};
  const release = reader.field(attributes.release, 'attrs.release');
  if (release === undefined) return [];
  const shared = {
    project_id: project,
    received_at: receivedAt,
    release,
    environment: reader.field(attributes.environment, 'attrs.environment', 64) ?? '',
  };
  if (type === 'session') return [{ ...shared, ...oneSession(item, receivedAt, reader) }];
  const buckets = Array.isArray(item.aggregates)
    ? item.aggregates.filter(isRecord).slice(0, AGGREGATES_MAX)
    : [];
  return buckets.flatMap((bucket) =>
    ['exited', 'errored', 'abnormal', 'crashed', 'unhandled'].flatMap((status) => {
      const quantity = Math.min(reader.integer(bucket[status], status) ?? 0, SESSIONS_OF_BUCKET_MAX);
      if (quantity <= 0) return [];
      const row: SessionRow = {
        ...shared,
        started: startOf(bucket.started, receivedAt),
        session_id: '',
        user_key: userOf(bucket, reader),
        sequence: 0,
        status,
        errors: status === 'exited' ? 0 : 1,
        duration_ms: null,
        init: 1,
        quantity,
      };
      return [row];
    }),
  );
}

function oneSession(item: Json, receivedAt: number, reader: Reader) {
  const said = reader.field(item.status, 'status', 32)?.toLowerCase() ?? 'ok';
  const status = STATUSES.includes(said) ? said : 'ok';
  const init = item.init === true;
  const seconds = numberOf(item.duration);
  return {
    started: startOf(item.started ?? item.timestamp, receivedAt),
    session_id: reader.field(item.sid, 'sid', 64)?.replaceAll('-', '').toLowerCase() ?? '',
    user_key: userOf(item, reader),
    sequence: init ? 0 : Math.max(0, reader.integer(item.seq, 'seq') ?? receivedAt),
    status,
    errors: Math.max(
      status === 'crashed' ? 1 : 0,
      Math.min(reader.integer(item.errors, 'errors') ?? 0, 4_294_967_295),
    ),
    duration_ms:
      item.duration != null && seconds >= 0 && seconds < 4_294_967 ? Math.round(seconds * 1000) : null,
    init: init ? 1 : 0,
    quantity: 1,
  };
}

function userOf(item: Json, reader: Reader): string {
  const id = reader.field(item.did, 'did', BOUNDS.fieldChars);
  return id ? `id:${id}` : '';
}

/** The start as sent when it can be true (five days back, as Sentry takes updates), else the time of receipt. */
function startOf(value: unknown, receivedAt: number): number {
  const time = parseTime(value);
  return time !== undefined && time <= receivedAt + 60_000 && time > receivedAt - 5 * 86_400_000
    ? time
    : receivedAt;
}
