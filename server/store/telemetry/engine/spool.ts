/**
 * Rows on their way in: written to a file, because the engine reads files faster and safer than text. Files are
 * used again and emptied in between, which spares the file system half of its work per insert.
 */
import { createWriteStream, mkdirSync, rmSync } from 'node:fs';
import { type FileHandle, open, truncate } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export interface Spool {
  /** Keeps the body in a file while `use` runs. */
  hold: Hold;
}

type Hold = <Result>(
  body: Readable,
  signal: AbortSignal,
  use: (path: string) => Promise<Result>,
) => Promise<Result>;

/** For rows that lie in a file of the caller's already: the body is empty. */
export function holdFile(path: string): Hold {
  return async (body, signal, use) => {
    body.resume();
    signal.throwIfAborted();
    await using reader = await open(path);
    return await use(pathInSql(reader));
  };
}

export function createSpool(directory: string): Spool {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { mode: 0o700 });
  const unused: string[] = [];
  let made = 0;

  return {
    async hold(body, signal, use) {
      const file = unused.pop() ?? `${directory}/${made++}`;
      try {
        await pipeline(body, createWriteStream(file, { mode: 0o600 }), { signal });
        await using reader = await open(file);
        return await use(pathInSql(reader));
      } finally {
        await truncate(file).catch(() => null);
        unused.push(file);
      }
    },
  };
}

/** Not its name: a star or a brace in that of a directory would be a pattern. */
const pathInSql = ({ fd }: FileHandle) => `/dev/fd/${fd}`;
