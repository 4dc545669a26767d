/** A migration drops an index: queries that took a millisecond take seconds, and who asks the service gives up. */
import { flip, type Incident } from '#demo/incident.ts';

export const slowDatabase: Incident = {
  name: 'slow-database',
  story: 'An index is gone: queries take so long that web gives up.',
  services: [
    { name: 'web', program: 'web.mjs' },
    { name: 'orders', program: 'orders.mjs' },
  ],
  errand: () => ({ method: 'GET', path: '/orders' }),
  begin: (shop) => flip(shop, 'orders', {}),
  issue: 'TimeoutError',
  cause: { service: 'orders', body: /slow query|still running/ },
};
