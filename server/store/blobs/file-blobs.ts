/**
 * Blobs as files: `<space>/ab/cd/<sha256>` below one directory, so that no folder grows huge. A blob is there
 * whole or not at all, and is durable when `put` returns. Several threads of one process may share the directory.
 */
import { createHash, randomUUID } from 'node:crypto';
import { open, readdir, readFile, rm, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeDirectory, syncDirectory, writeFileDurably } from '#server/platform/durable-file.ts';
import { undefinedWhenMissing } from '#server/platform/missing-file.ts';
import { reject } from '#server/record/rejections.ts';
import type { BlobStore } from './blobs.ts';

const SPACES = ['attachments', 'dead-letters', 'artifacts', 'upload-chunks'] as const;
/** A name as `put` makes it. It comes back from rows and addresses, so it is checked before it becomes a path. */
const NAME = /^(attachments|dead-letters|artifacts|upload-chunks)\/([0-9a-f]{2})([0-9a-f]{2})[0-9a-f]{60}$/;

export interface BlobUsage {
  files: number;
  bytes: number;
}

export interface FileBlobStore extends BlobStore {
  /** Walks the whole directory: for the hourly look and the usage page, not for each request. */
  usage(): Promise<BlobUsage>;
}

export async function openFileBlobs(directory: string): Promise<FileBlobStore> {
  const temporaryDirectory = join(directory, 'temporary');
  await makeDirectory(temporaryDirectory);
  await removeLeftovers(temporaryDirectory);

  return {
    async put(space, bytes) {
      const name = `${space}/${createHash('sha256').update(bytes).digest('hex')}`;
      const path = blobPath(directory, name);
      // The entry may be the work of a process that died before it was durable.
      if ((await sizeOf(path)) === bytes.byteLength) await syncDirectory(dirname(path));
      else {
        await makeDirectory(dirname(path));
        await writeFileDurably(path, bytes, join(temporaryDirectory, `${runPrefix()}${randomUUID()}`));
      }
      return name;
    },

    async get(name) {
      return (await readFile(blobPath(directory, name)).catch(undefinedWhenMissing)) ?? gone();
    },

    async stream(name) {
      const handle = await open(blobPath(directory, name), 'r').catch(undefinedWhenMissing);
      return (handle ?? gone()).createReadStream();
    },

    async remove(name) {
      const path = blobPath(directory, name);
      const existed = await unlink(path).then(() => true, undefinedWhenMissing);
      if (existed) await syncDirectory(dirname(path));
    },

    async usage() {
      const usage: BlobUsage = { files: 0, bytes: 0 };
      for (const space of SPACES) await addUsage(join(directory, space), usage);
      return usage;
    },
  };
}

function blobPath(directory: string, name: string): string {
  const [, space, first, second] = NAME.exec(name) ?? [];
  if (!space || !first || !second) throw reject('not_found', 'this is not the name of a file kept here');
  return join(directory, space, first, second, name.slice(space.length + 1));
}

function gone(): never {
  throw reject('not_found', 'the file is not kept any more');
}

/** Temporary files of this run of the program, in any of its threads, begin with this. */
function runPrefix(): string {
  return `${process.pid}-${performance.timeOrigin}-`;
}

/** What an earlier run was writing when it ended. */
async function removeLeftovers(temporaryDirectory: string): Promise<void> {
  for (const name of await readdir(temporaryDirectory))
    if (!name.startsWith(runPrefix())) await rm(join(temporaryDirectory, name), { force: true });
}

async function addUsage(directory: string, usage: BlobUsage): Promise<void> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(undefinedWhenMissing);
  for (const entry of entries ?? []) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) await addUsage(path, usage);
    else {
      usage.files += 1;
      usage.bytes += (await sizeOf(path)) ?? 0;
    }
  }
}

/** Undefined when there is no such file, also when it was removed a moment ago. */
async function sizeOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(undefinedWhenMissing))?.size;
}
