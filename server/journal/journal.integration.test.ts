/** The journal against real ends: a process killed under load, and a disk that is full. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { testDirectory } from '#server/platform/test-directory.ts';
import { JOURNAL_START } from './contract.ts';
import { openJournal } from './journal.ts';
import { readAll } from './test-journal.ts';

const KILLS = 20;

it('has every answered frame exactly once, in the order of its caller, after kill -9 again and again', async () => {
  const directory = await testDirectory();
  const answered: string[] = [];
  for (let run = 0; run < KILLS; run += 1) answered.push(...(await killedRun(directory, run)));

  const journal = await openJournal(directory);
  await journal.close();
  const { texts } = await readAll(directory, journal.durableEnd);
  const ids = texts.map((frame) => frame.slice(0, frame.indexOf(' ')));
  const found = new Set(ids);
  expect(found.size, 'no frame twice').toBe(ids.length);
  expect(answered.filter((id) => !found.has(id))).toEqual([]);
  // Not answered, and yet there, may be at most the last frame of each caller of a run.
  expect(ids.length - answered.length).toBeLessThanOrEqual(KILLS * 8);
  expect(answered.length).toBeGreaterThan(KILLS * 8);

  const nextNumbers = new Map<string, number>();
  for (const id of ids) {
    const [run, caller, number] = id.split(':');
    const key = `${run}:${caller}`;
    expect(Number(number), id).toBe(nextNumbers.get(key) ?? 0);
    nextNumbers.set(key, Number(number) + 1);
  }
});

/** Starts the writer, kills it at a random moment under load, and returns the ids it saw answered. */
async function killedRun(directory: string, run: number): Promise<string[]> {
  const writer = spawn(
    process.execPath,
    [join(import.meta.dirname, 'test-crash-writer.ts'), directory, String(run)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const exited = once(writer, 'exit');
  const output = text(writer.stdout);
  await Promise.race([once(writer.stdout, 'data'), exited]);
  await sleep(Math.random() * 250);
  writer.kill('SIGKILL');
  expect(await exited).toEqual([null, 'SIGKILL']);
  const lines = (await output).split('\n');
  // What follows the last line break is an answer that was being written down.
  lines.pop();
  return lines;
}

/** A file system of its own, small enough to be filled. */
async function smallDisk(bytes: number): Promise<string> {
  const directory = join(await testDirectory(), 'disk');
  await mkdir(directory);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', directory], { stdio: 'pipe' });
  } catch (error) {
    throw new Error(
      'This test fills a disk and mounts a small tmpfs for it, which needs root (CAP_SYS_ADMIN): run the tests as ' +
        'root, or in a container started with --cap-add SYS_ADMIN.',
      { cause: error },
    );
  }
  onTestFinished(() => void execFileSync('umount', ['--lazy', directory]));
  return directory;
}

it('refuses when the disk is full, keeps what was answered, and goes on when there is space', async () => {
  const disk = await smallDisk(16_777_216);
  const filler = join(disk, 'filler');
  await writeFile(filler, Buffer.alloc(8_000_000));
  const directory = join(disk, 'journal');
  const journal = await openJournal(directory, {
    freeBytesMin: 0,
    segmentBytes: 1_000_000,
    retryMs: { first: 5, longest: 20 },
  });
  const frame = (number: number) => Buffer.from(`${number} `.padEnd(100_000, '.'));

  const answered: string[] = [];
  let refusal: unknown;
  for (let number = 0; refusal === undefined; number += 1)
    await journal.append([frame(number)]).then(
      () => answered.push(String(frame(number))),
      (error) => {
        refusal = error;
      },
    );
  expect(refusal).toMatchObject({ name: 'Unavailable', code: 'disk_full', cause: { code: 'ENOSPC' } });
  expect(answered.length).toBeGreaterThan(50);
  await sleep(100);
  expect(journal.refusing).toBe(true);
  expect((await readAll(directory, journal.durableEnd)).texts).toEqual(answered);

  await rm(filler);
  while (journal.refusing) await sleep(5);
  await journal.append([frame(1_000)]);
  await journal.close();
  const reopened = await openJournal(directory, { freeBytesMin: 0 });
  await reopened.close();
  expect(await readAll(directory, reopened.durableEnd, { from: JOURNAL_START })).toMatchObject({
    texts: [...answered, String(frame(1_000))],
    damages: [],
  });
});

it('stops before the disk is full, so that the stores can still work', async () => {
  const directory = await smallDisk(4_194_304);
  const journal = await openJournal(directory, { freeBytesMin: 8_000_000 });
  await expect(journal.append([Buffer.from('hello')])).rejects.toMatchObject({
    code: 'disk_full',
    cause: { message: expect.stringMatching(/^4\d+ bytes are free and 8000000 are kept for the stores$/) },
  });
  await journal.close();
});
