/**
 * Rows on their way in: written to a file, because the engine reads files faster and safer than text. Files are
 * used again and emptied in between, which spares the file system half of its work per insert.
 */
import { createWriteStream, mkdirSync, rmSync } from 'node:fs';
import { truncate } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export interface Spool {
  /** Keeps the body in a file while `use` runs. */
  hold<Result>(body: Readable, signal: AbortSignal, use: (file: string) => Promise<Result>): Promise<Result>;
}

/** The directory is relative to the working directory: its path stands in SQL, and must be one we chose. */
export function createSpool(directory: string): Spool {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory);
  const unused: string[] = [];
  let made = 0;

  return {
    async hold(body, signal, use) {
      const file = unused.pop() ?? `${directory}/${made++}`;
      try {
        await pipeline(body, createWriteStream(file), { signal });
        return await use(file);
      } finally {
        await truncate(file).catch(() => null);
        unused.push(file);
      }
    },
  };
}
