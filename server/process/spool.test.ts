/** Spool files hold what was written, whole, or writing them fails. */
import { execFileSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testDirectory } from '#server/platform/test-directory.ts';
import { ColumnWriter, type NativePart } from '#server/store/telemetry/native-columns.ts';
import { readNative } from '#server/store/telemetry/test-native.ts';
import { bytesOfRows, type DraftPart, Spool } from './spool.ts';

const parts: DraftPart[] = [
  { table: 'events', rows: Buffer.from('{"event_id":"1"}\n{"event_id":"2"}\n') },
  { table: 'outcomes', rows: Buffer.from('{"quantity":2}\n') },
];

test('what was written is read again', async () => {
  const spool = await Spool.open(await testDirectory());
  await spool.write('1.spool', parts);
  expect(await spool.read('1.spool')).toEqual({ parts, damage: null });
});

const texts = (...values: string[]): NativePart => {
  const column = new ColumnWriter();
  for (const value of values) column.text(value);
  return { rows: values.length, values: [column.take()] };
};
const logs: DraftPart = {
  table: 'logs',
  columns: [{ name: 'body', type: 'String' }],
  parts: [texts('GET /', 'GET /cart'), texts('timed out')],
};
const bodies = (bytes: Buffer) => readNative(bytes).map(({ body }) => body);

test('columns are read again from a file of their own, which goes with the other', async () => {
  const directory = await testDirectory();
  const spool = await Spool.open(directory);
  const written = await spool.write('1.spool', [...parts, logs]);
  const { parts: read, damage } = await spool.read('1.spool');
  expect(damage).toBeNull();
  expect(read.map(({ table }) => table)).toEqual(['events', 'outcomes', 'logs']);
  expect(read[2]).toEqual(written[2]);
  const bytes = await bytesOfRows(read[2]!);
  expect(bodies(bytes)).toEqual(['GET /', 'GET /cart', 'timed out']);
  expect(read[2]!.blocks).toEqual([bytes.byteLength]);
  await spool.remove('1.spool');
  expect(await readdir(directory)).toEqual([]);
});

test('of a file of columns that is not as it was written nothing is inserted', async () => {
  const directory = await testDirectory();
  const spool = await Spool.open(directory);
  await spool.write('1.spool', [...parts, logs]);
  const file = join(directory, '1.spool.logs');
  const bytes = await readFile(file);
  bytes[bytes.length - 1]! ^= 1;
  await writeFile(file, bytes);
  expect(await spool.read('1.spool')).toEqual({
    parts,
    damage: { what: 'the checksums of 1.spool do not hold', bytes },
  });
});

test('only the files named are kept', async () => {
  const directory = await testDirectory();
  const spool = await Spool.open(directory);
  for (const name of ['1.spool', '2.spool', '3.spool']) await spool.write(name, [...parts, logs]);
  await spool.keepOnly(new Set(['2.spool']));
  expect((await readdir(directory)).sort()).toEqual(['2.spool', '2.spool.logs']);
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
