/**
 * What machines ask about us: is the process alive, can it take and show records, and its numbers. Anybody may
 * ask, so the answers hold no names, no addresses and no versions.
 */
import type { FastifyInstance } from 'fastify';
import type { Metrics } from '#server/platform/metrics.ts';

export interface Health {
  /** Words for what is not ready: `telemetry`, `journal`. Empty: ready. */
  notReady(): string[] | Promise<string[]>;
}

/** Answers change by the second. */
const NO_STORE = { 'cache-control': 'no-store' };

export function serveHealth(scope: FastifyInstance, health: Health, metrics: Metrics): void {
  scope.get('/health/live', (_request, reply) => reply.headers(NO_STORE).send({ status: 'alive' }));

  scope.get('/health/ready', async (_request, reply) => {
    const notReady = await health.notReady();
    reply.headers(NO_STORE);
    if (notReady.length === 0) return { status: 'ready' };
    return reply.code(503).header('retry-after', '5').send({ status: 'not ready', waitingFor: notReady });
  });

  scope.get('/metrics', async (_request, reply) =>
    reply.headers({ ...NO_STORE, 'content-type': metrics.contentType }).send(await metrics.render()),
  );
}
