import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { createDelivery } from './delivery.ts';
import { Outbox } from './outbox.ts';

type Reply = [status: number, headers?: Record<string, string>, body?: string];

let server: Server | undefined;
afterEach(() => server?.close());

/** A server that gives these answers one after the other, then 200. */
async function open(replies: Reply[], bytesMax?: number) {
  const requests: { headers: IncomingHttpHeaders; lines: string[] }[] = [];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const lines = gunzipSync(Buffer.concat(chunks)).toString().trimEnd().split('\n');
      requests.push({ headers: request.headers, lines });
      const [status, headers, body] = replies.shift() ?? [200];
      response.writeHead(status, headers).end(body);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const outbox = new Outbox(bytesMax);
  const said: string[] = [];
  const delivery = createDelivery({
    target: { url: new URL(`http://127.0.0.1:${port}/ingest/jsonl?service=shop`), key: 'k' },
    outbox,
    say: (sentence) => said.push(sentence),
    report: (sentence) => outbox.add(sentence, 1),
    random: () => 0,
  });
  return { outbox, delivery, requests, said };
}

describe('delivery', () => {
  it('sends batches in order, packed, with the key', async () => {
    const { outbox, delivery, requests, said } = await open([]);
    outbox.add('one', 1);
    outbox.seal();
    outbox.add('two', 1);
    await delivery.finish(5_000);
    expect(requests.map(({ lines }) => lines)).toEqual([['one'], ['two']]);
    expect(requests[0]!.headers).toMatchObject({ authorization: 'Bearer k', 'content-encoding': 'gzip' });
    expect(new Set(requests.map(({ headers }) => headers['idempotency-key'])).size).toBe(2);
    expect(said).toEqual([]);
  });

  it('sends again what failed, when the server says, and tells of it once', async () => {
    const busy: Reply = [429, { 'retry-after': '0' }, '{"error":{"message":"Too many."}}'];
    const { outbox, delivery, requests, said } = await open([busy, busy, [503, { 'retry-after': '0' }]]);
    outbox.add('one', 1);
    outbox.seal();
    delivery.wake();
    await expect.poll(() => requests.length).toBe(4);
    await delivery.finish(5_000);
    expect(new Set(requests.map(({ lines }) => lines.join()))).toEqual(new Set(['one']));
    expect(new Set(requests.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
    expect(said).toEqual([
      expect.stringMatching(/does not take lines now \(429 Too many\.\)\. They are kept/),
      expect.stringContaining('answers again'),
    ]);
  });

  it('goes on without what the server refuses', async () => {
    const { outbox, delivery, requests, said } = await open([[413, {}, 'too large']]);
    outbox.add('one', 3);
    outbox.seal();
    outbox.add('two', 1);
    await delivery.finish(5_000);
    expect(requests.map(({ lines }) => lines)).toEqual([['one'], ['two']]);
    expect(said).toEqual(['3 lines were refused and are lost: 413 too large']);
  });

  it('stops for a key that is not taken, and keeps nothing from there on', async () => {
    const { outbox, delivery, requests, said } = await open([[403, {}, 'unknown key']]);
    outbox.add('one', 1);
    outbox.seal();
    delivery.wake();
    await expect.poll(() => said).toEqual([expect.stringMatching(/ingest key \(403 unknown key\)/)]);
    outbox.add('two', 1);
    await delivery.finish(5_000);
    expect(requests).toHaveLength(1);
    expect(said).toHaveLength(1);
    expect(outbox.waitingLines).toBe(0);
  });

  it('reports what found no room behind what did', async () => {
    const { outbox, delivery, requests, said } = await open([], 40);
    expect(outbox.add('the first line', 1)).toBe(true);
    expect(outbox.add('a joined record of forty lines', 40)).toBe(false);
    expect(outbox.add('another line that is too long', 1)).toBe(false);
    await delivery.finish(5_000);
    expect(requests.flatMap(({ lines }) => lines)).toEqual([
      'the first line',
      'tandem pipe dropped 41 lines',
    ]);
    expect(said).toEqual(['dropped 41 lines: the server did not take them in time.']);
  });

  it('ends at its deadline, and says what was not sent', async () => {
    const { outbox, delivery, said } = await open(Array.from({ length: 100 }, (): Reply => [500]));
    outbox.add('one', 7);
    await delivery.finish(100);
    expect(said.at(-1)).toBe('7 lines were not sent.');
  });
});
