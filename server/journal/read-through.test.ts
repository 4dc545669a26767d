import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { readThrough } from './read-through.ts';

const SECTOR = 4_096;

/** A file of which some sectors cannot be read, and which gives at most `atOnce` bytes in one call. */
function fileOf(
  content: Buffer,
  { lost = [] as number[], atOnce = Number.MAX_SAFE_INTEGER, code = 'EIO' } = {},
) {
  return {
    async read(buffer: Buffer, offset: number, length: number, position: number) {
      const end = Math.min(position + Math.min(length, atOnce), content.byteLength);
      for (const sector of lost)
        if (position < (sector + 1) * SECTOR && end > sector * SECTOR)
          throw Object.assign(new Error('read'), { code });
      return { bytesRead: content.copy(buffer, offset, position, end), buffer };
    },
  };
}

const content = randomBytes(5 * SECTOR + 100);
type File = Parameters<typeof readThrough>[0];

it.each([
  ['a whole file', {}, []],
  ['a file in small pieces', { atOnce: 1_000 }, []],
  ['around a lost sector', { lost: [2] }, [2]],
  ['around lost sectors at both ends', { lost: [0, 5] }, [0, 5]],
])('reads %s', async (_, options, zeroed) => {
  const expected = Buffer.from(content);
  for (const sector of zeroed) expected.subarray(sector * SECTOR, (sector + 1) * SECTOR).fill(0);
  for (const from of [0, 10, SECTOR + 10]) {
    const buffer = Buffer.alloc(content.byteLength - from);
    expect(await readThrough(fileOf(content, options) as File, buffer, from)).toBe(buffer.byteLength);
    expect(buffer.equals(expected.subarray(from)), `from ${from}`).toBe(true);
  }
});

it('says how much there is when the file ends before the buffer', async () => {
  expect(await readThrough(fileOf(content) as File, Buffer.alloc(10_000), 5 * SECTOR)).toBe(100);
});

it('does not hide other errors', async () => {
  const file = fileOf(content, { lost: [0], code: 'EBADF' }) as File;
  await expect(readThrough(file, Buffer.alloc(10), 0)).rejects.toMatchObject({ code: 'EBADF' });
});
