import { createHash, randomBytes } from 'node:crypto';
import { readdir, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { testDirectory } from '#server/platform/test-directory.ts';
import { openFileBlobs } from './file-blobs.ts';

const screenshot = Buffer.from('\x89PNG and so on', 'latin1');
const screenshotHash = createHash('sha256').update(screenshot).digest('hex');

it('gives back what was put, whole or as a stream, also after a restart', async () => {
  const directory = await testDirectory();
  const name = await (await openFileBlobs(directory)).put('attachments', screenshot);
  expect(name).toBe(`attachments/${screenshotHash}`);
  const blobs = await openFileBlobs(directory);
  expect(await blobs.get(name)).toEqual(screenshot);
  expect(await buffer(await blobs.stream(name))).toEqual(screenshot);
});

it('keeps one file for the same bytes, however often and at once they are put', async () => {
  const directory = await testDirectory();
  const blobs = await openFileBlobs(directory);
  const names = await Promise.all(Array.from({ length: 20 }, () => blobs.put('attachments', screenshot)));
  const [name] = names as [string];
  const path = join(
    directory,
    'attachments',
    screenshotHash.slice(0, 2),
    screenshotHash.slice(2, 4),
    screenshotHash,
  );
  const { ino } = await stat(path);
  expect(await blobs.put('attachments', screenshot)).toBe(name);
  expect((await stat(path)).ino).toBe(ino);
  expect(new Set(names)).toEqual(new Set([name]));
  expect(await blobs.usage()).toEqual({ files: 1, bytes: screenshot.byteLength });
  expect(await readdir(join(directory, 'temporary'))).toEqual([]);
});

it('writes a file again that lost its end', async () => {
  const directory = await testDirectory();
  const blobs = await openFileBlobs(directory);
  const name = await blobs.put('dead-letters', screenshot);
  await truncate(
    join(directory, 'dead-letters', screenshotHash.slice(0, 2), screenshotHash.slice(2, 4), screenshotHash),
    3,
  );
  await blobs.put('dead-letters', screenshot);
  expect(await blobs.get(name)).toEqual(screenshot);
});

it('counts the files and bytes of both spaces, and forgets what was removed', async () => {
  const blobs = await openFileBlobs(await testDirectory());
  expect(await blobs.usage()).toEqual({ files: 0, bytes: 0 });
  const names = await Promise.all([100, 200, 300].map((size) => blobs.put('attachments', randomBytes(size))));
  await blobs.put('dead-letters', randomBytes(1_000));
  expect(await blobs.usage()).toEqual({ files: 4, bytes: 1_600 });
  await blobs.remove(names[0]!);
  await blobs.remove(names[0]!);
  await expect(blobs.get(names[0]!)).rejects.toMatchObject({ name: 'Rejection', code: 'not_found' });
  await expect(blobs.stream(names[0]!)).rejects.toMatchObject({ name: 'Rejection', code: 'not_found' });
  expect(await blobs.usage()).toEqual({ files: 3, bytes: 1_500 });
});

it.each([
  '../secret',
  'attachments/../../secret',
  `attachments/${'a'.repeat(63)}/`,
  `attachments/${'A'.repeat(64)}`,
  `attachments/${'a'.repeat(64)}\n`,
  `attachments/${'a'.repeat(64)}/../x`,
  `/attachments/${'a'.repeat(64)}`,
  `temporary/${'a'.repeat(64)}`,
  '',
])('takes no name that put did not make: %j', async (name) => {
  const directory = await testDirectory();
  const blobs = await openFileBlobs(join(directory, 'blobs'));
  await writeFile(join(directory, 'secret'), 'not for everybody');
  for (const use of [blobs.get, blobs.stream, blobs.remove])
    await expect(use(name)).rejects.toMatchObject({ name: 'Rejection', code: 'not_found' });
});

it('removes at start what an earlier run was writing when it ended, and nothing of this run', async () => {
  const directory = await testDirectory();
  await openFileBlobs(directory);
  const temporary = join(directory, 'temporary');
  const ours = `${process.pid}-${performance.timeOrigin}-still-being-written`;
  await writeFile(join(temporary, ours), 'half');
  // The same pid in an earlier life of the machine.
  await writeFile(join(temporary, `${process.pid}-1700000000000.5-left`), 'half');
  await openFileBlobs(directory);
  expect(await readdir(temporary)).toEqual([ours]);
});
