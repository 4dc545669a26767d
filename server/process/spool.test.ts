/** Spool files hold what was written, whole, or writing them fails. */
import { execFileSync } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testDirectory } from '#server/platform/test-directory.ts';
import { Spool, type SpoolPart } from './spool.ts';

const parts: SpoolPart[] = [
  { table: 'events', rows: Buffer.from('{"event_id":"1"}\n{"event_id":"2"}\n') },
  { table: 'outcomes', rows: Buffer.from('{"quantity":2}\n') },
];

test('what was written is read again', async () => {
  const spool = await Spool.open(await testDirectory());
  await spool.write('1.spool', parts);
  expect(await spool.read('1.spool')).toEqual({ parts, damage: null });
});

test('only the files named are kept', async () => {
  const directory = await testDirectory();
  const spool = await Spool.open(directory);
  for (const name of ['1.spool', '2.spool', '3.spool']) await spool.write(name, parts);
  await spool.keepOnly(new Set(['2.spool']));
  expect(await readdir(directory)).toEqual(['2.spool']);
});

test('a disk that takes half of a write and says no more makes it fail', async () => {
  const directory = await testDirectory();
  // A limit on the size of files, 64 blocks of 512 bytes: the system writes up to it, then fails.
  const script = `
    const { Spool } = await import('${new URL('./spool.ts', import.meta.url)}');
    const spool = await Spool.open('${directory}');
    const rows = Buffer.alloc(100_000, '{}\\n');
    await spool.write('1.spool', [{ table: 'events', rows }]).then(
      () => console.log('written'),
      (error) => console.log(error.code),
    );`;
  const said = execFileSync(
    'sh',
    ['-c', 'ulimit -f 64 && exec "$0" --input-type=module -e "$1"', process.execPath, script],
    {
      cwd: join(import.meta.dirname, '../..'),
      encoding: 'utf8',
    },
  );
  expect(said.trim()).toBe('EFBIG');
});
