import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOutbound, isPublicAddress, OutboundFailed, OutboundRefused } from './outbound.ts';

describe('an address of the internet', () => {
  it.each(['8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450::1'])('is %s', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
  it.each([
    ...['127.0.0.1', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', '169.254.169.254', '0.0.0.0'],
    ...['100.64.0.1', '255.255.255.255', '224.0.0.1', '::1', '::', 'fe80::1', 'fd00::1', 'ff02::1'],
    ...['::ffff:127.0.0.1', '::ffff:8.8.8.8', '64:ff9b::7f00:1', '2002:7f00:1::', '2001::1', 'localhost', ''],
  ])('is not %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

describe('a call', () => {
  let server: Server;
  let port: number;
  let heard = 0;
  beforeAll(async () => {
    server = createServer((request, response) => {
      heard += 1;
      if (request.url === '/slow') return;
      if (request.url === '/large') return void response.end('x'.repeat(1_000_001));
      if (request.url === '/away') return void response.writeHead(302, { location: '/' }).end();
      const parts: Buffer[] = [];
      request.on('data', (part) => parts.push(part));
      request.on('end', () =>
        response.writeHead(201).end(`${request.method} ${request.headers['x-a']} ${Buffer.concat(parts)}`),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const get = (url: string) => ({ method: 'GET' as const, url, headers: {} });
  /** Says that every name is here. */
  const liar = createOutbound({
    allow: [],
    lookup: (_, __, done) => done(null, [{ address: '127.0.0.1', family: 4 }]),
  });

  it.each([
    ['https://127.0.0.1', 'private address'],
    ['https://[::1]/', 'private address'],
    ['https://[::ffff:7f00:1]/', 'private address'],
    ['https://0x7f.1/', 'private address'],
    ['https://2130706433/', 'private address'],
    ['http://tracker.example', 'only https'],
    ['file:///etc/passwd', 'no http'],
    ['https://ada:secret@tracker.example', 'password'],
    ['nonsense', 'no http'],
  ])('to %s is refused', async (url, reason) => {
    const before = heard;
    await expect(createOutbound({ allow: [] }).call(get(url))).rejects.toThrow(OutboundRefused);
    await expect(createOutbound({ allow: [] }).call(get(url))).rejects.toThrow(reason);
    expect(heard).toBe(before);
  });

  it('to a name that resolves to this machine is refused, whatever the name', async () => {
    const before = heard;
    await expect(liar.call(get(`https://tracker.example:${port}/`))).rejects.toThrow(OutboundRefused);
    expect(heard).toBe(before);
  });

  it.each(['127.0.0.1', 'PORT'])('to what is allowed goes through', async (allowed) => {
    const outbound = createOutbound({ allow: [allowed.replace('PORT', `127.0.0.1:${port}`)] });
    const url = `http://127.0.0.1:${port}/`;
    expect(await outbound.call({ method: 'POST', url, headers: { 'x-a': 'b' }, body: 'ä' })).toMatchObject({
      ...{ status: 201, body: 'POST b ä' },
    });
  });

  it('to another port of an allowed one is refused', async () => {
    const outbound = createOutbound({ allow: ['127.0.0.1:1'] });
    await expect(outbound.call(get(`http://127.0.0.1:${port}/`))).rejects.toThrow(OutboundRefused);
  });

  it('follows no redirect, and waits and reads so much and no more', async () => {
    const outbound = createOutbound({ allow: ['127.0.0.1'], timeoutMs: 300 });
    const at = (path: string) => outbound.call(get(`http://127.0.0.1:${port}${path}`));
    expect((await at('/away')).status).toBe(302);
    await expect(at('/slow')).rejects.toThrow('in time');
    await expect(at('/large')).rejects.toThrow('more than');
    await expect(at('/large')).rejects.toThrow(OutboundFailed);
    await expect(createOutbound({ allow: ['127.0.0.1'] }).call(get('http://127.0.0.1:1/'))).rejects.toThrow(
      'ECONNREFUSED',
    );
  });
});
