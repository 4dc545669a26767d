/** Who asks much waits for their own questions, and nobody else does. */
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTestListener, type TestListener } from '#server/http/test-listener.ts';
import type { Viewer } from './accounts.ts';
import { viewerTurns } from './viewer-turns.ts';

let listener: TestListener;
/** Ends of the questions that are being answered, in the order they began. */
let running: (() => void)[];
beforeEach(async () => {
  running = [];
  listener = await openTestListener({
    viewers: [
      async (scope) => {
        scope.decorateRequest('viewer', null);
        scope.addHook('onRequest', async (request) => {
          const userId = request.headers['x-viewer'] ?? null;
          request.viewer = userId ? ({ userId, organization: { id: 1 } } as unknown as Viewer) : null;
        });
      },
      viewerTurns({ runningMax: 1, waitingMax: 1 }),
    ],
    nouns: [
      async (app: FastifyInstance) => {
        app.get('/question', { config: { queries: true } }, async () => {
          await new Promise<void>((resolve) => running.push(resolve));
          return 'answered';
        });
        app.get('/fails', { config: { queries: true } }, async () => {
          throw new Error('no');
        });
        app.get('/name', async () => 'a name');
      },
    ],
  });
});
afterEach(() => listener.close());

const ask = (who: string, path = '/question') =>
  fetch(listener.address + path, { headers: who ? { 'x-viewer': who } : {} });
const areRunning = (count: number) => expect.poll(() => running.length).toBe(count);

test('one more than may wait is refused; others, and what asks the engine nothing, are answered', async () => {
  const first = ask('ann');
  await areRunning(1);
  const [a, b] = [ask('ann'), ask('ann')];
  const refused = await Promise.race([a, b]);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
  expect((await ask('ann', '/name')).status).toBe(200);
  const others = [ask('bob'), ask('')];
  await areRunning(3);
  for (const end of running) end();
  expect(await Promise.all([first, ...others].map(async (answer) => (await answer).status))).toEqual([
    200, 200, 200,
  ]);
  await areRunning(4);
  running[3]!();
  expect((await Promise.all([a, b])).map(({ status }) => status).toSorted()).toEqual([200, 429]);
});

test('a question that waited is answered, and one that fails gives its place away', async () => {
  const first = ask('ann');
  await areRunning(1);
  const failing = ask('ann', '/fails');
  running[0]!();
  expect((await first).status).toBe(200);
  expect((await failing).status).toBe(500);
  const last = ask('ann');
  await areRunning(2);
  running[1]!();
  expect((await last).status).toBe(200);
});
