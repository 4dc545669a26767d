import { zstdCompressSync } from 'node:zlib';
import { encodedMappings, type SourceMapSegment, TraceMap } from '@jridgewell/trace-mapping';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLog } from '#server/platform/log.ts';
import { NOW, openTestProcess, type TestProcess } from '#server/process/test-process.ts';
import type { EventPayload } from '#server/record/event.ts';
import { createSymbolicator, type Symbolicator } from './symbolicator.ts';

const DEBUG_ID = '3f1c9a52b7d04e6f8a0b1c2d3e4f5a6b';
const SCRIPT = 'https://shop.example/assets/shop.js';

let world: TestProcess;
let symbolicator: Symbolicator;
let reads: string[];
let blobs: Map<string, Buffer>;

beforeEach(async () => {
  world = await openTestProcess();
  blobs = new Map();
  reads = [];
  symbolicator = open();
});
afterEach(async () => {
  await symbolicator.close();
  await world.discard();
});

function open(more: { mapsBytesMax?: number } = {}): Symbolicator {
  return createSymbolicator({
    db: world.metadata.store.db,
    blobs: {
      get: async (name) => {
        reads.push(name);
        return blobs.get(name) ?? Promise.reject(new Error('the disk is gone'));
      },
    },
    clock: { now: () => NOW },
    log: createLog('silent'),
    ...more,
  });
}

/** Two calls on one line: `checkOut` at column 10 calls `chargeCard` at column 40. */
const MAP = JSON.stringify({
  version: 3,
  sources: ['webpack://shop/./src/cart.ts', 'webpack://shop/./node_modules/pay/index.js'],
  sourcesContent: ['export function checkOut(cart) {\n  return chargeCard(cart);\n}', 'throw new Error();'],
  names: [],
  mappings: encodedMappings(
    new TraceMap({
      version: 3,
      sources: [],
      names: [],
      mappings: [
        [
          [10, 0, 1, 9],
          [40, 1, 0, 0],
        ],
      ] as SourceMapSegment[][],
    }),
  ),
});

