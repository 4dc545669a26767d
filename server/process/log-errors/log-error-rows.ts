/**
 * Exceptions from logs in the metadata: they wait there until they are told to the lane of errors, and stay as the link
 * between an event and a log record. Written in the transaction that decides the batch they were found in, so that each
 * is found once; and in the one that decides what became of it.
 */
import { sql } from 'kysely';
import type { MetadataDb, MetadataTransaction } from '#server/store/metadata/metadata.ts';
import { statementParts } from '#server/store/metadata/statement-parts.ts';
import type { TakenLogError } from './take-log-errors.ts';

/**
 * How long they wait before they are told, ms: by then the SDK of the same program has mostly sent the same error, with
 * more in it.
 */
export const HOLD_BACK_MS = 5_000;

/** Bound values of a row. */
const COLUMNS = 11;

/** What became of an exception from a log, or of an SDK's event that is one. */
export interface SettledLogError {
  project: number;
  /** Of the event from the log. */
  eventId: string;
  /** Grouping hash of the event that stands for both; empty: none is kept. */
  hash: string;
  /** The SDK's event that is the same error. */
  sdkEventId: string;
  /** The hash of the other of the two: it is of the same issue from now on, if it is of none yet. */
  otherHash: string;
}

export async function waitingLogErrors(db: MetadataDb): Promise<number> {
  const { waiting } = await db
    .selectFrom('log_error')
    .select(({ fn }) => fn.countAll<number>().as('waiting'))
    .where('told', '=', 0)
    .executeTakeFirstOrThrow();
  return Number(waiting);
}

/** `journal`: of the lane that found them; its program tells them. */
export async function keepLogErrors(
  transaction: MetadataTransaction,
  journal: string,
  errors: readonly TakenLogError[],
  now: number,
): Promise<void> {
  const rows = errors.map(({ project, eventId, logId, payload, receivedAt, pattern }) => ({
    project_id: project,
    event_id: eventId,
    log_id: logId,
    journal,
    payload,
    told: 0,
    ready_at: receivedAt + HOLD_BACK_MS,
    hash: '',
    sdk_event_id: '',
    pattern,
    created_at: now,
  }));
  for (const part of statementParts(rows, COLUMNS))
    await transaction
      .insertInto('log_error')
      .values(part)
      // A record that was sent again is the same one.
      .onConflict((conflict) => conflict.columns(['project_id', 'event_id']).doNothing())
      .execute();
}

export async function settleLogErrors(
  transaction: MetadataTransaction,
  settled: readonly SettledLogError[],
  now: number,
): Promise<void> {
  for (const { project, eventId, hash, sdkEventId, otherHash } of settled) {
    await transaction
      .updateTable('log_error')
      .set({ hash, ...(sdkEventId && { sdk_event_id: sdkEventId }) })
      .where('project_id', '=', project)
      .where('event_id', '=', eventId)
      .execute();
    if (hash !== '' && otherHash !== '' && otherHash !== hash)
      await linkHashes(transaction, project, hash, otherHash, now);
  }
}

/** Kinds of one batch that are looked up: of a deploy that breaks everything the rest gets issues of its own. */
const KINDS_MAX = 200;

/** A hash that is seen for the first time, and what its error is told by. */
export interface NewKind {
  project: number;
  hash: string;
  kind: string;
  fromLog: boolean;
}

/**
 * A kind of error that logs have told of, and that an SDK tells of for the first time, goes to the issue there is: the
 * SDK groups it by what a text does not say. So does what logs tell of for the first time, and an SDK told of before.
 * Before the issues of the batch are written. Where several issues are of the kind, nobody knows which is meant: it gets
 * one of its own, and the page of the issue offers to merge.
 */
export async function linkNewKinds(
  transaction: MetadataTransaction,
  fresh: readonly NewKind[],
  now: number,
): Promise<void> {
  for (const { project, hash, kind, fromLog } of fresh.slice(0, KINDS_MAX)) {
    const owners = await transaction
      .selectFrom('issue_hash')
      .select('issue_id')
      .distinct()
      .where('project_id', '=', project)
      .where('kind', '=', kind)
      .where('hash', '<>', hash)
      .where(fromLog ? isOfSdk : isOfLogs)
      .limit(2)
      .execute();
    if (owners.length === 1) await giveHash(transaction, project, hash, owners[0]!.issue_id, now);
  }
}

const isOfLogs = sql<boolean>`log_count > 0`;
const isOfSdk = sql<boolean>`event_count > log_count`;

/** A hash that has an issue already keeps it: nothing is merged that nobody asked for. */
async function linkHashes(
  transaction: MetadataTransaction,
  project: number,
  hash: string,
  otherHash: string,
  now: number,
): Promise<void> {
  const owner = await transaction
    .selectFrom('issue_hash')
    .select('issue_id')
    .where('project_id', '=', project)
    .where('hash', '=', hash)
    .executeTakeFirst();
  if (owner) await giveHash(transaction, project, otherHash, owner.issue_id, now);
}

async function giveHash(
  transaction: MetadataTransaction,
  project: number,
  hash: string,
  issue: number,
  now: number,
): Promise<void> {
  await transaction
    .insertInto('issue_hash')
    .values({
      project_id: project,
      hash,
      issue_id: issue,
      created_at: now,
      event_count: 0,
      first_seen: null,
      last_seen: null,
    })
    .onConflict((conflict) => conflict.columns(['project_id', 'hash']).doNothing())
    .execute();
}
