import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Unavailable } from '#server/platform/rejection.ts';
import { testDirectory } from '#server/platform/test-directory.ts';
import { JOURNAL_START, type JournalPosition, type JournalWriter } from './contract.ts';
import { FRAME_HEADER_BYTES, SEGMENT_HEADER_BYTES } from './format.ts';
import { openJournal } from './journal.ts';
import { openJournalReader } from './journal-reader.ts';
import { type DiskCall, type FaultyDisk, faultyDisk, readAll } from './test-journal.ts';

const bytes = (text: string) => [Buffer.from(text)];

/** Fast tries, so that a test waits milliseconds for the disk to be asked again. */
const retryMs = { first: 2, longest: 8 };

async function untilTaking(journal: JournalWriter): Promise<void> {
  while (journal.refusing) await sleep(1);
}

it('keeps what was appended, in order, over restarts', async () => {
  const directory = await testDirectory();
  for (const run of ['a', 'b', 'c']) {
    const journal = await openJournal(directory);
    await Promise.all([1, 2, 3].map((n) => journal.append([Buffer.from(run), Buffer.from(String(n))])));
    await journal.close();
  }
  const journal = await openJournal(directory);
  await journal.close();
  const { texts, damages } = await readAll(directory, journal.durableEnd);
  expect(texts).toEqual(['a1', 'a2', 'a3', 'b1', 'b2', 'b3', 'c1', 'c2', 'c3']);
  expect(damages).toEqual([]);
});

it('shares one write and one fsync among the callers of one moment', async () => {
  const calls: string[] = [];
  const disk = faultyDisk(calls);
  const journal = await openJournal(await testDirectory(), { disk });
  calls.length = 0;
  await Promise.all(Array.from({ length: 100 }, (_, n) => journal.append(bytes(`frame ${n}`))));
  await journal.close();
  expect(calls).toEqual(['write', 'sync']);
});

it('answers only after the fsync, however long it takes', async () => {
  const disk = faultyDisk();
  const journal = await openJournal(await testDirectory(), { disk });
  const happened: string[] = [];
  disk.beforeSync = async () => {
    await sleep(30);
    happened.push('synced');
  };
  await journal.append(bytes('hello')).then(() => happened.push('answered'));
  await journal.close();
  expect(happened).toEqual(['synced', 'answered']);
});

it('tells listeners the durable end after each fsync, never before', async () => {
  const journal = await openJournal(await testDirectory());
  const ends: JournalPosition[] = [];
  journal.onDurable((end) => ends.push(end));
  const start = journal.durableEnd;
  await journal.append(bytes('hello'));
  await journal.close();
  expect(start).toEqual({ segment: 1, offset: SEGMENT_HEADER_BYTES });
  expect(ends).toEqual([{ segment: 1, offset: SEGMENT_HEADER_BYTES + FRAME_HEADER_BYTES + 5 }]);
  expect(journal.durableEnd).toEqual(ends[0]);
});

it('begins a segment when one is full, counts what is behind a position, and frees what was read', async () => {
  const directory = await testDirectory();
  const journal = await openJournal(directory, { segmentBytes: 200 });
  for (let n = 0; n < 10; n += 1) await journal.append(bytes('x'.repeat(50)));
  const frame = FRAME_HEADER_BYTES + 50;
  const { frames } = await readAll(directory, journal.durableEnd);
  expect(frames.map(({ position }) => position.segment)).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
  expect(
    [JOURNAL_START, ...frames.map(({ next }) => next)].map((at) => journal.bytesAfter(at) / frame),
  ).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);

  await journal.trim(frames[6]!.next);
  expect(await readdir(directory)).toEqual(['00000004.segment', '00000005.segment']);
  expect((await readAll(directory, journal.durableEnd, { from: frames[6]!.next })).texts).toHaveLength(3);
  await journal.trim({ segment: 99, offset: 0 });
  await journal.append(bytes('the segment being written is never freed'));
  await journal.close();
  expect((await readAll(directory, journal.durableEnd, { from: frames[9]!.next })).texts).toHaveLength(1);
});