async function upload(json: string, project = 1): Promise<void> {
  const { db } = world.metadata.store;
  const blob = `artifacts/${blobs.size}`;
  blobs.set(blob, zstdCompressSync(json));
  const { id } = await db
    .insertInto('artifact_bundle')
    .values({
      ...{ project_id: project, checksum: blob, release: '', dist: '', files: 1, bytes: 1 },
      ...{ created_at: NOW, used_at: NOW },
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await db
    .insertInto('artifact_file')
    .values({
      ...{ bundle_id: id, project_id: project, kind: 'source_map', url: '~/assets/shop.js.map', blob },
      ...{ debug_id: DEBUG_ID, source_map: '', release: '', dist: '', bytes: json.length },
    })
    .execute();
}

const minified = (): EventPayload => ({
  ...{ event_id: 'a'.repeat(32), type: 'error', timestamp: 0, received: 0, level: 'error' },
  ...{ platform: 'javascript', tags: [] },
  debug_meta: { images: [{ type: 'sourcemap', code_file: SCRIPT, debug_id: DEBUG_ID }] },
  exception: {
    values: [
      {
        type: 'Error',
        stacktrace: {
          frames: [11, 41].map((colno) => ({
            ...{
              abs_path: SCRIPT,
              filename: '/assets/shop.js',
              function: '?',
              lineno: 1,
              colno,
              in_app: true,
            },
          })),
        },
      },
    ],
  },
});

const explain = async (event: EventPayload, project = 1, from = symbolicator) =>
  (await from.round().symbolicate(project, event, { explain: true }))!;
const frames = (event: EventPayload) => event.exception!.values[0]!.stacktrace!.frames;

test('frames become those of the source, a library is none of ours, and the minified ones are kept', async () => {
  await upload(MAP);
  const event = minified();
  expect(await explain(event)).toEqual([]);
  expect(frames(event)).toMatchObject([
    {
      ...{ filename: './src/cart.ts', module: 'src/cart', lineno: 2, colno: 10, in_app: true },
      context_line: '  return chargeCard(cart);',
      pre_context: ['export function checkOut(cart) {'],
      post_context: ['}'],
    },
    { filename: './node_modules/pay/index.js', function: 'chargeCard', in_app: false },
  ]);
  expect(event.exception!.values[0]!.raw_stacktrace).toEqual(minified().exception!.values[0]!.stacktrace);
  // Again: it is done.
  expect(symbolicator.round().symbolicate(1, event)).toBeNull();
});

test('one project never reads with the maps of another', async () => {
  await upload(MAP, 2);
  const event = minified();
  expect((await explain(event))[0]).toMatchObject({ code: 'artifacts_missing' });
  await upload('{}', 1);
  expect((await explain(event))[0]).toMatchObject({ code: 'source_map_invalid' });
  expect(event).toEqual(minified());
});

test('what was uploaded a moment ago is found, though it was looked for in vain before', async () => {
  await upload('{}');
  const event = minified();
  event.debug_meta!.images![0]!.debug_id = 'f'.repeat(32);
  expect((await explain(event))[0]).toMatchObject({ code: 'file_missing' });
  await upload(MAP);
  await world.metadata.store.db
    .updateTable('artifact_file')
    .set({ debug_id: 'f'.repeat(32) })
    .execute();
  expect(await explain(event)).toEqual([]);
});

test('a map is read once, and one that lies is read once too', async () => {
  await upload(MAP);
  await Promise.all([explain(minified()), explain(minified())]);
  await explain(minified());
  expect(reads).toHaveLength(1);
  await upload('not a map');
  for (let n = 0; n < 3; n += 1)
    expect((await explain(minified()))[0]).toMatchObject({
      code: 'source_map_invalid',
      detail: '~/assets/shop.js.map: it is not JSON',
    });
  expect(reads).toHaveLength(2);
});

test('a map larger than the memory for all of them is refused, once', async () => {
  await upload(MAP);
  const small = open({ mapsBytesMax: 100 });
  const event = minified();
  for (let n = 0; n < 2; n += 1)
    expect((await explain(event, 1, small))[0]).toMatchObject({ code: 'source_map_too_large' });
  expect(reads).toHaveLength(1);
  expect(event).toEqual(minified());
  await small.close();
});

test('an event stays as it came when the disk or the metadata is away', async () => {
  await upload(MAP);
  blobs.clear();
  const event = minified();
  expect((await explain(event))[0]).toMatchObject({ code: 'source_map_invalid' });
  await world.metadata.store.db.schema.dropTable('artifact_file').execute();
  const other = open();
  expect(await explain(event, 1, other)).toEqual([]);
  expect(event).toEqual(minified());
  await other.close();
});

test('events of other languages, and frames without a file, wait for nothing', () => {
  const python = { ...minified(), platform: 'python' };
  expect(symbolicator.round().symbolicate(1, python)).toBeNull();
  const native = minified();
  for (const frame of frames(native)) frame.abs_path = '<anonymous>';
  expect(symbolicator.round().symbolicate(1, native)).toBeNull();
});

test('the stacks of threads are readable too, and nothing is said of what is missing there', async () => {
  await upload(MAP);
  const event = minified();
  event.threads = { values: [{ id: 1, stacktrace: event.exception!.values[0]!.stacktrace! }] };
  delete event.exception;
  expect(await explain(event)).toEqual([]);
  const [thread] = event.threads.values;
  expect(thread!.stacktrace!.frames[0]).toMatchObject({ filename: './src/cart.ts', lineno: 2 });
  expect(thread!.raw_stacktrace!.frames[0]).toMatchObject({ filename: '/assets/shop.js', lineno: 1 });

  const unknown = minified();
  unknown.debug_meta = { images: [] };
  unknown.threads = { values: [{ stacktrace: unknown.exception!.values[0]!.stacktrace! }] };
  delete unknown.exception;
  expect(await explain(unknown)).toEqual([]);
});

test('of an event that names hundreds of files, those nearest to the error are looked for', async () => {
  await upload(MAP);
  const event = minified();
  const [, thrown] = frames(event);
  event.release = 'shop@1';
  event.exception!.values[0]!.stacktrace!.frames = [
    ...Array.from({ length: 200 }, (_, n) => ({ ...thrown!, abs_path: `https://shop.example/${n}.js` })),
    thrown!,
  ];
  const reports = await explain(event);
  expect(frames(event).at(-1)).toMatchObject({ filename: './node_modules/pay/index.js' });
  const codes = reports.map(({ code }) => code);
  expect(codes.filter((code) => code === 'file_missing')).toHaveLength(63);
  expect(codes.slice(0, 137)).toEqual(Array.from({ length: 137 }, () => 'files_too_many'));
});
