import { afterEach, expect, test } from 'vitest';
import { Unavailable } from '#server/platform/rejection.ts';
import type { KnownKey } from './keys.ts';
import { KEY, openTestDoor, type TestDoor } from './test-door.ts';
import { lineProtocol } from './test-protocol.ts';

let door: TestDoor;
afterEach(() => door.close());

async function open(key: Partial<KnownKey> = {}) {
  door = await openTestDoor({ protocols: [lineProtocol], keys: { [KEY]: key } });
}

async function send(body: string, { path = '/api/1/lines/', query = `?key=${KEY}`, ...init }: Send = {}) {
  const answer = await fetch(`${door.address}${path}${query}`, { method: 'POST', body, ...init });
  return { status: answer.status, headers: answer.headers, body: await answer.text() };
}
type Send = RequestInit & { path?: string; query?: string };

const kinds = () => door.frames.flatMap((frame) => frame.records.map((record) => record.kind));

test('a request is one frame in the journal, with what the door knows about the sender', async () => {
  await open();
  const answer = await send('event one\nsession\nevent two');
  expect(answer.status).toBe(200);
  expect(door.frames).toHaveLength(1);
  expect(door.frames[0]).toMatchObject({
    project: 1,
    key: 7,
    receivedAt: 1_764_000_000_000,
    clientIp: '127.0.0.1',
  });
  expect(door.frames[0]!.records.map((record) => Buffer.from(record.payload).toString())).toEqual([
    'event one',
    'session',
    'event two',
  ]);
});

test('nothing is answered before the journal has it', async () => {
  await open();
  const steps: string[] = [];
  let durable = () => {};
  door.onAppend = () =>
    new Promise((resolve) => {
      steps.push('appending');
      durable = resolve;
    });
  const answer = send('event').then(() => steps.push('answered'));
  await expect.poll(() => steps).toEqual(['appending']);
  steps.push('durable');
  durable();
  await answer;
  expect(steps).toEqual(['appending', 'durable', 'answered']);
});

test.each<[string, Partial<KnownKey>, string, string, number, string]>([
  ['without a key', {}, '/api/1/lines/', '', 403, 'key_missing'],
  ['with a key that nobody knows', {}, '/api/1/lines/', `?key=${'0'.repeat(32)}`, 403, 'key_unknown'],
  ['with a key that is none', {}, '/api/1/lines/', '?key=%00;drop', 403, 'key_unknown'],
  ['with two keys', {}, '/api/1/lines/', `?key=${KEY}&key=${'0'.repeat(32)}`, 403, 'key_conflict'],
  ['to another project', {}, '/api/2/lines/', `?key=${KEY}`, 403, 'project_mismatch'],
  ['to a project spelled in another way', {}, '/api/01/lines/', `?key=${KEY}`, 403, 'project_mismatch'],
  ['with a disabled key', { enabled: false }, '/api/1/lines/', `?key=${KEY}`, 403, 'key_disabled'],
  ['to a deleted project', { projectExists: false }, '/api/1/lines/', `?key=${KEY}`, 404, 'project_unknown'],
])(
  'a request %s is refused with its reason, and nothing of it is kept',
  async (_, key, path, query, status, code) => {
    await open(key);
    const answer = await send('event', { path, query });
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toEqual({ code });
    expect(door.frames).toEqual([]);
  },
);

test('refusals are counted by key where one is known, and for nobody where none is', async () => {
  await open({ enabled: false });
  await send('event');
  await send('event');
  await send('event', { query: '?key=1' });
  expect(await door.counts()).toEqual([
    expect.objectContaining({ project: 1, key: 7, kind: 'event', reason: 'key_disabled', quantity: 2 }),
    expect.objectContaining({ project: 0, key: 0, kind: 'unknown', reason: 'key_unknown', quantity: 1 }),
  ]);
  expect(door.frames).toHaveLength(1);
});

test('a body that cannot be read is refused whole, and all that it holds is counted', async () => {
  await open();
  const answer = await send('event\nnonsense\nevent two');
  expect(answer.status).toBe(400);
  const line = { project: 1, key: 7, outcome: 'rejected', reason: 'event_invalid' };
  expect(await door.counts()).toEqual([
    expect.objectContaining({ ...line, kind: 'event', quantity: 2, bytes: 14 }),
    expect.objectContaining({ ...line, kind: 'unknown', quantity: 1, bytes: 8 }),
  ]);
});

test('a body that never comes is counted for the key that the address names', async () => {
  door = await openTestDoor({ protocols: [lineProtocol], bodyBytesMax: 100 });
  expect((await send('event '.repeat(50))).status).toBe(413);
  expect((await send('event '.repeat(50), { query: '' })).status).toBe(413);
  expect(await door.counts()).toEqual([
    expect.objectContaining({ project: 1, key: 7, reason: 'body_too_large', quantity: 1 }),
    expect.objectContaining({ project: 0, key: 0, reason: 'body_too_large', quantity: 1 }),
  ]);
});

