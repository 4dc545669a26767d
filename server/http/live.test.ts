import { afterEach, expect, test } from 'vitest';
import type { LiveMessage } from '#contract/live.ts';
import { reject } from '#server/record/rejections.ts';
import { createLiveHub, type LiveHub } from './live.ts';
import { openTestListener, type TestListener } from './test-listener.ts';

let listener: TestListener;
let hub: LiveHub;
afterEach(() => listener.close());

const message = (projectId: string, parts: Partial<LiveMessage> = {}): LiveMessage => ({
  type: 'batch',
  projectId,
  issueIds: ['1'],
  newIssueIds: [],
  events: 1,
  lastTitle: 'TypeError',
  lastIssueId: '1',
  ...parts,
});

async function open(clientsMax?: number) {
  hub = createLiveHub({
    clientsMax,
    authorize: (request) => {
      const { sees } = request.headers;
      if (typeof sees !== 'string') throw reject('not_signed_in');
      return (projectId) => sees.split(',').includes(projectId);
    },
  });
  listener = await openTestListener({ nouns: [hub.routes] });
}

/** Opens a stream; `messages` fills as they come. */
async function watch(sees: string) {
  const abort = new AbortController();
  const answer = await fetch(`${listener.address}/api/v1/live`, { headers: { sees }, signal: abort.signal });
  const messages: LiveMessage[] = [];
  const stream = { answer, messages, ended: false, leave: () => abort.abort() };
  void (async () => {
    let text = '';
    try {
      for await (const chunk of answer.body!) {
        text += Buffer.from(chunk).toString();
        messages.length = 0;
        messages.push(
          ...text
            .split('\n\n')
            .filter((part) => part.startsWith('data: '))
            .map((part) => JSON.parse(part.slice(6))),
        );
      }
    } catch (error) {
      if (!abort.signal.aborted) throw error;
    }
    stream.ended = true;
  })();
  return stream;
}

test('a message reaches those who may see the project, and no others', async () => {
  await open();
  const [one, both] = [await watch('1'), await watch('1,2')];
  hub.publish(message('1'));
  hub.publish(message('2'));
  await expect.poll(() => [one.messages.length, both.messages.length]).toEqual([1, 2]);
  expect(one.messages).toEqual([message('1')]);
  expect(one.answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  expect(one.answer.headers.get('cache-control')).toBe('no-store');
});

test('whoever may see nothing is refused like anywhere else', async () => {
  await open();
  const answer = await fetch(`${listener.address}/api/v1/live`);
  expect(answer.status).toBe(401);
  expect(await answer.json()).toMatchObject({ error: { code: 'not_signed_in' } });
});

test('a hundred batches in a moment are two messages that together say all of it', async () => {
  await open();
  const one = await watch('1');
  for (let n = 1; n <= 100; n++)
    hub.publish(
      message('1', { issueIds: [String(n % 7)], newIssueIds: n === 50 ? ['50'] : [], lastTitle: `n${n}` }),
    );
  await expect.poll(() => one.messages.length, { timeout: 3000 }).toBe(2);
  expect(one.messages.map((each) => each.events)).toEqual([1, 99]);
  expect(one.messages[1]).toMatchObject({ newIssueIds: ['50'], lastTitle: 'n100' });
  expect(one.messages[1]!.issueIds.toSorted()).toEqual(['0', '1', '2', '3', '4', '5', '6']);
});

test('a merged message has a bounded list of issues', async () => {
  await open();
  const one = await watch('1');
  hub.publish(message('1'));
  for (let n = 0; n < 20; n++)
    hub.publish(message('1', { issueIds: Array.from({ length: 100 }, (_, at) => `${n}-${at}`) }));
  await expect.poll(() => one.messages.length, { timeout: 3000 }).toBe(2);
  expect(one.messages[1]!.issueIds).toHaveLength(500);
});

test('one who leaves is forgotten, and one too many is asked to come later', async () => {
  await open(1);
  const one = await watch('1');
  expect((await fetch(`${listener.address}/api/v1/live`, { headers: { sees: '1' } })).status).toBe(503);
  one.leave();
  await expect.poll(() => hub.clients).toBe(0);
  expect((await watch('1')).answer.status).toBe(200);
});

test('a client that does not read is cut off instead of being kept in memory', async () => {
  await open();
  const { connect } = await import('node:net');
  const socket = connect(listener.port, '127.0.0.1').pause();
  socket.on('error', () => {});
  socket.write('GET /api/v1/live HTTP/1.1\r\nhost: a\r\nsees: ');
  const projects = Array.from({ length: 3000 }, (_, n) => String(n)).join(',');
  socket.write(`${projects}\r\n\r\n`);
  await expect.poll(() => hub.clients).toBe(1);
  const long = 'x'.repeat(100_000);
  for (let n = 0; n < 3000 && hub.clients > 0; n++) {
    hub.publish(message(String(n), { lastTitle: long }));
    if (n % 50 === 0) await new Promise(setImmediate);
  }
  await expect.poll(() => hub.clients).toBe(0);
  socket.destroy();
});

test('closing the listener ends the streams', async () => {
  await open();
  const one = await watch('1');
  await listener.close();
  await expect.poll(() => one.ended).toBe(true);
});
