/** Bytes that files take, by directory; files that come and go meanwhile are counted or not. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { undefinedWhenMissing } from './missing-file.ts';

/** Of the plain files right in the directory whose names match. */
export async function bytesOfFiles(directory: string, names: RegExp = /./): Promise<number> {
  const entries = (await readdir(directory).catch(undefinedWhenMissing)) ?? [];
  const sizes = await Promise.all(
    entries
      .filter((name) => names.test(name))
      .map(async (name) => (await stat(join(directory, name)).catch(undefinedWhenMissing))?.size ?? 0),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
