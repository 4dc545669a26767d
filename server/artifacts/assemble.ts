/**
 * Pieces -> bundle -> files that can be found: the last step of an upload. All of a bundle is kept or nothing; one bundle at
 * a time is put together, since its files pass through memory; equal files share one blob, whoever uploaded them.
 */
import { createHash, randomUUID } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { zstdCompress } from 'node:zlib';
import type { BlobStore } from '#server/store/blobs/blobs.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import { statementParts } from '#server/store/metadata/statement-parts.ts';
import { BUNDLE_BYTES_MAX, type BuildName } from './artifacts.ts';
import { InvalidBundle } from './invalid-bundle.ts';
import { type BundleFile, readBundle } from './read-bundle.ts';
import type { KnownChunk } from './upload-chunks.ts';

export interface AssembleStores {
  db: MetadataDb;
  blobs: BlobStore;
  /** Where bundles are put together. */
  temporaryDirectory: string;
  /** Of all artifacts of the program. */
  artifactBytesMax: number;
}

export interface Assembly extends BuildName {
  /** SHA-1 of the whole bundle, hex. */
  checksum: string;
  /** In the order of the bundle. */
  chunks: readonly KnownChunk[];
  projects: readonly number[];
}

/** The projects among these that have the bundle. */
export async function projectsWith(
  db: MetadataDb,
  { checksum, release, dist, projects }: Omit<Assembly, 'chunks'>,
): Promise<number[]> {
  const rows = await db
    .selectFrom('artifact_bundle')
    .select('project_id')
    .where('project_id', 'in', projects)
    .where('checksum', '=', checksum)
    .where('release', '=', release)
    .where('dist', '=', dist)
    .execute();
  return rows.map(({ project_id }) => project_id);
}

type KeptFile = Omit<BundleFile, 'bytes'> & { bytes: number; blob: string; keptBytes: number };

/** Throws InvalidBundle with the reason. */
export async function assembleBundle(stores: AssembleStores, assembly: Assembly, now: number): Promise<void> {
  const { db, artifactBytesMax } = stores;
  const path = join(stores.temporaryDirectory, `${randomUUID()}.zip`);
  const before = await artifactBytes(db);
  const files: KeptFile[] = [];
  let keptBytes = 0;
  try {
    await joinChunks(stores.blobs, assembly, path);
    await readBundle(path, async (file) => {
      const packed = await promisify(zstdCompress)(file.bytes);
      keptBytes += packed.byteLength;
      if (before + keptBytes * assembly.projects.length > artifactBytesMax)
        throw new InvalidBundle(
          `there is no room for it: ${before} of ${artifactBytesMax} bytes are used. Delete old bundles in the project settings, or raise TANDEM_ARTIFACT_BYTES_MAX.`,
        );
      const blob = await stores.blobs.put('artifacts', packed);
      files.push({ ...file, bytes: file.bytes.byteLength, blob, keptBytes: packed.byteLength });
    });
    if (files.length === 0)
      throw new InvalidBundle('it has no source map and no minified file; upload the folder of the build');
    for (const project of assembly.projects) await keepRows(db, assembly, project, files, now);
  } catch (error) {
    await removeUnnamed(
      stores,
      files.map(({ blob }) => blob),
    );
    throw error;
  } finally {
    await rm(path, { force: true });
  }
}

/** Bytes that all artifacts take, as kept. */
export async function artifactBytes(db: MetadataDb): Promise<number> {
  const row = await db
    .selectFrom('artifact_bundle')
    .select(({ fn }) => fn.sum<number | string | null>('bytes').as('bytes'))
    .executeTakeFirst();
  return Number(row?.bytes ?? 0);
}

async function joinChunks(blobs: BlobStore, { checksum, chunks }: Assembly, path: string): Promise<void> {
  const size = chunks.reduce((sum, { bytes }) => sum + bytes, 0);
  if (size > BUNDLE_BYTES_MAX)
    throw new InvalidBundle(`it has ${size} bytes; at most ${BUNDLE_BYTES_MAX} are taken`);
  const sum = createHash('sha1');
  const file = await open(path, 'wx', 0o600);
  try {
    for (const { blob } of chunks) {
      const bytes = await blobs.get(blob);
      sum.update(bytes);
      await file.writeFile(bytes);
    }
  } finally {
    await file.close();
  }
  const found = sum.digest('hex');
  if (found !== checksum)
    throw new InvalidBundle(`its pieces make the SHA-1 ${found}, not ${checksum}: upload it again`);
}

const FILE_COLUMNS = 11;

async function keepRows(
  db: MetadataDb,
  { checksum, release, dist }: Assembly,
  project: number,
  files: readonly KeptFile[],
  now: number,
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const bundle = await transaction
      .insertInto('artifact_bundle')
      .values({
        ...{ project_id: project, checksum, release, dist, files: files.length },
        ...{ bytes: files.reduce((sum, file) => sum + file.keptBytes, 0), created_at: now, used_at: now },
      })
      .onConflict((conflict) => conflict.columns(['project_id', 'checksum', 'release', 'dist']).doNothing())
      .returning('id')
      .executeTakeFirst();
    // It is here already.
    if (!bundle) return;
    const rows = files.map(({ kind, url, debugId, sourceMap, bytes, blob }) => ({
      ...{ bundle_id: bundle.id, project_id: project, kind, url, debug_id: debugId, source_map: sourceMap },
      ...{ release, dist, bytes, blob },
    }));
    for (const part of statementParts(rows, FILE_COLUMNS))
      await transaction.insertInto('artifact_file').values(part).execute();
  });
}

/** Removes those of the blobs that no file is made of. */
export async function removeUnnamed(
  { db, blobs }: Pick<AssembleStores, 'db' | 'blobs'>,
  names: readonly string[],
): Promise<void> {
  for (const part of statementParts([...new Set(names)], 1)) {
    const rows = await db.selectFrom('artifact_file').select('blob').where('blob', 'in', part).execute();
    const named = new Set(rows.map(({ blob }) => blob));
    for (const blob of part) if (!named.has(blob)) await blobs.remove(blob);
  }
}
