import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeDirectory, writeFileDurably } from './durable-file.ts';
import { testDirectory } from './test-directory.ts';

it('makes a directory with all above it, for its own user only, and again', async () => {
  const directory = join(await testDirectory(), 'a', 'b', 'c');
  await makeDirectory(directory);
  await makeDirectory(directory);
  expect((await stat(directory)).mode & 0o777).toBe(0o700);
});

it('replaces a file whole and leaves nothing else behind', async () => {
  const directory = await testDirectory();
  const path = join(directory, 'settings.json');
  await writeFileDurably(path, 'old and long');
  await writeFileDurably(path, 'new');
  expect(await readFile(path, 'utf8')).toBe('new');
  expect(await readdir(directory)).toEqual(['settings.json']);
});

it('keeps the old file and leaves nothing behind when writing fails', async () => {
  const directory = await testDirectory();
  const path = join(directory, 'settings.json');
  await writeFile(path, 'old');
  await expect(writeFileDurably(path, 'new', join(directory, 'missing', 'temporary'))).rejects.toMatchObject({
    code: 'ENOENT',
  });
  // The target is a directory: the rename fails after the bytes were written.
  await expect(writeFileDurably(directory, 'new', join(directory, 'temporary'))).rejects.toThrow();
  expect(await readdir(directory)).toEqual(['settings.json']);
  expect(await readFile(path, 'utf8')).toBe('old');
});
