import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openTestListener, sendRaw, type TestListener } from './test-listener.ts';

const parent = mkdtempSync(join(tmpdir(), 'tandem-web-'));
const directory = join(parent, 'web');
const PAGE =
  '<!doctype html><title>Tandem</title><meta name="tandem-prefix" content="" /><script src="/assets/main-a1b2c3.js"></script>';
beforeAll(() => {
  mkdirSync(join(directory, 'assets'), { recursive: true });
  writeFileSync(join(directory, 'index.html'), PAGE);
  writeFileSync(join(directory, 'tandem.svg'), '<svg/>');
  writeFileSync(join(directory, 'assets', 'main-a1b2c3.js'), 'console.log(1)');
  writeFileSync(join(directory, 'assets', 'main-a1b2c3.js.br'), 'compressed');
  writeFileSync(join(parent, 'secret.txt'), 'secret');
});
afterAll(() => rmSync(parent, { recursive: true }));

let listener: TestListener;
afterEach(() => listener.close());

async function get(path: string, init?: RequestInit) {
  const answer = await fetch(`${listener.address}${path}`, init);
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

const open = async (webDirectory = directory, publicUrl = '') => {
  listener = await openTestListener({ webDirectory, publicUrl });
};

test.each(['/', '/issues', '/issues/12?tab=tags', '/releases/web@1.2.0', '/apis'])(
  '%s is the first page, fresh every time and within its policy',
  async (path) => {
    await open();
    const { status, headers, text } = await get(path);
    expect([status, text]).toEqual([200, PAGE]);
    expect(headers.get('content-type')).toContain('text/html');
    expect(headers.get('cache-control')).toBe('no-cache');
    expect(headers.get('content-security-policy')).toContain("script-src 'self'");
  },
);

test('files whose names hold a hash are kept for ever, the others are asked for', async () => {
  await open();
  const script = await get('/assets/main-a1b2c3.js', { headers: { 'accept-encoding': 'identity' } });
  expect([script.status, script.text]).toEqual([200, 'console.log(1)']);
  expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(script.headers.get('content-type')).toContain('javascript');
  expect((await get('/tandem.svg')).headers.get('cache-control')).toBe('no-cache');
});

test('a file that the build compressed is sent compressed', async () => {
  await open();
  const answer = await sendRaw(listener.port, [
    'GET /assets/main-a1b2c3.js HTTP/1.1\r\nhost: a\r\naccept-encoding: br\r\nconnection: close\r\n\r\n',
  ]);
  expect(answer).toContain('content-encoding: br');
  expect(answer).toMatch(/compressed$/);
});

test('a file that has not changed is not sent again', async () => {
  await open();
  const { headers } = await get('/tandem.svg');
  const again = await get('/tandem.svg', { headers: { 'if-none-match': `"x", ${headers.get('etag')}` } });
  expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', headers.get('etag')]);
  const { headers: page } = await get('/issues');
  expect((await get('/usage', { headers: { 'if-none-match': page.get('etag')! } })).status).toBe(304);
});

test('who takes no compressed file gets the plain one', async () => {
  await open();
  const encodingFor = async (accepted: string) =>
    (await get('/assets/main-a1b2c3.js', { headers: { 'accept-encoding': accepted } })).headers.get(
      'content-encoding',
    );
  for (const accepted of ['identity', 'gzip', 'br;q=0', 'deflate, br; q=0.0'])
    expect(await encodingFor(accepted), accepted).toBeNull();
});

test('a build that replaces the files takes nothing from the pages that stand open', async () => {
  const replaced = join(parent, 'replaced');
  cpSync(directory, replaced, { recursive: true });
  await open(replaced);
  rmSync(replaced, { recursive: true });
  mkdirSync(replaced);
  writeFileSync(join(replaced, 'index.html'), 'half a build');
  const script = await get('/assets/main-a1b2c3.js', { headers: { 'accept-encoding': 'identity' } });
  expect([script.status, script.text]).toEqual([200, 'console.log(1)']);
  expect((await get('/issues')).text).toBe(PAGE);
});

test.each([
  '/assets/main-old.js',
  '/favicon.ico',
  '/api/v1/nothing',
  '/api',
  '/v1/logs',
  '/health/nothing',
  '/metrics/nothing',
  '/assets/main-a1b2c3.js.br',
])('%s is missing, not a page', async (path) => {
  await open();
  const { status, text } = await get(path);
  expect([status, JSON.parse(text).error.code]).toEqual([404, 'not_found']);
});

test('only looking gets a page', async () => {
  await open();
  expect((await get('/issues', { method: 'HEAD' })).status).toBe(200);
  expect((await get('/issues', { method: 'POST' })).status).toBe(404);
});

test.each([
  '/../secret.txt',
  '/assets/../../secret.txt',
  '/%2e%2e/secret.txt',
  '/..%2fsecret.txt',
  '/assets/..%5c..%5csecret.txt',
])('%s does not lead out of the directory', async (path) => {
  await open();
  const answer = await sendRaw(listener.port, [
    `GET ${path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`,
  ]);
  expect(answer).not.toMatch(/\r\n\r\nsecret$/);
});

test.each(['', '/a&b'])(
  'a page under a path asks for its files there, whether the proxy leaves "%s" of it',
  async (path) => {
    await open(directory, 'https://example.org/a&b/');
    const page = await get(`${path}/issues/12`);
    expect(page.text).toContain('name="tandem-prefix" content="/a&amp;b"');
    expect(page.text).toContain('src="/a&amp;b/assets/main-a1b2c3.js"');
    expect((await get(`${path}/assets/main-a1b2c3.js`)).text).toBe('console.log(1)');
    expect((await get(`${path}/assets/main-old.js`)).status).toBe(404);
    expect((await get(`${path}/health/live`)).status).toBe(200);
    for (const address of [path, `${path}?x`]) expect((await get(address)).text).toBe(page.text);
  },
);

test('a path that only begins like the prefix is another one', async () => {
  await open(directory, 'https://example.org/tandem');
  expect((await get('/tandemic/health/live')).headers.get('content-type')).toContain('text/html');
});

test('without a built web the APIs are there and the pages are not', async () => {
  await open('/nowhere');
  expect((await get('/health/live')).status).toBe(200);
  expect((await get('/')).status).toBe(404);
});
