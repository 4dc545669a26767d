import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testDirectory } from '#server/platform/test-directory.ts';
import { type BundleFile, readBundle } from './read-bundle.ts';
import { type TestEntry, testZip } from './test-zip.ts';

const text = (content: string) => new TextEncoder().encode(content);
const entry = (name: string, content: string): TestEntry => ({ name, bytes: text(content) });
const manifest = (files: unknown) => entry('manifest.json', JSON.stringify({ files }));

const MAP = {
  type: 'source_map',
  url: '~/a.js.map',
  headers: { 'Debug-Id': '3F1C9A52-B7D0-4E6F-8A0B-1C2D3E4F5A6B' },
};

async function read(bytes: Uint8Array): Promise<BundleFile[]> {
  const path = join(await testDirectory(), 'bundle.zip');
  await writeFile(path, bytes);
  const files: BundleFile[] = [];
  await readBundle(path, async (file) => {
    files.push(file);
  });
  return files;
}

test('files are what the manifest says of them, behind the eight bytes that bundles begin with', async () => {
  const zip = testZip(
    [
      manifest({
        'files/_/_/a.js': { type: 'minified_source', url: '~/a.js', headers: { sourcemap: 'a.js.map' } },
        'files/_/_/a.js.map': MAP,
        'files/_/_/b.js': { type: 'minified_source', url: '~/b.js' },
        'files/_/_/ram': { type: 'indexed_ram_bundle', url: '~/ram' },
      }),
      entry('files/_/_/a.js', 'a()'),
      entry('files/_/_/a.js.map', '{}'),
      entry('files/_/_/b.js', 'b()\n//# sourceMappingURL=maps/b.js.map\n'),
      entry('files/_/_/ram', ''),
    ],
    text('SYSB\x02\0\0\0'),
  );
  const generated = { kind: 'minified_source', debugId: '' };
  expect(await read(zip)).toEqual([
    { ...generated, url: '~/a.js', sourceMap: 'a.js.map', bytes: Buffer.from('a()') },
    {
      kind: 'source_map',
      url: '~/a.js.map',
      debugId: '3f1c9a52b7d04e6f8a0b1c2d3e4f5a6b',
      sourceMap: '',
      bytes: Buffer.from('{}'),
    },
    { ...generated, url: '~/b.js', sourceMap: 'maps/b.js.map', bytes: expect.any(Buffer) },
  ]);
});

const whole = testZip([manifest({ 'a.js.map': MAP }), entry('a.js.map', '{"version":3}')]);

test.each<[string, Uint8Array, string]>([
  ['bytes that are no archive', text('x'.repeat(500)), 'no ZIP archive'],
  ['an archive whose end is missing', whole.subarray(0, whole.byteLength - 30), 'no ZIP archive'],
  ['no manifest', testZip([entry('a.js.map', '{}')]), 'no manifest.json'],
  ['a manifest that is no JSON', testZip([entry('manifest.json', '{')]), 'not JSON'],
  ['a manifest of another form', testZip([manifest([1])]), 'not of the right form'],
  ['a file that is not there', testZip([manifest({ 'a.js.map': MAP })]), 'not in it'],
  [
    'a name that leads out of the archive',
    testZip([manifest({}), entry('../../etc/cron.d/tandem', '* * * * *')]),
    'invalid relative path',
  ],
  ['a name from the root', testZip([manifest({}), entry('/etc/passwd', '')]), 'absolute path'],
  [
    'a file that unpacks to more than it says',
    testZip([
      manifest({ 'a.js.map': MAP }),
      { name: 'a.js.map', bytes: new Uint8Array(10_000_000), declaredBytes: 100 },
    ]),
    'cannot be unpacked',
  ],
  [
    'a file that says it is larger than any may be',
    testZip([manifest({ 'a.js.map': MAP }), { name: 'a.js.map', bytes: text('{}'), declaredBytes: 2 ** 31 }]),
    'at most',
  ],
])('%s is refused with the reason', async (_, bytes, words) => {
  await expect(read(bytes)).rejects.toMatchObject({
    constructor: expect.objectContaining({ name: 'InvalidBundle' }),
    message: expect.stringContaining(words),
  });
});