it('is read by process while it is written, rolled over and freed behind it', async () => {
  const directory = await testDirectory();
  const journal = await openJournal(directory, { segmentBytes: 5_000 });
  const reader = openJournalReader(directory);
  let at: JournalPosition = JOURNAL_START;
  const seen: string[] = [];
  let written = false;
  const follow = async () => {
    while (!written || seen.length < 3_000) {
      const read = await reader.read(at, journal.durableEnd, { framesMax: 7, bytesMax: 3_000 });
      expect(read.damages).toEqual([]);
      seen.push(...read.frames.map((frame) => Buffer.from(frame.bytes).toString().trimEnd()));
      at = read.next;
      await journal.trim(at);
      if (read.frames.length === 0) await sleep(1);
    }
  };
  const write = async (caller: number) => {
    for (let n = 0; n < 300; n += 1) await journal.append(bytes(`${caller}:${n}`.padEnd((n * 31) % 700)));
  };
  await Promise.all([
    follow(),
    Promise.all(Array.from({ length: 10 }, (_, caller) => write(caller))).then(() => {
      written = true;
    }),
  ]);
  await reader.close();
  await journal.close();
  for (let caller = 0; caller < 10; caller += 1)
    expect(seen.filter((text) => text.startsWith(`${caller}:`))).toEqual(
      Array.from({ length: 300 }, (_, n) => `${caller}:${n}`),
    );
  expect(await readdir(directory)).toHaveLength(1);
});

it('does not pile up segments over starts that wrote nothing', async () => {
  const directory = await testDirectory();
  for (let n = 0; n < 5; n += 1) {
    const journal = await openJournal(directory);
    if (n === 0) await journal.append(bytes('only frame'));
    await journal.close();
  }
  expect(await readdir(directory)).toEqual(['00000001.segment', '00000005.segment']);
});

it('numbers segments above the checkpoint when the files were lost, so that new frames are read', async () => {
  const directory = await testDirectory();
  const checkpoint = { segment: 41, offset: 5_000 };
  const journal = await openJournal(directory, { checkpoint });
  await journal.append(bytes('new'));
  await journal.close();
  const { texts, damages } = await readAll(directory, journal.durableEnd, { from: checkpoint });
  expect(texts).toEqual(['new']);
  expect(damages.map(({ what }) => what)).toEqual([
    'Everything up to offset 0 of segment 42 is missing: files were removed or cut short.',
  ]);
});

it('refuses more than may wait for the disk, and takes again when it is written', async () => {
  const journal = await openJournal(await testDirectory(), { queueBytesMax: 1_000 });
  const large = [Buffer.alloc(800)];
  const first = journal.append(large);
  await expect(journal.append(large)).rejects.toMatchObject({ name: 'Unavailable', code: 'journal_busy' });
  await first;
  // One frame larger than the bound is taken when nothing else waits: it could never be sent otherwise.
  await journal.append([Buffer.alloc(5_000)]);
  await journal.close();
});

it('refuses after close, having written what was appended before', async () => {
  const directory = await testDirectory();
  const journal = await openJournal(directory);
  const last = journal.append(bytes('last'));
  await journal.close();
  await last;
  await expect(journal.append(bytes('late'))).rejects.toMatchObject({ code: 'journal_closed' });
  expect((await readAll(directory, journal.durableEnd)).texts).toEqual(['last']);
});

describe('a disk that fails', () => {
  it.each<[string, FaultyDisk['faults'], string]>([
    ['is full in the middle of a write', { write: 'ENOSPC' }, 'disk_full'],
    ['is full and cannot even be truncated', { write: 'ENOSPC', truncate: 'EIO' }, 'disk_full'],
    ['has no quota left', { write: 'EDQUOT' }, 'disk_full'],
    ['cannot fsync', { sync: 'EIO' }, 'disk_error'],
    ['cannot fsync nor truncate', { sync: 'EIO', truncate: 'EIO' }, 'disk_error'],
    ['cannot fsync, truncate nor remove', { sync: 'EIO', truncate: 'EIO', remove: 'EIO' }, 'disk_error'],
  ])('%s: refuses, hides what was refused, and recovers', async (_, faults, code) => {
    const directory = await testDirectory();
    const disk = faultyDisk();
    const told: (string | undefined)[] = [];
    const onRefusal = (refusal: Unavailable | undefined) => told.push(refusal?.code);
    const journal = await openJournal(directory, { disk, retryMs, onRefusal });
    await journal.append(bytes('before'));

    Object.assign(disk.faults, faults);
    const refused = await Promise.allSettled([1, 2, 3].map((n) => journal.append(bytes(`refused ${n}`))));
    for (const each of refused)
      expect(each).toMatchObject({ status: 'rejected', reason: { name: 'Unavailable', code } });
    expect(journal.refusing).toBe(true);
    await expect(journal.append(bytes('refused at once'))).rejects.toMatchObject({ code });
    expect((await readAll(directory, journal.durableEnd)).texts).toEqual(['before']);
    await sleep(20);
    expect(journal.refusing).toBe(true);

    for (const call of Object.keys(disk.faults) as DiskCall[]) delete disk.faults[call];
    await untilTaking(journal);
    await journal.append(bytes('after'));
    await journal.close();
    expect(told).toEqual([code, undefined]);
    const expected = { texts: ['before', 'after'], damages: [] };
    expect(await readAll(directory, journal.durableEnd)).toMatchObject(expected);
    const next = await openJournal(directory);
    await next.close();
    expect(await readAll(directory, next.durableEnd)).toMatchObject(expected);
  });

  it('never writes again to a segment whose fsync failed: the next one would succeed and lie', async () => {
    const directory = await testDirectory();
    const disk = faultyDisk();
    const journal = await openJournal(directory, { disk, retryMs });
    disk.faults.sync = 'EIO';
    await expect(journal.append(bytes('refused'))).rejects.toThrow();
    delete disk.faults.sync;
    await untilTaking(journal);
    await journal.append(bytes('after'));
    await journal.close();
    expect((await readFile(`${directory}/00000001.segment`)).byteLength).toBe(SEGMENT_HEADER_BYTES);
    expect((await readAll(directory, journal.durableEnd)).frames[0]?.position.segment).toBeGreaterThan(1);
  });

  it('keeps some space free for the stores, and goes on when there is more', async () => {
    const disk = faultyDisk();
    const journal = await openJournal(await testDirectory(), { disk, retryMs, freeBytesMin: 1_000_000 });
    disk.free = 1_000_100;
    // Looked at again at the latest when 16 MiB were written.
    const large = [Buffer.alloc(16_777_216)];
    await expect(journal.append(large)).rejects.toMatchObject({
      code: 'disk_full',
      cause: { message: '1000100 bytes are free and 1000000 are kept for the stores' },
    });
    disk.free = 100_000_000;
    await untilTaking(journal);
    await journal.append(large);
    await journal.close();
  });

  it('does not keep the program from starting and reading', async () => {
    const directory = await testDirectory();
    const before = await openJournal(directory);
    await before.append(bytes('before'));
    await before.close();
    const disk = faultyDisk();
    disk.free = 0;
    const journal = await openJournal(directory, { disk, retryMs });
    expect(journal.refusing).toBe(true);
    expect((await readAll(directory, journal.durableEnd)).texts).toEqual(['before']);
    disk.free = Number.MAX_SAFE_INTEGER;
    await untilTaking(journal);
    await journal.append(bytes('after'));
    await journal.close();
    expect((await readAll(directory, journal.durableEnd)).texts).toEqual(['before', 'after']);
  });
});

