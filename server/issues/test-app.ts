/** For tests: routes on the real listener, asked as one of the two viewers of test-issues.ts. */
import type { FastifyPluginAsync } from 'fastify';
import { viewerTurns } from '#server/accounts/viewer-turns.ts';
import { openTestListener } from '#server/http/test-listener.ts';
import type { TestIssues } from './test-issues.ts';

export interface TestApp {
  address: string;
  /** As the viewer; the body is sent as JSON. */
  ask(method: string, path: string, body?: unknown): Promise<Response>;
  /** The same as JSON; fails when the status is not 200. */
  read<Answer>(path: string): Promise<Answer>;
  /** As somebody of the other organization. */
  askAsStranger(method: string, path: string, body?: unknown): Promise<Response>;
  close(): Promise<void>;
}

export async function openTestApp(
  world: TestIssues,
  routes: FastifyPluginAsync[],
  turns: Parameters<typeof viewerTurns>[0] = {},
): Promise<TestApp> {
  const listener = await openTestListener({
    viewers: [
      async (scope) => {
        scope.decorateRequest('viewer', null);
        scope.addHook('onRequest', async (request) => {
          request.viewer =
            { ours: world.viewer, theirs: world.stranger }[String(request.headers['x-viewer'])] ?? null;
        });
      },
      viewerTurns(turns),
    ],
    nouns: routes,
  });
  const ask = (viewer: string) => (method: string, path: string, body?: unknown) =>
    fetch(listener.address + path, {
      method,
      headers: { 'x-viewer': viewer, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      body: body === undefined ? null : JSON.stringify(body),
    });
  return {
    address: listener.address,
    ask: ask('ours'),
    askAsStranger: ask('theirs'),
    async read<Answer>(path: string) {
      const answer = await ask('ours')('GET', path);
      const text = await answer.text();
      if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${text}`);
      return JSON.parse(text) as Answer;
    },
    close: () => listener.close(),
  };
}
