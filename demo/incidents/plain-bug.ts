/** A mistake in the code, and nothing else: what fails beside it, and begins at the same moment, is not to be blamed for it. */
import { flip, type Incident } from '#demo/incident.ts';

/** From here on one cart in so many is empty, which the release of that day does not expect. */
const EMPTY_EVERY = 5;

export const plainBug: Incident = {
  name: 'plain-bug',
  story: 'Web cannot check out an empty cart, and the newsletter and a health check fail beside it.',
  services: [
    { name: 'web', program: 'web.mjs' },
    {
      name: 'recommendations',
      program: 'supervisor.mjs',
      arguments: ['recommendations.mjs'],
      isForeign: true,
    },
    { name: 'newsletter', program: 'newsletter.mjs', isForeign: true },
    { name: 'search', program: 'search.mjs', isForeign: true },
    { name: 'health-check', program: 'health-check.mjs', host: 'web-1', isForeign: true },
  ],
  errand: (_, number, isBroken) =>
    isBroken && number % EMPTY_EVERY === 0
      ? { method: 'POST', path: '/checkout', body: null }
      : { method: 'GET', path: '/home' },
  begin: async (shop) => {
    await Promise.all([flip(shop, 'newsletter', {}), flip(shop, 'search', {})]);
  },
  issue: 'Cannot read properties',
  cause: null,
};
