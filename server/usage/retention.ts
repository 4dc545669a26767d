/**
 * Forgets what is older than each project keeps it: telemetry, then the attachments, feedback and check-ins of that
 * time. Once a day, and again when a setting changes; what went is written down for people. Issues stay, with their
 * counts: they are the memory of what happened.
 */
import { createHash } from 'node:crypto';
import type { Clock } from '#server/platform/clock.ts';
import type { Log } from '#server/platform/log.ts';
import type { Removal, RetentionPolicy } from '#server/record/retention.ts';
import type { BlobStore } from '#server/store/blobs/blobs.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';

const DAY_MS = 86_400_000;
/** Hourly, so that a machine that is on for part of the day forgets too. */
const EVERY_MS = 3_600_000;
/** After the start, when the first readers are served. */
const FIRST_MS = 60_000;
/** Attachments deleted in one go. */
const ATTACHMENTS_MAX = 500;

/** Days for which is told what went. */
const REMOVALS_KEPT_DAYS = 30;
/** Removals of one statement: six values each, far below what either engine binds. */
const REMOVALS_PER_STATEMENT = 200;

export interface RetentionStores {
  db: MetadataDb;
  telemetry: TelemetryStore;
  blobs: BlobStore;
}

export async function enforceRetention(
  stores: RetentionStores,
  policy: RetentionPolicy,
  now: number,
  signal?: AbortSignal,
): Promise<void> {
  const { db, telemetry } = stores;
  const today = dayOf(now);
  const run = runOf(today, policy);
  if (await isDone(db, run)) return;
  await db
    .deleteFrom('removal')
    .where('removed_on', '<', dayOf(now - REMOVALS_KEPT_DAYS * DAY_MS))
    .execute();
  await telemetry.enforceRetention({
    policy,
    onRemoval: (removals) => writeRemovals(db, { today, run }, removals),
    ...(signal && { signal }),
  });
  await forgetFiles(stores, now - policy.defaultDays * DAY_MS, null);
  for (const { project, eventDays } of policy.projects)
    if (eventDays < policy.defaultDays) await forgetFiles(stores, now - eventDays * DAY_MS, project);
  await markDone(db, run);
}

const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);

/** Days are what limits are made of: once a day is enough, and once more when a setting has changed. */
const DONE = 'retention_done';
const runOf = (today: string, policy: RetentionPolicy) =>
  createHash('sha256')
    .update(JSON.stringify([today, policy]))
    .digest('hex')
    .slice(0, 32);

async function isDone(db: MetadataDb, run: string): Promise<boolean> {
  const row = await db.selectFrom('setting').select('value').where('name', '=', DONE).executeTakeFirst();
  return row?.value === run;
}

async function markDone(db: MetadataDb, value: string): Promise<void> {
  await db
    .insertInto('setting')
    .values({ name: DONE, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute();
}

/** Told again after a run was cut off, by what was left: the larger number is the one before anything went. */
async function writeRemovals(
  db: MetadataDb,
  { today, run }: { today: string; run: string },
  removals: readonly Removal[],
): Promise<void> {
  for (let from = 0; from < removals.length; from += REMOVALS_PER_STATEMENT)
    await db
      .insertInto('removal')
      .values(
        removals.slice(from, from + REMOVALS_PER_STATEMENT).map(({ kind, levels, project, day, rows }) => ({
          removed_on: today,
          run,
          kind,
          levels,
          project_id: project,
          partition_day: day,
          rows,
        })),
      )
      .onConflict((conflict) =>
        conflict
          .columns(['project_id', 'removed_on', 'run', 'kind', 'levels', 'partition_day'])
          .doUpdateSet((of) => ({
            rows: of
              .case()
              .when('excluded.rows', '>', of.ref('removal.rows'))
              .then(of.ref('excluded.rows'))
              .else(of.ref('removal.rows'))
              .end(),
          })),
      )
      .execute();
}

/** Attachments, feedback, check-ins and incidents go with the events of their time. `project` null: of all projects. */
async function forgetFiles(stores: RetentionStores, before: number, project: number | null): Promise<void> {
  const { db } = stores;
  await deleteAttachments(stores, before, project);
  let feedback = db.deleteFrom('feedback').where('created_at', '<', before);
  let checkIns = db.deleteFrom('check_in').where('started_at', '<', before);
  if (project !== null) {
    feedback = feedback.where('project_id', '=', project);
    checkIns = checkIns.where('project_id', '=', project);
  }
  await feedback.execute();
  await checkIns.execute();
  let incidents = db.deleteFrom('monitor_incident').where('ended_at', '<', before);
  if (project !== null)
    incidents = incidents.where('monitor_id', 'in', (of) =>
      of.selectFrom('monitor').select('id').where('project_id', '=', project),
    );
  await incidents.execute();
}

async function deleteAttachments(
  { db, blobs }: RetentionStores,
  before: number,
  project: number | null,
): Promise<void> {
  for (;;) {
    let oldOnes = db
      .selectFrom('attachment')
      .select(['id', 'blob'])
      .where('created_at', '<', before)
      .limit(ATTACHMENTS_MAX);
    if (project !== null) oldOnes = oldOnes.where('project_id', '=', project);
    const old = await oldOnes.execute();
    if (old.length === 0) return;
    await db
      .deleteFrom('attachment')
      .where(
        'id',
        'in',
        old.map((attachment) => attachment.id),
      )
      .execute();
    for (const blob of new Set(old.map((attachment) => attachment.blob))) {
      // Equal contents share a blob; another attachment may still need it.
      const needed = await db
        .selectFrom('attachment')
        .select('id')
        .where('blob', '=', blob)
        .limit(1)
        .executeTakeFirst();
      if (!needed) await blobs.remove(blob);
    }
  }
}

/** Runs it now and then until stopped; a failure is logged and tried again the next time. */
export function startRetention(
  stores: RetentionStores,
  options: { policy(): Promise<RetentionPolicy>; clock: Clock; log: Log },
): { stop(): Promise<void> } {
  let running: Promise<void> = Promise.resolve();
  const stopping = new AbortController();
  const enforce = async () => {
    try {
      await enforceRetention(stores, await options.policy(), options.clock.now(), stopping.signal);
    } catch (error) {
      if (!stopping.signal.aborted)
        options.log.error(
          { err: error },
          'the retention could not be enforced; it is tried again in an hour',
        );
    }
  };
  const run = () => {
    // A run may take longer than the hour: never two at once.
    running = running.then(enforce);
  };
  const first = setTimeout(run, FIRST_MS);
  const timer = setInterval(run, EVERY_MS);
  return {
    async stop() {
      stopping.abort();
      clearTimeout(first);
      clearInterval(timer);
      await running;
    },
  };
}
