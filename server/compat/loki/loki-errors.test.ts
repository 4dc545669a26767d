import { afterEach, expect, test } from 'vitest';
import type { Viewer } from '#server/accounts/accounts.ts';
import { openTestListener, type TestListener } from '#server/http/test-listener.ts';
import { createLog } from '#server/platform/log.ts';
import { Unavailable } from '#server/platform/rejection.ts';
import { createLiveTails } from '#server/query/plan/tail.ts';
import type { QueryOptions } from '#server/store/telemetry/telemetry.ts';
import { QueryCutShort } from '#server/store/telemetry/telemetry-errors.ts';
import { lokiApi } from './loki-api.ts';

let listener: TestListener;
afterEach(() => listener.close());

/** The API over an engine that answers as it is told. */
async function open(answer: (options: QueryOptions) => Promise<never>) {
  const engine = {
    telemetry: {
      select: (_projects: readonly number[], _sql: string, options: QueryOptions = {}) => answer(options),
    },
    clock: { now: () => 1_795_348_800_000 },
  };
  listener = await openTestListener({
    viewers: [
      async (scope) => {
        scope.decorateRequest('viewer', null);
        scope.addHook('onRequest', async (request) => {
          request.viewer = { organization: { id: 1 }, scopes: ['event:read'] } as unknown as Viewer;
        });
      },
    ],
    nouns: [
      lokiApi({
        ...engine,
        tails: createLiveTails(engine),
        log: createLog('silent'),
        version: '1.2.3',
        listProjects: async () => [],
        templateOf: (body) => body,
        notReady: () => ['telemetry'],
      }),
    ],
  });
}
const ask = (signal?: AbortSignal) =>
  fetch(`${listener.address}/loki/api/v1/query_range?query=${encodeURIComponent('{a="b"}')}`, {
    ...(signal && { signal }),
  });

test.each<[number, Error, RegExp]>([
  [504, new QueryCutShort('time', undefined), /^context deadline exceeded/],
  [400, new QueryCutShort('memory', undefined), /more memory/],
  [503, new Unavailable('engine_away', 'The engine restarts.'), /^The engine restarts/],
])('%d for %s', async (status, error, sentence) => {
  await open(() => Promise.reject(error));
  const answer = await ask();
  expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'text/plain; charset=utf-8']);
  expect(await answer.text()).toMatch(sentence);
});

test('a bug of ours is no text of a query', async () => {
  await open(() => Promise.reject(new Error('password=hunter2')));
  const answer = await ask();
  expect(answer.status).toBe(500);
  expect(await answer.text()).not.toContain('hunter2');
});

test('a client that hangs up ends its query', async () => {
  const began = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  await open(({ signal }) => {
    began.resolve();
    return new Promise((_, reject) => {
      signal?.addEventListener('abort', () => {
        ended.resolve();
        reject(new QueryCutShort('aborted', undefined));
      });
    });
  });
  const client = new AbortController();
  const answer = ask(client.signal);
  await began.promise;
  client.abort();
  await expect(answer).rejects.toThrow();
  await ended.promise;
});

test('readiness says what is waited for', async () => {
  await open(() => Promise.reject(new Error()));
  const answer = await fetch(`${listener.address}/ready`);
  expect([answer.status, await answer.text()]).toEqual([503, 'waiting for telemetry\n']);
});
