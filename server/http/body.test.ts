import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import zlib from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { reject } from '#server/record/rejections.ts';
import { createBodies } from './body.ts';
import { type BodyServer, openBodyServer, post } from './test-body.ts';
import { sendRaw } from './test-listener.ts';

const MEBIBYTE = 1024 * 1024;
let server: BodyServer;
afterEach(() => server.close());

async function open(options: Parameters<typeof openBodyServer>[0] = {}) {
  server = await openBodyServer(options);
}

const text = Buffer.from('{"message":"hello"}'.repeat(10));
const large = Buffer.concat([randomBytes(300_000), Buffer.alloc(400_000, 'tandem ')]);

/** Its best quality, the default, takes seconds for what these tests need. */
function brotli(body: Buffer): Buffer {
  return zlib.brotliCompressSync(body, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } });
}

const encoders: Record<string, (body: Buffer) => Buffer> = {
  identity: (body) => body,
  gzip: (body) => zlib.gzipSync(body),
  'x-gzip': (body) => zlib.gzipSync(body),
  deflate: (body) => zlib.deflateSync(body),
  'deflate ': (body) => zlib.deflateRawSync(body),
  br: brotli,
  zstd: (body) => zlib.zstdCompressSync(body),
  GZIP: (body) => zlib.gzipSync(body),
  'gzip, br': (body) => brotli(zlib.gzipSync(body)),
  'identity, gzip': (body) => zlib.gzipSync(body),
};

test.each(Object.entries(encoders))(
  'a body in %j arrives as it was, small or large',
  async (encoding, encode) => {
    await open();
    for (const body of [text, large]) {
      const arrived: Buffer[] = [];
      server.onBody = async (bytes) => void arrived.push(bytes);
      expect(await post(server.port, encode(body), { 'content-encoding': encoding })).toMatch(/^200 /);
      expect(arrived[0]!.equals(body)).toBe(true);
    }
  },
);

test('gzip of several members, as log shippers append it, is one body', async () => {
  await open();
  const body = Buffer.concat([zlib.gzipSync(text), zlib.gzipSync(text)]);
  expect(await post(server.port, body, { 'content-encoding': 'gzip' })).toMatch(`200 ${2 * text.length} `);
});

test.each<[string, string, Buffer, string]>([
  ['an encoding nobody knows', 'snappy', text, '415 encoding_unknown'],
  ['an encoding named like a property', 'constructor', text, '415 encoding_unknown'],
  ['three encodings', 'gzip, gzip, gzip', text, '415 encoding_unknown'],
  ['plain bytes called gzip', 'gzip', text, '400 encoding_invalid'],
  ['plain bytes called deflate', 'deflate', Buffer.from([255, 255, 255]), '400 encoding_invalid'],
  ['plain bytes called br', 'br', Buffer.alloc(40, 255), '400 encoding_invalid'],
  ['plain bytes called zstd', 'zstd', text, '400 encoding_invalid'],
  ['a cut gzip', 'gzip', zlib.gzipSync(text).subarray(0, -9), '400 encoding_invalid'],
  ['a cut deflate', 'deflate', zlib.deflateSync(text).subarray(0, -9), '400 encoding_invalid'],
  ['a cut br', 'br', zlib.brotliCompressSync(text).subarray(0, -2), '400 encoding_invalid'],
  ['a cut zstd', 'zstd', zlib.zstdCompressSync(text).subarray(0, -2), '400 encoding_invalid'],
  ['a large cut gzip', 'gzip', zlib.gzipSync(large).subarray(0, -9), '400 encoding_invalid'],
  ['a large cut br', 'br', zlib.brotliCompressSync(large).subarray(0, -9), '400 encoding_invalid'],
  ['a large cut zstd', 'zstd', zlib.zstdCompressSync(large).subarray(0, -9), '400 encoding_invalid'],
  [
    'a zstd frame that wants 2 GiB of memory',
    'zstd',
    Buffer.from('28b52ffd00a8010000', 'hex'),
    '400 encoding_invalid',
  ],
])('%s is refused', async (_, encoding, body, refusal) => {
  await open();
  expect(await post(server.port, body, { 'content-encoding': encoding })).toBe(refusal);
  expect(server.bodies.bytesInFlight).toBe(0);
});

test('nothing is nothing in every encoding', async () => {
  await open();
  for (const encoding of ['identity', 'gzip', 'zstd'])
    expect(await post(server.port, Buffer.alloc(0), { 'content-encoding': encoding })).toBe('200 0 ');
});

test('a body over the limit is refused whether it says its length or not', async () => {
  await open({ bodyBytesMax: 1000 });
  expect(await post(server.port, Buffer.alloc(1000))).toMatch(/^200 1000/);
  expect(await post(server.port, Buffer.alloc(1001))).toBe('413 body_too_large');
  expect(await post(server.port, Buffer.alloc(1001), { 'transfer-encoding': 'chunked' })).toBe(
    '413 body_too_large',
  );
});

test('the same limit holds after decompression', async () => {
  await open({ bodyBytesMax: 100_000 });
  for (const [encoding, encode] of Object.entries(encoders).filter(([name]) => name !== 'identity')) {
    expect(
      await post(server.port, encode(Buffer.alloc(100_000, 'a')), { 'content-encoding': encoding }),
    ).toMatch('200');
    expect(
      await post(server.port, encode(Buffer.alloc(100_001, 'a')), { 'content-encoding': encoding }),
    ).toBe('413 decompressed_too_large');
  }
});

