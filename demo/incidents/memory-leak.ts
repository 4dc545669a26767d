/** A cache that forgets nothing: the service is killed at its memory limit again and again, and started again and again. */
import { flip, type Incident } from '#demo/incident.ts';

export const memoryLeak: Incident = {
  name: 'memory-leak',
  story: 'A service runs out of memory, is killed and started again, and runs out of memory.',
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
  begin: (shop) => flip(shop, 'recommendations', {}),
  issue: 'fetch failed',
  cause: {
    service: 'recommendations',
    body: /memory usage of recommendations is high|out of memory: killed process|exited with code 137/,
  },
};
