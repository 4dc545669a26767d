/**
 * Reading from a disk that cannot give back some of its sectors: those come as zeros. The checksums see that, and
 * the frames around it are read; an error here would stop `process` at this place for ever.
 */
import type { FileHandle } from 'node:fs/promises';

/** Bytes of the smallest piece a disk loses. */
const SECTOR_BYTES = 4_096;

/** Fills the buffer from `position` on; returns how many bytes the file has there. */
export async function readThrough(
  file: Pick<FileHandle, 'read'>,
  buffer: Buffer,
  position: number,
): Promise<number> {
  let filled = 0;
  while (filled < buffer.byteLength) {
    const read = await readSome(file, buffer, filled, position);
    if (read === 0) break;
    filled += read;
  }
  return filled;
}

async function readSome(
  file: Pick<FileHandle, 'read'>,
  buffer: Buffer,
  at: number,
  position: number,
): Promise<number> {
  try {
    return (await file.read(buffer, at, buffer.byteLength - at, position + at)).bytesRead;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EIO') throw error;
  }
  // Up to the end of the sector, so that one lost sector costs only its own bytes.
  const length = Math.min(SECTOR_BYTES - ((position + at) % SECTOR_BYTES), buffer.byteLength - at);
  try {
    return (await file.read(buffer, at, length, position + at)).bytesRead;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EIO') throw error;
    buffer.fill(0, at, at + length);
    return length;
  }
}
