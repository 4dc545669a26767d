/**
 * How many questions of one viewer the engine answers at the same time: a page asks a dozen at once, a program in a loop
 * thousands. Routes that ask it say so by `config: { queries: true }`; the rest of this is here. Tails and exports, which
 * go on for long, have limits of their own, and so has Loki's API.
 */
import type { FastifyPluginAsync, FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import { hangUpOf } from '#server/platform/hang-up.ts';
import { createTurns, type Turns } from '#server/platform/turns.ts';
import { reject } from '#server/record/rejections.ts';
import type { Viewer } from './accounts.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route asks the engine: it waits until it is the viewer's turn. */
    queries?: boolean;
  }
}

/** Questions of one viewer at the same time: as many as a browser asks, and a third of the engine's connections. */
const RUNNING_MAX = 6;
/** Those that wait: the pages of some tabs. All of them are answered within a minute or two, however costly. */
const WAITING_MAX = 40;

/** Called in the scope of people's routes, before them. */
export function viewerTurns({ runningMax = RUNNING_MAX, waitingMax = WAITING_MAX } = {}): FastifyPluginAsync {
  /** Those who ask just now. */
  const asking = new Map<string, Turns>();

  async function inTurn(request: FastifyRequest, reply: FastifyReply, answer: () => unknown) {
    // Who is nobody is refused by the route.
    if (!request.viewer) return answer();
    const key = keyOf(request.viewer);
    const turns =
      asking.get(key) ??
      createTurns({
        runningMax,
        waitingMax,
        full: () => reject('too_many_queries', '', { headers: { 'retry-after': '1' } }),
        // Nobody is there to hear it.
        left: () => reject('too_many_queries'),
      });
    asking.set(key, turns);
    try {
      return await turns.run(hangUpOf(request.raw, reply.raw), async () => answer());
    } finally {
      if (turns.isIdle) asking.delete(key);
    }
  }

  return async (scope) => {
    scope.addHook('onRoute', (route) => {
      if (!route.config?.queries) return;
      const { handler } = route;
      route.handler = function (this: ThisParameterType<RouteHandlerMethod>, request, reply) {
        return inTurn(request, reply, () => handler.call(this, request, reply));
      };
    });
  };
}

/** A person is one, by whatever token. */
const keyOf = ({ userId, name, organization }: Viewer) => `${organization.id} ${userId ?? `token ${name}`}`;
