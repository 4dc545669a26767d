/**
 * The ingest key of a project known by its slug, for senders that can name none: the oldest key of it that works. While
 * the metadata is away, the key stays what it was.
 */
import { Unavailable } from '#server/platform/rejection.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import type { KeyDirectory } from './key-directory.ts';
import { selectFirstKeyOfProject } from './project-queries.ts';

/** How long the choice is believed: a key that is disabled gives way to another within it, ms. */
const REMEMBER_MS = 5_000;

/** `perf` measures how long something is remembered. */
export function createProjectKey(
  db: MetadataDb,
  keys: Pick<KeyDirectory, 'find'>,
  slug: string,
  perf: { now(): number } = performance,
): () => ReturnType<KeyDirectory['find']> {
  let chosen: { publicKey: string | null; at: number } | undefined;

  async function choose(): Promise<string | null> {
    if (chosen && perf.now() - chosen.at < REMEMBER_MS) return chosen.publicKey;
    try {
      const publicKey = (await selectFirstKeyOfProject(db, slug))?.public_key ?? null;
      chosen = { publicKey, at: perf.now() };
    } catch (error) {
      if (!chosen?.publicKey || !(error instanceof Unavailable)) throw error;
    }
    return chosen.publicKey;
  }

  return async () => {
    const publicKey = await choose();
    const key = publicKey === null ? null : await keys.find(publicKey);
    return key?.enabled ? key : null;
  };
}
