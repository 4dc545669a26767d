import { randomBytes } from 'node:crypto';
import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { KEY, openTestDoor } from '#server/ingest/test-door.ts';
import { attachmentsRoute } from './attachments.ts';
import { decodeEnvelope } from './envelope.ts';
import { minidumpRoute } from './minidump.ts';
import { sentryProtocol } from './sentry.ts';
import { formOf, jsonOf, refusalOf, requestOf } from './test-request.ts';
import { unrealRoute } from './unreal.ts';

/** A header as MiniDumpWriteDump writes it, with its time, and nothing behind it. */
const DUMP = Buffer.concat([
  Buffer.from('MDMP'),
  Buffer.alloc(16),
  Buffer.from([0x80, 0x4f, 0x57, 0x69]),
  Buffer.alloc(8),
]);
/** Above the limit for an attachment, and no bomb. */
const HUGE = Buffer.alloc(101 * 1024 * 1024, randomBytes(1024 * 1024).fill(0, 16_384));
const DUMP_TIME = 0x69574f80;
const ID = '9ec79c33ec9942ab8353589fcb2e04dc';

describe('a minidump', () => {
  const post = async (parts: Parameters<typeof formOf>[0]) => {
    const form = formOf(parts);
    return minidumpRoute.decode(requestOf(form.body, { headers: form.headers }));
  };
  const dumpPart = { name: 'upload_file_minidump', filename: 'crash.dmp.gz', body: gzipSync(DUMP) };

  test('with what the reporter says of the program becomes a fatal event with attachments, answered by its id', async () => {
    const decoded = await post([
      { name: 'sentry[release]', body: 'game@1.0' },
      { name: 'sentry[tags][gpu]', body: 'none' },
      { name: 'sentry', body: `{"event_id":"${ID}","user":{"id":"7"},"tags":{"os":"linux"}}` },
      { name: 'guid', body: 'abc' },
      dumpPart,
      { name: 'some_file', filename: 'game.log', body: 'line 1\r\nline 2' },
    ]);
    expect(
      decoded.request.records.map(({ type, meta, payload }) => [
        type,
        meta.name,
        meta.attachmentType,
        payload.byteLength,
      ]),
    ).toEqual([
      ['event', undefined, undefined, expect.any(Number)],
      ['attachment', 'crash.dmp', 'event.minidump', DUMP.length],
      ['attachment', 'game.log', 'event.attachment', 14],
    ]);
    expect(jsonOf(decoded.request.records[0])).toMatchObject({
      level: 'fatal',
      platform: 'native',
      timestamp: DUMP_TIME,
      release: 'game@1.0',
      tags: { gpu: 'none', os: 'linux' },
      user: { id: '7' },
      extra: { guid: 'abc' },
      exception: {
        values: [{ type: 'Minidump', mechanism: { type: 'minidump', handled: false, synthetic: true } }],
      },
    });
    expect(minidumpRoute.answer(decoded, { limited: [] })).toMatchObject({ status: 200, body: ID });
  });

  test('may come alone, as zstd, or with its JSON cut in pieces', async () => {
    const raw = await minidumpRoute.decode(
      requestOf(DUMP, { headers: { 'content-type': 'application/octet-stream' } }),
    );
    expect(raw.request.records).toHaveLength(2);
    const { request } = await post([
      { name: 'sentry__2', body: '"web@2"}' },
      { name: 'sentry__1', body: '{"release":' },
      { ...dumpPart, body: zstdCompressSync(DUMP) },
    ]);
    expect(jsonOf(request.records[0])).toMatchObject({ release: 'web@2' });
  });

  test('brings the event and the breadcrumbs that sentry-native keeps as MessagePack', async () => {
    const text = (value: string) => Buffer.concat([Buffer.from([0xd9, value.length]), Buffer.from(value)]);
    const map = (pairs: Record<string, string>) =>
      Buffer.concat([
        Buffer.from([0x80 + Object.keys(pairs).length]),
        ...Object.entries(pairs).flatMap((pair) => pair.map(text)),
      ]);
    const crumb = (second: number) =>
      map({ message: `step ${second}`, timestamp: `2026-01-01T00:00:0${second}Z` });
    const { request } = await post([
      { name: '__sentry-event', filename: '__sentry-event', body: map({ event_id: ID, release: 'game@4' }) },
      {
        name: '__sentry-breadcrumb1',
        filename: '__sentry-breadcrumb1',
        body: Buffer.concat([crumb(3), crumb(4)]),
      },
      { name: '__sentry-breadcrumb2', filename: '__sentry-breadcrumb2', body: crumb(2) },
      dumpPart,
      { name: 'sentry[environment]', body: 'beta' },
    ]);
    expect(request.eventId).toBe(ID);
    expect(request.records.map(({ type }) => type)).toEqual(['event', 'attachment']);
    expect(jsonOf(request.records[0])).toMatchObject({
      release: 'game@4',
      environment: 'beta',
      breadcrumbs: { values: [{ message: 'step 2' }, { message: 'step 3' }, { message: 'step 4' }] },
    });
  });

  test('takes one such file of each name, and keeps others as attachments', async () => {
    const file = { name: '__sentry-breadcrumb1', filename: 'b', body: Buffer.from([0x80]) };
    const { request } = await post([file, file, file, dumpPart]);
    expect(request.records.map(({ type }) => type)).toEqual([
      'event',
      ...['attachment', 'attachment', 'attachment'],
    ]);
  });

  test('keeps such a file as an attachment when the crash left half of it', async () => {
    const { request } = await post([
      { name: '__sentry-event', filename: '__sentry-event', body: Buffer.from([0x85, 0xa1]) },
      dumpPart,
    ]);
    expect(request.records.map(({ type }) => type)).toEqual(['event', 'attachment', 'attachment']);
  });

  test('cannot pollute prototypes by its field names', async () => {
    const { request } = await post([
      { name: 'sentry[__proto__][polluted]', body: 'yes' },
      { name: 'sentry[constructor][prototype][polluted]', body: 'yes' },
      { name: 'sentry', body: '{"__proto__":{"polluted":"yes"}}' },
      { name: '__proto__', body: 'yes' },
      dumpPart,
    ]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(request.records).toHaveLength(2);
  });

  test('may come with parts that have no name', async () => {
    const form = formOf([dumpPart]);
    const nameless = '--boundary\r\nContent-Disposition: form-data\r\n\r\nlost\r\n';
    const decoded = await minidumpRoute.decode(
      requestOf(Buffer.concat([Buffer.from(nameless), form.body]), { headers: form.headers }),
    );
    expect(jsonOf(decoded.request.records[0])).toMatchObject({ extra: { '': 'lost' } });
  });

  test.each([
    ['no dump', [{ name: 'x', body: 'y' }], 'minidump_missing'],
    ['not a dump', [{ ...dumpPart, body: 'ELF' }], 'minidump_invalid'],
    ['broken gzip', [{ ...dumpPart, body: gzipSync(DUMP).subarray(0, 20) }], 'minidump_invalid'],
    ['a bomb', [{ ...dumpPart, body: gzipSync(Buffer.alloc(64 * 1024 * 1024)) }], 'compression_ratio'],
    ['more than may be attached', [{ ...dumpPart, body: gzipSync(HUGE, { level: 1 }) }], 'item_too_large'],
    [
      'zstd that wants 2 GiB of memory',
      [{ ...dumpPart, body: Buffer.from('28b52ffd00a8010000', 'hex') }],
      'minidump_invalid',
    ],
    ['too many fields', Array.from({ length: 1_001 }, () => ({ name: 'x', body: 'y' })), 'too_many_items'],
    [
      'too many files',
      Array.from({ length: 101 }, () => ({ name: 'x', filename: 'y', body: 'z' })),
      'too_many_items',
    ],
    [
      'a field without end',
      [{ name: 'sentry', body: 'x'.repeat(1024 * 1024 + 1) }, dumpPart],
      'item_too_large',
    ],
    [
      'an event of many fields',
      Array.from({ length: 20 }, (_, n) => ({ name: `x${n}`, body: 'y'.repeat(60_000) })).concat([
        dumpPart as never,
      ]),
      'item_too_large',
    ],
    [
      'JSON in pieces that are more than an event',
      [
        ...Array.from({ length: 5 }, (_, n) => ({ name: `sentry__${n}`, body: ' '.repeat(1024 * 1024) })),
        { name: 'sentry__9', body: '{}' },
        dumpPart,
      ],
      'item_too_large',
    ],
    [
      'a million breadcrumbs',
      [{ name: '__sentry-breadcrumb1', filename: 'b', body: Buffer.alloc(1024 * 1024, 0x80) }, dumpPart],
      'item_too_large',
    ],
    ['deep JSON', [{ name: 'sentry', body: '{"a":'.repeat(1000) }, dumpPart], 'json_too_deep'],
  ])('with %s is refused', async (_, parts, code) => {
    expect(await refusalOf(() => post(parts))).toBe(code);
  });

  test.each([
    [
      'cut short',
      formOf([dumpPart]).body.subarray(0, 80),
      'multipart/form-data; boundary=boundary',
      'multipart_invalid',
    ],
    ['no boundary', DUMP, 'multipart/form-data', 'multipart_invalid'],
    ['no content type', DUMP, '', 'multipart_invalid'],
    ['nothing', Buffer.alloc(0), 'multipart/form-data; boundary=boundary', 'body_empty'],
    ['a boundary that never comes', DUMP, 'multipart/form-data; boundary=x', 'multipart_invalid'],
  ])('as a form with %s is refused', async (_, body, contentType, code) => {
    expect(
      await refusalOf(() =>
        minidumpRoute.decode(requestOf(body, { headers: { 'content-type': contentType } })),
      ),
    ).toBe(code);
  });

  test('inside an envelope makes the event fatal, and is an event where there is none', () => {
    const attachment = `{"type":"attachment","attachment_type":"event.minidump","length":${DUMP.length},"filename":"m.dmp"}\n`;
    const decode = (head: string, tail = '') =>
      decodeEnvelope(requestOf(Buffer.concat([Buffer.from(head + attachment), DUMP, Buffer.from(tail)])));
    const both = decode('{}\n', '\n{"type":"event"}\n{"release":"app@3"}');
    expect(both.request.records.map(({ type }) => type)).toEqual(['event', 'attachment']);
    expect(jsonOf(both.request.records[0])).toMatchObject({
      level: 'fatal',
      platform: 'native',
      release: 'app@3',
      timestamp: DUMP_TIME,
    });
    const alone = decode('{}\n');
    expect(alone.request.records.map(({ type }) => type)).toEqual(['event', 'attachment']);
    expect(alone.request.eventId).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe('an Unreal Engine report', () => {
  const text = (value: string) => Buffer.concat([int(value.length + 1), Buffer.from(`${value}\0`)]);
  const int = (value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32LE(value);
    return bytes;
  };
  const header = (files: number) =>
    Buffer.concat([text('UE4CC-Windows'), text('UE4CC.uecrash'), int(0), int(files)]);
  const report = (files: [string, Buffer | string][]) =>
    Buffer.concat([
      header(0),
      ...files.flatMap(([name, body], index) => [
        int(index),
        text(name),
        int(body.length),
        Buffer.from(body as string),
      ]),
      header(files.length),
    ]);
  const post = async (container: Buffer) =>
    unrealRoute.decode(
      requestOf(deflateSync(container), { query: new URLSearchParams({ UserID: '|epic7|machine' }) }),
    );

  const CONTEXT = `<?xml version="1.0"?><FGenericCrashContext><RuntimeProperties><ErrorMessage>Fatal error: &quot;a &lt; b&quot;</ErrorMessage>
    <EngineVersion>5.4.1</EngineVersion><UserName>rex</UserName><TimeOfCrash>639029808000000000</TimeOfCrash></RuntimeProperties>
    <GameData><__sentry>{&quot;release&quot;:&quot;game@2&quot;}</__sentry></GameData></FGenericCrashContext>`;

  test('becomes an event with all its files attached', async () => {
    const { request } = await post(
      report([
        ['CrashContext.runtime-xml', CONTEXT],
        ['UE4Minidump.dmp', DUMP],
        ['Game.log', 'LogInit: hi'],
      ]),
    );
    expect(jsonOf(request.records[0])).toMatchObject({
      level: 'fatal',
      platform: 'native',
      release: 'game@2',
      timestamp: 1_767_384_000,
      user: { id: 'epic7', username: 'rex' },
      exception: { values: [{ type: 'Unreal', value: 'Fatal error: "a < b"' }] },
      contexts: { unreal: { EngineVersion: '5.4.1' } },
    });
    expect(request.records.slice(1).map(({ meta }) => [meta.name, meta.attachmentType])).toEqual([
      ['CrashContext.runtime-xml', 'unreal.context'],
      ['UE4Minidump.dmp', 'event.minidump'],
      ['Game.log', 'unreal.logs'],
    ]);
  });

  test('without a context file is still an event', async () => {
    const { request } = await post(report([['Game.log', 'x']]));
    expect(jsonOf(request.records[0])).toMatchObject({
      level: 'fatal',
      exception: { values: [{ type: 'Unreal' }] },
    });
  });

  test.each([
    ['cut short', report([['a.log', 'x']]).subarray(0, 60)],
    ['a length that lies', Buffer.concat([int(2_000_000_000), Buffer.alloc(8)])],
    ['a negative length', Buffer.concat([int(-5), Buffer.alloc(8)])],
    ['a count that lies', Buffer.concat([header(0), int(99)])],
    ['two bytes', Buffer.from('hi')],
    ['nothing', Buffer.alloc(0)],
  ])('with %s is refused', async (_, container) => {
    expect(await refusalOf(() => post(container))).toBe('crash_report_invalid');
  });
});

test('what reports unpack to counts against the memory for bodies: beyond it reporters are told to come back', async () => {
  const door = await openTestDoor({ protocols: [sentryProtocol], bytesInFlightMax: 1024 * 1024 });
  const body = gzipSync(Buffer.concat([DUMP, Buffer.alloc(600_000)]));
  const send = () =>
    fetch(`${door.address}/api/1/minidump/?sentry_key=${KEY}`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/octet-stream' },
    });
  let durable = () => {};
  door.onAppend = () => new Promise((resolve) => (durable = resolve));
  const first = send();
  await expect.poll(door.bytesInFlight).toBeGreaterThan(600_000);
  expect((await send()).status).toBe(503);
  durable();
  expect((await first).status).toBe(200);
  expect(door.bytesInFlight()).toBe(0);
  door.onAppend = async () => {};
  expect((await send()).status).toBe(200);
  await door.close();
});

test('files for an event that is already there are attachments of its id', async () => {
  const form = formOf([{ name: 'log', filename: '../../etc/\u0007passwd', body: 'x' }]);
  const { request } = await attachmentsRoute.decode(
    requestOf(form.body, { headers: form.headers, params: { project: '1', event_id: ID } }),
  );
  expect(request.eventId).toBe(ID);
  expect(request.records).toMatchObject([
    { type: 'attachment', meta: { name: 'passwd', attachmentType: 'event.attachment' } },
  ]);
  expect(
    await refusalOf(() =>
      attachmentsRoute.decode(requestOf(form.body, { headers: form.headers, params: { event_id: 'x' } })),
    ),
  ).toBe('event_id_invalid');
});