test('what the decoder counts is kept beside the records it came with', async () => {
  await open();
  await send('event\ndiscarded');
  expect(kinds()).toEqual(['event', 'unknown']);
  expect(await door.counts()).toEqual([
    {
      at: 1_764_000_000_000,
      project: 1,
      key: 7,
      kind: 'event',
      outcome: 'discarded',
      reason: 'before_send',
      quantity: 1,
      bytes: 0,
    },
  ]);
});

test('over the rate limit the rest of the request is taken, and the answer carries the limit', async () => {
  await open({ rateLimit: { count: 2, windowSeconds: 60 } });
  const answer = await send('event\nevent\nevent\nsession\ndiscarded');
  expect(answer.status).toBe(200);
  expect(answer.headers.get('x-limits')).toMatch(/^event;/);
  expect(kinds()).toEqual(['event', 'event', 'session', 'unknown']);
  expect(await door.counts()).toContainEqual(
    expect.objectContaining({
      key: 7,
      kind: 'event',
      outcome: 'rejected',
      reason: 'rate_limited',
      quantity: 1,
    }),
  );
});

test('when nothing of a request may pass it is refused with 429 and the time to wait, but its reports are kept', async () => {
  await open({ rateLimit: { count: 1, windowSeconds: 60 } });
  await send('event');
  const answer = await send('event\ndiscarded');
  expect(answer.status).toBe(429);
  expect(answer.headers.get('retry-after')).toBe('60');
  expect(JSON.parse(answer.body)).toEqual({ code: 'rate_limited' });
  const counts = await door.counts();
  expect(counts.map((line) => [line.outcome, line.reason, line.quantity])).toEqual([
    ['discarded', 'before_send', 1],
    ['rejected', 'rate_limited', 1],
  ]);
});

test('a server that is behind takes errors and refuses the rest, then everything but reports', async () => {
  await open();
  door.pressure.level = 1;
  const partly = await send('event\nlog\nspan');
  expect([partly.status, partly.headers.get('x-limits')]).toEqual([200, 'log;span']);
  door.pressure.level = 3;
  const nothing = await send('event\ndiscarded');
  expect([nothing.status, JSON.parse(nothing.body)]).toEqual([429, { code: 'overloaded' }]);
  expect(nothing.headers.get('retry-after')).toBe('30');
  expect((await send('discarded')).status).toBe(200);
  expect(kinds()).toEqual(['event', 'unknown', 'unknown']);
});

test('a journal that cannot take more makes 503 with Retry-After, and the records count as rejected', async () => {
  await open();
  door.onAppend = async () => {
    throw new Unavailable('journal_full', 'The disk is full.', { retryAfterSeconds: 9 });
  };
  const answer = await send('event\nsession\ntransaction\ndiscarded');
  expect(answer.status).toBe(503);
  expect(answer.headers.get('retry-after')).toBe('9');
  door.onAppend = async () => {};
  expect((await door.counts()).map((line) => [line.kind, line.reason])).toEqual([
    ['event', 'overloaded'],
    ['session', 'overloaded'],
    ['transaction', 'overloaded'],
  ]);
});

test('an error of ours is a 500 that names the request and says nothing else', async () => {
  await open();
  door.onAppend = async () => {
    throw new Error('secret path /var/lib');
  };
  const answer = await send('event');
  expect(answer.status).toBe(500);
  expect(JSON.parse(answer.body).error.code).toBe('internal_error');
  expect(answer.body).not.toContain('secret');
  expect(answer.body).toContain(answer.headers.get('x-request-id'));
});

test('any page of any site may send and read the answer', async () => {
  await open();
  const preflight = await send('', { method: 'OPTIONS', body: undefined });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get('access-control-allow-methods')).toBe('POST');
  expect(preflight.headers.get('access-control-allow-headers')).toBe('content-type');
  for (const body of ['event', 'nonsense']) {
    const answer = await send(body);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('access-control-expose-headers')).toBe('retry-after,x-limits');
  }
});

test('an address is the same with and without the slash at its end', async () => {
  await open();
  expect((await send('event', { path: '/api/1/lines' })).status).toBe(200);
});

test.each(['text/plain;charset=UTF-8', 'application', '', 'a/b; =', 'multipart/form-data'])(
  'the protocol decides what a body is, not the Content-Type %j',
  async (type) => {
    await open();
    expect((await send('event', { headers: { 'content-type': type } })).status).toBe(200);
  },
);

test('what a sender wrote cannot break the headers of the refusal', async () => {
  await open();
  const answer = await send('nön\u0000sense\u0007');
  expect(answer.status).toBe(400);
  expect(answer.headers.get('x-refused')).toContain('n?n?sense');
});
