/** A cache that forgets nothing: the service dies of its heap again and again, and is started again and again. */
import type { Incident } from '#demo/incident.ts';

export const memoryLeak: Incident = {
  name: 'memory-leak',
  story: 'A service runs out of memory, is started again, and runs out of memory.',
  services: [
    { name: 'web', program: 'web.mjs' },
    {
      name: 'recommendations',
      program: 'supervisor.mjs',
      arguments: ['recommendations.mjs'],
      isForeign: true,
    },
  ],
  errand: () => ({ method: 'GET', path: '/home' }),
  begin: (shop) => shop.restart('recommendations', { RELATED_CACHE: 'yes' }),
  issue: 'fetch failed',
  cause: { service: 'recommendations', body: /heap out of memory|ended with SIGABRT/ },
};
