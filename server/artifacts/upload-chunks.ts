/**
 * Pieces of bundles on their way: kept by their SHA-1 until the bundle is whole, so that an upload that was cut off goes on
 * where it stopped, and what is here already is not sent again.
 */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { reject } from '#server/record/rejections.ts';
import type { BlobStore } from '#server/store/blobs/blobs.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import { statementParts } from '#server/store/metadata/statement-parts.ts';
import { CHUNK_BYTES, CHUNK_KEPT_MS } from './artifacts.ts';
import { sha1Of } from './read-bundle.ts';

export interface UploadedPart {
  /** SHA-1 of the piece before compression, hex. */
  name: string;
  isGzip: boolean;
  bytes: Buffer;
}

interface ChunkStores {
  db: MetadataDb;
  blobs: BlobStore;
}

export interface KnownChunk {
  sha1: string;
  bytes: number;
  blob: string;
}

/** Throws chunk_invalid when the piece is not what its name says. */
export async function keepChunk(
  { db, blobs }: ChunkStores,
  organization: number,
  part: UploadedPart,
  now: number,
): Promise<void> {
  const bytes = part.isGzip ? await unzip(part) : part.bytes;
  const sha1 = sha1Of(bytes);
  if (sha1 !== part.name)
    throw reject('chunk_invalid', `its SHA-1 is ${sha1}, not ${JSON.stringify(part.name.slice(0, 60))}`);
  const blob = await blobs.put('upload-chunks', bytes);
  await db
    .insertInto('upload_chunk')
    .values({ organization_id: organization, sha1, bytes: bytes.byteLength, blob, created_at: now })
    .onConflict((conflict) =>
      conflict.columns(['organization_id', 'sha1']).doUpdateSet({ created_at: now, blob }),
    )
    .execute();
}

async function unzip({ bytes }: UploadedPart): Promise<Buffer> {
  try {
    return await promisify(gunzip)(bytes, { maxOutputLength: CHUNK_BYTES });
  } catch (cause) {
    throw reject('chunk_invalid', `it is not gzip of at most ${CHUNK_BYTES} bytes`, { cause });
  }
}

/** Those of the pieces that are here, by SHA-1. Asked for, they stay for another while. */
export async function knownChunks(
  db: MetadataDb,
  organization: number,
  sha1s: readonly string[],
  now: number,
): Promise<Map<string, KnownChunk>> {
  const known = new Map<string, KnownChunk>();
  for (const part of statementParts([...new Set(sha1s)], 1)) {
    const rows = await db
      .updateTable('upload_chunk')
      .set({ created_at: now })
      .where('organization_id', '=', organization)
      .where('sha1', 'in', part)
      .returning(['sha1', 'bytes', 'blob'])
      .execute();
    for (const row of rows) known.set(row.sha1, row);
  }
  return known;
}

/** Forgotten in one go. */
const EXPIRED_PER_STATEMENT = 500;

/** Forgets pieces whose bundle never became whole. */
export async function expireChunks({ db, blobs }: ChunkStores, now: number): Promise<void> {
  for (;;) {
    const old = await db
      .selectFrom('upload_chunk')
      .select(['organization_id', 'sha1', 'blob'])
      .where('created_at', '<', now - CHUNK_KEPT_MS)
      .limit(EXPIRED_PER_STATEMENT)
      .execute();
    if (old.length === 0) return;
    for (const { organization_id, sha1, blob } of old) {
      await db
        .deleteFrom('upload_chunk')
        .where('organization_id', '=', organization_id)
        .where('sha1', '=', sha1)
        .execute();
      // Another organization may have sent the same.
      const needed = await db
        .selectFrom('upload_chunk')
        .select('sha1')
        .where('blob', '=', blob)
        .limit(1)
        .executeTakeFirst();
      if (!needed) await blobs.remove(blob);
    }
  }
}
