/**
 * What the writer asks of the file system, so that tests can make a disk full or broken at any call. A call that
 * fails throws the system's own error; the writer decides what that means.
 */
import { open, rm, statfs } from 'node:fs/promises';
import { syncDirectory } from '#server/platform/durable-file.ts';

export interface DiskFile {
  /** Writes all buffers one after the other from `position` on. On an error any part of them may be written. */
  write(buffers: readonly Uint8Array[], position: number): Promise<void>;
  /** fdatasync. */
  sync(): Promise<void>;
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
}

export interface Disk {
  /** Creates a file that must not exist. */
  create(path: string): Promise<DiskFile>;
  remove(path: string): Promise<void>;
  syncDirectory(directory: string): Promise<void>;
  /** Bytes the program may still write on the file system of the directory. */
  freeBytes(directory: string): Promise<number>;
}

export const systemDisk: Disk = {
  async create(path) {
    const handle = await open(path, 'wx');
    return {
      async write(buffers, position) {
        let rest = buffers;
        let at = position;
        while (rest.length > 0) {
          const { bytesWritten } = await handle.writev(rest, at);
          at += bytesWritten;
          rest = without(rest, bytesWritten);
        }
      },
      sync: () => handle.datasync(),
      truncate: (length) => handle.truncate(length),
      close: () => handle.close(),
    };
  },
  remove: (path) => rm(path, { force: true }),
  syncDirectory,
  async freeBytes(directory) {
    const { bavail, bsize } = await statfs(directory);
    return bavail * bsize;
  },
};

/** The buffers that remain when the first `written` bytes are done: the system may write less than it was given. */
function without(buffers: readonly Uint8Array[], written: number): Uint8Array[] {
  let done = written;
  const rest: Uint8Array[] = [];
  for (const buffer of buffers) {
    if (done >= buffer.byteLength) done -= buffer.byteLength;
    else {
      rest.push(buffer.subarray(done));
      done = 0;
    }
  }
  return rest;
}
