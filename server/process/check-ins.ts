/**
 * Cron check-ins: the monitor is made or updated by the config a check-in carries, and a later check-in with
 * the same id updates the first (in progress, then ok or error). Source: develop.sentry.dev/sdk/telemetry/check-ins.
 */
import type { AcceptedRequest } from '#server/record/accepted.ts';
import type { MetadataTransaction } from '#server/store/metadata/metadata.ts';
import { isRecord, numberOf, parseHostileJson, Reader } from './normalize/reader.ts';

export interface CheckInDraft {
  project: number;
  slug: string;
  /** All zeros: the latest check-in of the monitor that is in progress. */
  checkInId: string;
  status: 'in_progress' | 'ok' | 'error';
  durationMs: number | null;
  environment: string;
  release: string;
  traceId: string;
  /** JSON of monitor_config, or null when it was not sent. */
  config: string | null;
  at: number;
}

const LATEST = '0'.repeat(32);
/** Characters, as the door takes them: names made by generators may differ in the last ones only. */
const SLUG_CHARS_MAX = 200;

export function readCheckIn(payload: Uint8Array, request: AcceptedRequest): CheckInDraft {
  const item = parseHostileJson(payload);
  if (!isRecord(item)) throw new Error('check-in is not a JSON object');
  const reader = new Reader();
  const slug = reader.field(item.monitor_slug, 'monitor_slug', SLUG_CHARS_MAX)?.toLowerCase();
  const status = item.status;
  if (!slug || (status !== 'in_progress' && status !== 'ok' && status !== 'error'))
    throw new Error('check-in without a slug or with an unknown status passed the door');
  const seconds = numberOf(item.duration);
  const contexts = isRecord(item.contexts) ? item.contexts : {};
  const trace = isRecord(contexts.trace) ? contexts.trace : {};
  return {
    project: request.project,
    slug,
    checkInId: (reader.field(item.check_in_id, 'check_in_id', 64) ?? LATEST)
      .replaceAll('-', '')
      .toLowerCase(),
    status,
    durationMs:
      item.duration != null && seconds >= 0 && seconds < 2_147_483 ? Math.round(seconds * 1000) : null,
    environment: reader.field(item.environment, 'environment', 64) ?? 'production',
    release: reader.field(item.release, 'release') ?? '',
    traceId: reader.field(trace.trace_id, 'trace_id', 64) ?? '',
    config: isRecord(item.monitor_config)
      ? JSON.stringify(reader.dataRecord(item.monitor_config, 'monitor_config', 4))
      : null,
    at: request.receivedAt,
  };
}

/** One after the other: a batch holds few, and the order of updates matters. */
export async function applyCheckIns(
  transaction: MetadataTransaction,
  drafts: readonly CheckInDraft[],
): Promise<void> {
  for (const draft of drafts) {
    const monitor = await transaction
      .insertInto('monitor')
      .values({
        project_id: draft.project,
        slug: draft.slug,
        config: draft.config ?? '{}',
        status: draft.status,
        last_check_in_at: draft.at,
        created_at: draft.at,
      })
      .onConflict((conflict) =>
        conflict.columns(['project_id', 'slug']).doUpdateSet({
          status: draft.status,
          last_check_in_at: draft.at,
          ...(draft.config === null ? {} : { config: draft.config }),
        }),
      )
      .returning('id')
      .executeTakeFirstOrThrow();
    await applyCheckIn(transaction, monitor.id, draft);
  }
}

async function applyCheckIn(
  transaction: MetadataTransaction,
  monitorId: number,
  draft: CheckInDraft,
): Promise<void> {
  const known = await transaction
    .selectFrom('check_in')
    .select(['id', 'started_at'])
    .where('project_id', '=', draft.project)
    .where('monitor_id', '=', monitorId)
    .$if(draft.checkInId !== LATEST, (query) => query.where('check_in_id', '=', draft.checkInId))
    .$if(draft.checkInId === LATEST, (query) => query.where('status', '=', 'in_progress'))
    .orderBy('started_at', 'desc')
    .executeTakeFirst();
  if (known) {
    await transaction
      .updateTable('check_in')
      .set({
        status: draft.status,
        duration_ms: draft.durationMs ?? draft.at - known.started_at,
        updated_at: draft.at,
      })
      .where('id', '=', known.id)
      .execute();
    return;
  }
  await transaction
    .insertInto('check_in')
    .values({
      project_id: draft.project,
      monitor_id: monitorId,
      check_in_id: draft.checkInId === LATEST ? crypto.randomUUID().replaceAll('-', '') : draft.checkInId,
      environment: draft.environment,
      release: draft.release,
      status: draft.status,
      duration_ms: draft.durationMs,
      trace_id: draft.traceId,
      started_at: draft.at - (draft.status === 'in_progress' ? 0 : (draft.durationMs ?? 0)),
      updated_at: draft.at,
    })
    // The same id in another monitor of the project: the sender mixes them up; the first keeps it.
    .onConflict((conflict) => conflict.columns(['project_id', 'check_in_id']).doNothing())
    .execute();
}
