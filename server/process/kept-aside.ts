/**
 * Dead letters that no batch makes: a row that the telemetry store refuses, and what is left of a spool file that is
 * not as it was written. Each is kept once, however often its batch is tried.
 */
import type { BlobStore } from '#server/store/blobs/blobs.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import type { HeldPart } from './telemetry-inserts.ts';

/** Characters of a message. */
const MESSAGE_CHARS_MAX = 4_000;

export interface KeepDeps {
  db: MetadataDb;
  blobs: BlobStore;
  now: number;
}

export async function keepRefusedRow(
  { journal, batch }: { journal: string; batch: number },
  { table, rows, blocks }: HeldPart,
  error: unknown,
  deps: KeepDeps,
): Promise<void> {
  // A block may hold rows of many projects.
  const { project_id } = blocks ? {} : (JSON.parse(rows.toString()) as { project_id?: number });
  await keepOnce(deps, rows, {
    project_id: project_id || null,
    reason: 'processing_failed',
    message: `the telemetry store refused ${blocks ? 'a block of rows' : 'a row'} of ${table}: ${String(error)}`,
    position: `batch ${batch} of ${journal}`,
  });
}

export async function keepDamagedSpool(
  { journal, batch }: { journal: string; batch: number },
  damage: { what: string; bytes: Buffer },
  deps: KeepDeps,
): Promise<void> {
  await keepOnce(deps, damage.bytes, {
    project_id: null,
    reason: 'rows_damaged',
    message: `${damage.what}; the rows in it that are whole were inserted`,
    position: `batch ${batch} of ${journal}`,
  });
}

async function keepOnce(
  { db, blobs, now }: KeepDeps,
  bytes: Uint8Array,
  letter: {
    project_id: number | null;
    reason: 'processing_failed' | 'rows_damaged';
    message: string;
    position: string;
  },
): Promise<void> {
  const blob = await blobs.put('dead-letters', bytes);
  const known = await db
    .selectFrom('dead_letter')
    .select('id')
    .where('position', '=', letter.position)
    .where('blob', '=', blob)
    .executeTakeFirst();
  if (known) return;
  await db
    .insertInto('dead_letter')
    .values({
      ...letter,
      message: letter.message.slice(0, MESSAGE_CHARS_MAX).replaceAll('\0', ''),
      key_id: null,
      kind: 'unknown',
      bytes: bytes.byteLength,
      blob,
      created_at: now,
      redriven_at: null,
    })
    .execute();
}
