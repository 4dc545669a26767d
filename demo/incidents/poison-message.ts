/** A message that its worker cannot read comes back for ever. Who put it there said so, in a line that nobody read. */
import type { Incident } from '#demo/incident.ts';

/** From here on one order in so many has no address. */
const POISON_EVERY = 40;

export const poisonMessage: Incident = {
  name: 'poison-message',
  story: 'A worker cannot read a message, and gets it again and again.',
  services: [
    { name: 'web', program: 'web.mjs' },
    { name: 'queue', program: 'queue.mjs', isForeign: true },
    { name: 'invoices', program: 'invoices.py' },
  ],
  errand: (_, number, isBroken) => ({
    method: 'POST',
    path: '/invoice',
    body: {
      order: `A-${1000 + number}`,
      address: isBroken && number % POISON_EVERY === 0 ? null : { country: 'DE' },
    },
  }),
  begin: async () => {},
  customersMax: 0,
  issue: 'TypeError',
  cause: { service: 'web', body: /has no address/ },
};
