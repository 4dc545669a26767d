/**
 * The program that journal.integration.test.ts kills: eight callers append numbered frames as fast as they are
 * answered. One line on standard output for each answer, written by a plain system call so that no buffer of this
 * process dies with it.
 */
import { writeSync } from 'node:fs';
import { openJournal } from './journal.ts';

const CALLERS = 8;
const [directory = '', run = ''] = process.argv.slice(2);
/** Small segments, so that many a kill meets the moment between two. */
const journal = await openJournal(directory, { segmentBytes: 262_144 });

for (let caller = 0; caller < CALLERS; caller += 1) void appendForEver(caller);

async function appendForEver(caller: number): Promise<never> {
  for (let number = 0; ; number += 1) {
    const id = `${run}:${caller}:${number}`;
    await journal.append([Buffer.from(`${id} `), Buffer.alloc((number * 7919) % 30_000, 'x')]);
    writeSync(1, `${id}\n`);
  }
}