test('a bomb is refused long before it has unfolded, and its bytes are given back', async () => {
  await open({ bodyBytesMax: 1000 * MEBIBYTE });
  const bomb = zlib.gzipSync(Buffer.alloc(64 * MEBIBYTE));
  const nested = zlib.gzipSync(zlib.gzipSync(Buffer.alloc(64 * MEBIBYTE)));
  const brotliBomb = brotli(Buffer.alloc(64 * MEBIBYTE));
  let most = 0;
  const watch = setInterval(() => {
    most = Math.max(most, server.bodies.bytesInFlight);
  }, 1);
  expect(await post(server.port, bomb, { 'content-encoding': 'gzip' })).toBe('413 compression_ratio');
  expect(await post(server.port, nested, { 'content-encoding': 'gzip, gzip' })).toBe('413 compression_ratio');
  expect(await post(server.port, brotliBomb, { 'content-encoding': 'br' })).toBe('413 compression_ratio');
  clearInterval(watch);
  expect(most).toBeLessThan(40 * MEBIBYTE);
  expect(server.bodies.bytesInFlight).toBe(0);
});

test('repetitive logs that compress a hundred times are no bomb', async () => {
  await open({ bodyBytesMax: 100 * MEBIBYTE });
  const lines = Array.from(
    { length: 100 },
    (_, n) => `{"level":"info","message":"served","id":${n * 7919},"ms":${n}}`,
  );
  const logs = Buffer.alloc(40 * MEBIBYTE, lines.join('\n'));
  const body = zlib.gzipSync(logs);
  expect(logs.length / body.length).toBeGreaterThan(50);
  expect(await post(server.port, body, { 'content-encoding': 'gzip' })).toMatch(/^200 41943040/);
});

test('a refused sender reads the answer even when it writes on, and the connection stays good', async () => {
  await open({ bodyBytesMax: 1000 });
  const first = `POST / HTTP/1.1\r\nhost: a\r\ncontent-length: ${20 * MEBIBYTE}\r\n\r\n`;
  const second = 'POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 2\r\n\r\nhi';
  const answer = await sendRaw(server.port, [first, Buffer.alloc(20 * MEBIBYTE), second]);
  expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  expect(answer).toMatch(/200 OK[\s\S]*2 hi/);
});

test('whoever sends without end is cut off after a bounded amount', async () => {
  await open({ bodyBytesMax: 1000 });
  let sent = 0;
  await new Promise<void>((resolve) => {
    const socket = connect(server.port, '127.0.0.1');
    const piece = Buffer.alloc(MEBIBYTE);
    socket.on('error', () => {}).on('close', () => resolve());
    socket.write(`POST / HTTP/1.1\r\nhost: a\r\ncontent-length: ${1e12}\r\n\r\n`);
    function pump() {
      sent += piece.length;
      if (sent < 1000 * MEBIBYTE && !socket.destroyed) socket.write(piece, () => setImmediate(pump));
      else socket.destroy();
    }
    pump();
  });
  expect(sent).toBeLessThan(200 * MEBIBYTE);
});

test('all bodies together have one budget: over it senders are told to come back, and then it is free again', async () => {
  await open({ bytesInFlightMax: 250_000 });
  let go = () => {};
  const held = new Promise<void>((resolve) => {
    go = resolve;
  });
  server.onBody = () => held;
  const two = [post(server.port, Buffer.alloc(100_000)), post(server.port, Buffer.alloc(100_000))];
  await expect.poll(() => server.bodies.bytesInFlight).toBe(200_000);
  expect(await post(server.port, Buffer.alloc(100_000))).toBe('503 bodies_in_flight');
  expect(await post(server.port, zlib.gzipSync(Buffer.alloc(100_000)), { 'content-encoding': 'gzip' })).toBe(
    '503 bodies_in_flight',
  );
  expect(server.bodies.bytesInFlight).toBe(200_000);
  go();
  expect((await Promise.all(two)).map((answer) => answer.slice(0, 3))).toEqual(['200', '200']);
  expect(server.bodies.bytesInFlight).toBe(0);
  expect(await post(server.port, Buffer.alloc(100_000))).toMatch(/^200/);
});

test('a server that takes larger bodies has room for one of them, compressed and plain', () => {
  const limits = [1, 100, 1024].map((mebibytes) => mebibytes * MEBIBYTE);
  const room = limits.map(
    (bodyBytesMax) => createBodies({ bodyBytesMax, reject }).bytesInFlightMax / MEBIBYTE,
  );
  expect(room).toEqual([256, 256, 2048]);
});

test('a sender who goes away in the middle is an incomplete body, and nothing stays behind', async () => {
  await open();
  const socket = connect(server.port, '127.0.0.1');
  socket.write('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1000\r\ncontent-encoding: gzip\r\n\r\n123');
  await expect.poll(() => server.bodies.bytesInFlight).toBe(3);
  socket.destroy();
  await expect.poll(() => server.ends).toEqual(['body_incomplete']);
  expect(server.bodies.bytesInFlight).toBe(0);
});
