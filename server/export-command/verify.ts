/** Reads an export again: every file is there, is what the manifest says, and holds as many records; nothing else is there. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { createGunzip } from 'node:zlib';
import { type ExportedFile, MANIFEST, PARTIAL, readManifest } from './manifest.ts';

export interface Verified {
  files: number;
  records: number;
  bytes: number;
  /** Sentences; none: it is whole. */
  problems: string[];
}

export async function verify(directory: string): Promise<Verified> {
  const seen: Verified = { files: 0, records: 0, bytes: 0, problems: [] };
  let manifest: Awaited<ReturnType<typeof readManifest>>;
  try {
    manifest = await readManifest(directory, MANIFEST);
  } catch {
    seen.problems.push(`${MANIFEST} cannot be read: it is damaged, or of another program`);
    return seen;
  }
  if (!manifest) {
    const isPartial = (await readManifest(directory, PARTIAL).catch(() => null)) !== null;
    seen.problems.push(
      isPartial
        ? 'the export was cut off: run its command again, and it goes on'
        : `there is no ${MANIFEST}: this is no export`,
    );
    return seen;
  }
  const listed = new Set([MANIFEST, ...manifest.files.map(({ path }) => path)]);
  for (const file of manifest.files) {
    const problem = await check(directory, file);
    if (problem) seen.problems.push(`${file.path} ${problem}`);
    else {
      seen.files += 1;
      seen.records += file.records;
      seen.bytes += file.bytes;
    }
  }
  for (const path of await filesIn(directory))
    if (!listed.has(path)) seen.problems.push(`${path} is not in the manifest`);
  return seen;
}

async function check(directory: string, file: ExportedFile): Promise<string | null> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const part of createReadStream(join(directory, file.path))) {
      hash.update(part);
      bytes += part.length;
    }
  } catch (error) {
    return `cannot be read: ${(error as Error).message}`;
  }
  if (bytes !== file.bytes) return `has ${bytes} bytes, not ${file.bytes}`;
  if (hash.digest('hex') !== file.sha256) return 'is not what was exported: its SHA-256 differs';
  if (!file.path.endsWith('.jsonl.gz')) return null;
  const records = await countLines(join(directory, file.path));
  return records === file.records ? null : `holds ${records} records, not ${file.records}`;
}

/** The hash is that of the manifest, so the file can be decompressed. */
async function countLines(path: string): Promise<number> {
  let lines = 0;
  for await (const part of createReadStream(path).pipe(createGunzip()) as AsyncIterable<Buffer>)
    for (let at = part.indexOf(10); at >= 0; at = part.indexOf(10, at + 1)) lines += 1;
  return lines;
}

async function filesIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}
