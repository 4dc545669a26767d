/**
 * What an export consists of: `manifest.json` in its directory. While it is made it stands in `manifest.partial.json`, which
 * says what is there already and is replaced as a whole; the manifest itself appears last, so a directory with one is whole.
 */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { ExportPlan } from '#contract/exports.ts';

export const MANIFEST = 'manifest.json';
export const PARTIAL = 'manifest.partial.json';

const ExportedFile = z.object({
  /** Inside of the directory, with forward slashes. Nothing a sender named. */
  path: z.string().regex(/^[a-z][a-z0-9-]*(\/[A-Za-z0-9-]+)?(\.[a-z]+)*$/),
  kind: z.string(),
  /** Records in it; of an attachment 1, of Parquet as many as there were when the plan was made. */
  records: z.number().int().min(0),
  bytes: z.number().int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type ExportedFile = z.infer<typeof ExportedFile>;

export const Manifest = z.object({
  format: z.literal('tandem-export'),
  formatVersion: z.literal(1),
  /** Of the plan: which project, of which program, until when, and what is not in it. */
  plan: ExportPlan,
  server: z.string(),
  logs: z.enum(['jsonl', 'parquet', 'none']),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
  files: z.array(ExportedFile),
});
export type Manifest = z.infer<typeof Manifest>;

/** Null: there is none. Throws when it is not one. */
export async function readManifest(directory: string, name: string): Promise<Manifest | null> {
  let text: string;
  try {
    text = await readFile(join(directory, name), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  return Manifest.parse(JSON.parse(text));
}

/** Files by their names, so that two exports of the same are the same. */
export async function writeManifest(directory: string, name: string, manifest: Manifest): Promise<void> {
  const files = manifest.files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const path = join(directory, name);
  await writeFile(`${path}.new`, `${JSON.stringify({ ...manifest, files }, null, 1)}\n`);
  await rename(`${path}.new`, path);
}

export async function finishManifest(directory: string, manifest: Manifest): Promise<void> {
  await writeManifest(directory, MANIFEST, manifest);
  await rm(join(directory, PARTIAL), { force: true });
}
