/**
 * Cron check-ins: the monitor is made or updated by the config a check-in carries, and a later check-in with
 * the same id updates the first (in progress, then ok or error). What a check-in means for its monitor is judged
 * afterwards (server/monitors). Source: develop.sentry.dev/sdk/telemetry/check-ins.
 */
import type { AcceptedRequest } from '#server/record/accepted.ts';
import { mergeMonitorConfig } from '#server/record/monitor-config.ts';
import type { MetadataDb, MetadataTransaction } from '#server/store/metadata/metadata.ts';
import { statementParts } from '#server/store/metadata/statement-parts.ts';
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

/** Of a project: names that programs make up must not fill the store. Beyond it, new ones are counted and not kept. */
const MONITORS_MAX = 1_000;

/** The monitors that check-ins may belong to, by `project:slug`: those that there are, and new ones while there is room. */
export async function roomForMonitors(
  db: MetadataDb,
  checkIns: readonly CheckInDraft[],
): Promise<(checkIn: CheckInDraft) => boolean> {
  const known = new Set<string>();
  const room = new Map<number, number>();
  for (const [project, of] of Map.groupBy(checkIns, (checkIn) => checkIn.project)) {
    for (const slugs of statementParts([...new Set(of.map(({ slug }) => slug))], 1)) {
      const rows = await db
        .selectFrom('monitor')
        .select('slug')
        .where('project_id', '=', project)
        .where('slug', 'in', slugs)
        .execute();
      for (const { slug } of rows) known.add(`${project}:${slug}`);
    }
    if (of.every(({ slug }) => known.has(`${project}:${slug}`))) continue;
    const { count } = await db
      .selectFrom('monitor')
      .select((of) => of.fn.countAll<number>().as('count'))
      .where('project_id', '=', project)
      .executeTakeFirstOrThrow();
    room.set(project, MONITORS_MAX - Number(count));
  }
  return ({ project, slug }) => {
    const id = `${project}:${slug}`;
    if (known.has(id)) return true;
    const left = room.get(project) ?? 0;
    if (left <= 0) return false;
    room.set(project, left - 1);
    known.add(id);
    return true;
  };
}

/** One after the other: a batch holds few, and the order of updates matters. */
export async function applyCheckIns(
  transaction: MetadataTransaction,
  drafts: readonly CheckInDraft[],
): Promise<void> {
  for (const draft of drafts) await applyCheckIn(transaction, await applyMonitor(transaction, draft), draft);
}

/** Its id. What the program says of it changes what is known, key by key. */
async function applyMonitor(transaction: MetadataTransaction, draft: CheckInDraft): Promise<number> {
  const { project, slug, status, at } = draft;
  const known = await transaction
    .selectFrom('monitor')
    .select(['id', 'config'])
    .where('project_id', '=', project)
    .where('slug', '=', slug)
    .executeTakeFirst();
  if (known) {
    const config = draft.config === null ? known.config : mergeMonitorConfig(known.config, draft.config);
    await transaction
      .updateTable('monitor')
      .set({ status, last_check_in_at: at, ...(config === known.config ? {} : { config }) })
      .where('id', '=', known.id)
      .execute();
    return known.id;
  }
  const { id } = await transaction
    .insertInto('monitor')
    .values({
      project_id: project,
      slug,
      config: mergeMonitorConfig('{}', draft.config ?? '{}'),
      status,
      last_check_in_at: at,
      created_at: at,
    })
    // Another program on the same store may have made it since we looked.
    .onConflict((conflict) =>
      conflict.columns(['project_id', 'slug']).doUpdateSet({ status, last_check_in_at: at }),
    )
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

async function applyCheckIn(
  transaction: MetadataTransaction,
  monitorId: number,
  draft: CheckInDraft,
): Promise<void> {
  const known = await transaction
    .selectFrom('check_in')
    .select(['id', 'started_at', 'status'])
    .where('project_id', '=', draft.project)
    .where('monitor_id', '=', monitorId)
    .$if(draft.checkInId !== LATEST, (query) => query.where('check_in_id', '=', draft.checkInId))
    .$if(draft.checkInId === LATEST, (query) => query.where('status', '=', 'in_progress'))
    .orderBy('started_at', 'desc')
    .executeTakeFirst();
  if (known) {
    // That it took too long stays true when it ends after all.
    const isTimedOut = known.status === 'timeout';
    await transaction
      .updateTable('check_in')
      .set({
        ...(isTimedOut ? {} : { status: draft.status, judged: 0 }),
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
      judged: 0,
    })
    // The same id in another monitor of the project: the sender mixes them up; the first keeps it.
    .onConflict((conflict) => conflict.columns(['project_id', 'check_in_id']).doNothing())
    .execute();
}
