/**
 * Exceptions from logs that have waited long enough go to the lane of errors, through its journal like every event.
 * Marked as told after the journal has them: a crash in between tells them again under the same event id, which is
 * stored once. Each program tells those that its own lane of logs found.
 */
import type { Clock } from '#server/platform/clock.ts';
import type { Log } from '#server/platform/log.ts';
import { repeatedly } from '#server/platform/repeatedly.ts';
import { type AcceptedRequest, type EventMeta, encodeAccepted } from '#server/record/accepted.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';

const TURN_MS = 500;
/** Of one turn; the rest in the next. */
const TOLD_PER_TURN = 200;
/** How often old links are let go. */
const TIDY_MS = 3_600_000;
/** As long as log records are kept anywhere, and as many as are looked up: 200 bytes each. */
const LINK_MS = 90 * 86_400_000;
const LINKS_MAX = 500_000;
/** Ingest key of what the program itself has to say. */
const NO_KEY = 0;

export interface TellDeps {
  db: MetadataDb;
  clock: Clock;
  log: Log;
  /** Of the lane of logs. */
  journal: string;
  /** Resolves when the request is durable in the lane of errors. */
  append(frame: Uint8Array[]): Promise<void>;
  /** False while the journal takes nothing. */
  isTaking(): boolean;
}

export function startTellingLogErrors(deps: TellDeps): { stop(): Promise<void> } {
  let tidiedAt = 0;
  return repeatedly(
    async () => {
      if (deps.isTaking()) await tellLogErrors(deps);
      if (deps.clock.now() - tidiedAt < TIDY_MS) return;
      tidiedAt = deps.clock.now();
      await forgetOldLinks(deps.db, tidiedAt);
    },
    TURN_MS,
    (error) => deps.log.warn({ err: error }, 'errors found in logs could not be told; trying again'),
  );
}

export async function tellLogErrors({ db, clock, journal, append }: TellDeps): Promise<number> {
  const rows = await db
    .selectFrom('log_error')
    .select(['id', 'project_id', 'event_id', 'log_id', 'payload'])
    .where('told', '=', 0)
    .where('journal', '=', journal)
    .where('ready_at', '<=', clock.now())
    .orderBy('ready_at')
    .limit(TOLD_PER_TURN)
    .execute();
  if (rows.length === 0) return 0;
  await Promise.all(rows.map((row) => append(encodeAccepted(requestOf(row, clock.now())))));
  const ids = rows.map(({ id }) => id);
  await db.updateTable('log_error').set({ told: 1, payload: '' }).where('id', 'in', ids).execute();
  return rows.length;
}

function requestOf(
  row: { project_id: number; event_id: string; log_id: string; payload: string },
  now: number,
): AcceptedRequest {
  const meta: EventMeta = { logId: row.log_id };
  return {
    project: row.project_id,
    key: NO_KEY,
    receivedAt: now,
    eventId: row.event_id,
    records: [{ type: 'event', kind: 'event', meta: { ...meta }, payload: Buffer.from(row.payload) }],
  };
}

async function forgetOldLinks(db: MetadataDb, now: number): Promise<void> {
  const { last } = await db
    .selectFrom('log_error')
    .select(({ fn }) => fn.max('id').as('last'))
    .executeTakeFirstOrThrow();
  await db
    .deleteFrom('log_error')
    .where('told', '=', 1)
    .where(({ or, eb }) =>
      or([eb('created_at', '<', now - LINK_MS), eb('id', '<=', Number(last) - LINKS_MAX)]),
    )
    .execute();
}
