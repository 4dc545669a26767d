/** The main story again, with something louder beside it that begins at the same moment and has nothing to do with it. */
import { flip, type Incident } from '#demo/incident.ts';
import { gateway503 } from './gateway-503.ts';

export const loudNewsletter: Incident = {
  ...gateway503,
  name: 'decoy-newsletter',
  story: 'The gateway answers 503, and the newsletter fails forty times a second.',
  services: [...gateway503.services, { name: 'newsletter', program: 'newsletter.mjs', isForeign: true }],
  begin: async (shop) => {
    await Promise.all([flip(shop, 'newsletter', {}), gateway503.begin(shop)]);
  },
};

export const failingHealthCheck: Incident = {
  ...gateway503,
  name: 'decoy-health-check',
  story: 'The gateway answers 503, and on the host of payments a health check of the search fails.',
  services: [
    ...gateway503.services,
    { name: 'search', program: 'search.mjs', isForeign: true },
    { name: 'health-check', program: 'health-check.mjs', host: 'payments-1', isForeign: true },
  ],
  begin: async (shop) => {
    await Promise.all([flip(shop, 'search', {}), gateway503.begin(shop)]);
  },
};