interface Episode {
  /** Sizes of the frames that are appended at once. */
  append: number[];
  faults: FaultyDisk['faults'];
  /** The program stops and starts while the disk still fails, or simply afterwards. */
  restart: 'no' | 'after' | 'meanwhile';
}

const faultyCall = fc.constantFrom<DiskCall>(
  'create',
  'write',
  'sync',
  'truncate',
  'remove',
  'syncDirectory',
);

/** What can happen to a journal in its life. */
const episode: fc.Arbitrary<Episode> = fc
  .record({
    append: fc.array(fc.nat(300), { maxLength: 6 }),
    faults: fc.oneof(
      { weight: 2, arbitrary: fc.constant<FaultyDisk['faults']>({}) },
      { weight: 1, arbitrary: fc.dictionary(faultyCall, fc.constantFrom('EIO', 'ENOSPC'), { maxKeys: 4 }) },
    ),
    restart: fc.constantFrom('no', 'no', 'no', 'after', 'meanwhile'),
  })
  // The one thing that cannot be hidden: refused bytes that could not be cut off before the program ended.
  .filter(({ faults, restart }) => !(faults.truncate && restart === 'meanwhile'));

it('reads exactly what was answered, whatever happened to the disk and whatever the limits', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(episode, { maxLength: 12 }),
      fc.record({ framesMax: fc.integer({ min: 1, max: 5 }), bytesMax: fc.integer({ min: 1, max: 2_000 }) }),
      fc.integer({ min: 1, max: 1_000 }),
      async (episodes, limits, segmentBytes) => {
        const directory = await testDirectory();
        const disk = faultyDisk();
        const open = () => openJournal(directory, { disk, retryMs, segmentBytes });
        let journal = await open();
        let number = 0;
        const answered: string[] = [];
        for (const { append, faults, restart } of episodes) {
          Object.assign(disk.faults, faults);
          const texts = append.map((length) => `${number++} `.padEnd(length, '.'));
          const results = await Promise.allSettled(texts.map((text) => journal.append(bytes(text))));
          answered.push(...texts.filter((_, index) => results[index]?.status === 'fulfilled'));
          if (restart === 'meanwhile') {
            await journal.close();
            journal = await open();
          }
          for (const call of Object.keys(disk.faults) as DiskCall[]) delete disk.faults[call];
          await untilTaking(journal);
          if (restart === 'after') {
            await journal.close();
            journal = await open();
          }
        }
        await journal.close();
        const { texts, damages } = await readAll(directory, journal.durableEnd, limits);
        expect(texts).toEqual(answered);
        expect(damages).toEqual([]);
      },
    ),
    { numRuns: 100 },
  );
});
