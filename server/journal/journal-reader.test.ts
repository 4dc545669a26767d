import { appendFile, open, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { testDirectory } from '#server/platform/test-directory.ts';
import type { JournalFrame, JournalPosition } from './contract.ts';
import { FRAME_HEADER_BYTES, SEGMENT_HEADER_BYTES } from './format.ts';
import { openJournal } from './journal.ts';
import { openJournalReader } from './journal-reader.ts';
import { segmentPath } from './segments.ts';
import { readAll } from './test-journal.ts';

/** A journal with these frames, one flush each. */
async function journalOf(
  texts: readonly (string | Buffer)[],
  { segmentBytes = 1_000_000 } = {},
): Promise<{ directory: string; end: JournalPosition }> {
  const directory = await testDirectory();
  const journal = await openJournal(directory, { segmentBytes });
  for (const text of texts) await journal.append([Buffer.from(text)]);
  await journal.close();
  return { directory, end: journal.durableEnd };
}

/** What another start of the program finds and continues. */
async function reopened(directory: string): Promise<JournalPosition> {
  const journal = await openJournal(directory);
  await journal.close();
  return journal.durableEnd;
}

async function flip(path: string, at: number): Promise<void> {
  const bytes = await readFile(path);
  bytes[at] = bytes[at]! ^ 0x10;
  await writeFile(path, bytes);
}

it('steps over a damaged frame in the middle, whichever of its bytes changed', async () => {
  const { directory, end } = await journalOf(['first', 'second', 'third']);
  const [, second] = (await readAll(directory, end)).frames as [JournalFrame, JournalFrame];
  for (let at = second.position.offset; at < second.next.offset; at += 1) {
    await flip(segmentPath(directory, 1), at);
    const { texts, damages } = await readAll(directory, end);
    expect(texts, `byte ${at}`).toEqual(['first', 'third']);
    expect(damages, `byte ${at}`).toEqual([
      {
        position: second.position,
        next: second.next,
        bytes: (await readFile(segmentPath(directory, 1))).subarray(
          second.position.offset,
          second.next.offset,
        ),
        what: 'The checksums of a frame do not hold: the disk changed its bytes.',
      },
    ]);
    await flip(segmentPath(directory, 1), at);
  }
});

it('keeps what a torn last write left, wherever it was torn, and goes on in the next segment', async () => {
  const { directory, end } = await journalOf(['first', 'last']);
  const whole = await readFile(segmentPath(directory, 1));
  const last = (await readAll(directory, end)).frames[1]!;
  for (let length = last.position.offset + 1; length < last.next.offset; length += 1) {
    const torn = await testDirectory();
    await writeFile(segmentPath(torn, 1), whole.subarray(0, length));
    const journal = await openJournal(torn);
    await journal.append([Buffer.from('after the restart')]);
    await journal.close();
    const { texts, damages } = await readAll(torn, journal.durableEnd);
    expect(texts, `torn at ${length}`).toEqual(['first', 'after the restart']);
    expect(damages.map(({ position, bytes }) => [position.offset, bytes.byteLength])).toEqual([
      [last.position.offset, length - last.position.offset],
    ]);
  }
});

it('keeps a damaged last frame too: it may have been answered', async () => {
  const { directory } = await journalOf(['first', 'last']);
  await flip(segmentPath(directory, 1), (await readFile(segmentPath(directory, 1))).byteLength - 1);
  const { texts, damages } = await readAll(directory, await reopened(directory));
  expect(texts).toEqual(['first']);
  expect(damages.map(({ bytes }) => Buffer.from(bytes.subarray(FRAME_HEADER_BYTES)).toString())).toEqual([
    'las\x64',
  ]);
});

it('reads all frames of a segment whose header is damaged', async () => {
  const { directory, end } = await journalOf(['first', 'second']);
  for (let at = 0; at < SEGMENT_HEADER_BYTES; at += 1) {
    await flip(segmentPath(directory, 1), at);
    const { texts, damages } = await readAll(directory, end);
    expect(texts, `byte ${at}`).toEqual(['first', 'second']);
    expect(damages.map(({ position, next }) => [position.offset, next.offset])).toEqual([
      [0, SEGMENT_HEADER_BYTES],
    ]);
    await flip(segmentPath(directory, 1), at);
  }
});

it('finds its way after a lost disk block took the header and the first frames along', async () => {
  const texts = Array.from({ length: 100 }, (_, index) => `${index} `.padEnd(100, '.'));
  const { directory, end } = await journalOf(texts);
  const file = await open(segmentPath(directory, 1), 'r+');
  await file.write(Buffer.alloc(4096), 0, 4096, 0);
  await file.close();
  const read = await readAll(directory, end);
  const lost = Math.ceil((4096 - SEGMENT_HEADER_BYTES) / (100 + FRAME_HEADER_BYTES));
  expect(read.texts).toEqual(texts.slice(lost));
  expect(read.damages.map(({ next }) => next.offset)).toEqual([
    SEGMENT_HEADER_BYTES,
    SEGMENT_HEADER_BYTES + lost * (100 + FRAME_HEADER_BYTES),
  ]);
});

it('does not take a frame that a sender put inside a payload, when the frame around it is damaged', async () => {
  // A copy of a real frame, and one that names the right offset but cannot know the marker.
  const { directory: other, end: otherEnd } = await journalOf(['stolen']);
  const stolen = (await readFile(segmentPath(other, 1))).subarray(SEGMENT_HEADER_BYTES);
  expect((await readAll(other, otherEnd)).texts).toEqual(['stolen']);
  const { directory, end } = await journalOf([stolen, 'after']);
  await flip(segmentPath(directory, 1), SEGMENT_HEADER_BYTES);
  const { texts, damages } = await readAll(directory, end);
  expect(texts).toEqual(['after']);
  expect(damages).toHaveLength(1);
});

it('says that a segment in the middle is missing, and reads the ones around it', async () => {
  const { directory, end } = await journalOf(['one', 'two', 'three'], { segmentBytes: 1 });
  await rm(segmentPath(directory, 2));
  const { texts, damages } = await readAll(directory, end);
  expect(texts).toEqual(['one', 'three']);
  expect(damages).toMatchObject([{ next: { segment: 3, offset: 0 }, bytes: Buffer.alloc(0) }]);
  expect(damages[0]?.what).toMatch(/up to offset 0 of segment 3 is missing/);
});

it('says that a segment lost its end, though a later one exists', async () => {
  const { directory, end } = await journalOf(['one', 'two', 'three'], { segmentBytes: 100 });
  const [, two] = (await readAll(directory, end)).frames;
  expect(two?.position.segment).toBe(1);
  await truncate(segmentPath(directory, 1), two!.position.offset);
  const { texts, damages } = await readAll(directory, end);
  expect(texts).toEqual(['one', 'three']);
  expect(damages).toMatchObject([{ position: two!.position, next: { segment: 2, offset: 0 } }]);
});

it('says that the journal ends before the place where reading had come to', async () => {
  const { directory, end } = await journalOf(['one', 'two']);
  await rm(segmentPath(directory, 1));
  const journal = await openJournal(directory, { checkpoint: end });
  await journal.append([Buffer.from('three')]);
  await journal.close();
  const { texts, damages } = await readAll(directory, journal.durableEnd, { from: end });
  expect(texts).toEqual(['three']);
  expect(damages).toMatchObject([{ position: end, bytes: Buffer.alloc(0) }]);
});

it('never reads past the end it was given', async () => {
  const { directory, end } = await journalOf(['one', 'two', 'three']);
  const [one, two] = (await readAll(directory, end)).frames as [JournalFrame, JournalFrame];
  expect((await readAll(directory, one.next)).texts).toEqual(['one']);
  expect((await readAll(directory, two.next)).texts).toEqual(['one', 'two']);
  // Bytes that are being written behind the end are not damage.
  await appendFile(segmentPath(directory, 1), 'half a fra');
  expect(await readAll(directory, end)).toMatchObject({ texts: ['one', 'two', 'three'], damages: [] });
});

it('keeps to the limits, but brings one frame however large', async () => {
  const large = 'x'.repeat(3_000_000);
  const { directory, end } = await journalOf(['a', 'bb', large, 'd'], { segmentBytes: 10_000_000 });
  const reader = openJournalReader(directory);
  const sizes: number[][] = [];
  let at: JournalPosition = { segment: 1, offset: 0 };
  for (let next = at; ; at = next) {
    const read = await reader.read(at, end, { framesMax: 2, bytesMax: 100 });
    next = read.next;
    if (next === at) break;
    sizes.push(read.frames.map((frame) => frame.bytes.byteLength));
  }
  await reader.close();
  expect(sizes).toEqual([[1, 2], [3_000_000], [1]]);
});

it('hands out large damage in pieces that keep to the limits', async () => {
  const { directory, end } = await journalOf(['first', 'x'.repeat(3_000_000), 'last'], {
    segmentBytes: 10_000_000,
  });
  await flip(segmentPath(directory, 1), 1_000_000);
  const { texts, damages } = await readAll(directory, end, { bytesMax: 1_500_000 });
  expect(texts).toEqual(['first', 'last']);
  expect(damages.map(({ bytes }) => bytes.byteLength)).toEqual([
    1_048_576,
    1_048_576,
    3_000_024 - 2 * 1_048_576,
  ]);
});

it('gives frames that later reads do not change', async () => {
  const { directory, end } = await journalOf(['one', 'two', 'three']);
  const reader = openJournalReader(directory);
  const first = await reader.read({ segment: 1, offset: 0 }, end, { framesMax: 1, bytesMax: 100 });
  await reader.read(first.next, end, { framesMax: 10, bytesMax: 100 });
  await reader.close();
  expect(Buffer.from(first.frames[0]!.bytes).toString()).toBe('one');
});

it('stays where it was when there is nothing new', async () => {
  const { directory, end } = await journalOf(['one']);
  const { next } = await readAll(directory, end);
  expect(next).toEqual(end);
  const reader = openJournalReader(directory);
  // A start that wrote nothing yet is nothing new either.
  const read = await reader.read(next, await reopened(directory), { framesMax: 1, bytesMax: 1 });
  await reader.close();
  expect(read).toEqual({ frames: [], damages: [], next });
});
