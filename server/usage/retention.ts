/**
 * Forgets what is older than the retention: whole days of telemetry, then the attachments, feedback and check-ins
 * of that time. Issues stay, with their counts: they are the memory of what happened.
 */
import type { Clock } from '#server/platform/clock.ts';
import type { Log } from '#server/platform/log.ts';
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

export interface RetentionStores {
  db: MetadataDb;
  telemetry: TelemetryStore;
  blobs: BlobStore;
}

export async function enforceRetention(stores: RetentionStores, days: number, now: number): Promise<void> {
  const before = now - days * DAY_MS;
  await stores.telemetry.enforceRetention(days);
  await deleteAttachments(stores, before);
  await stores.db.deleteFrom('feedback').where('created_at', '<', before).execute();
  await stores.db.deleteFrom('check_in').where('started_at', '<', before).execute();
}

async function deleteAttachments({ db, blobs }: RetentionStores, before: number): Promise<void> {
  for (;;) {
    const old = await db
      .selectFrom('attachment')
      .select(['id', 'blob'])
      .where('created_at', '<', before)
      .limit(ATTACHMENTS_MAX)
      .execute();
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
  options: { days: number; clock: Clock; log: Log },
): { stop(): Promise<void> } {
  let running: Promise<void> = Promise.resolve();
  const run = () => {
    running = enforceRetention(stores, options.days, options.clock.now()).catch((error) =>
      options.log.error({ err: error }, 'the retention could not be enforced; it is tried again in an hour'),
    );
  };
  const first = setTimeout(run, FIRST_MS);
  const timer = setInterval(run, EVERY_MS);
  return {
    async stop() {
      clearTimeout(first);
      clearInterval(timer);
      await running;
    },
  };
}
