/** Somebody else forgot to renew a certificate, and no parcel gets its label. */
import type { Incident } from '#demo/incident.ts';

export const expiredCertificate: Incident = {
  name: 'expired-certificate',
  story: "The carrier's certificate has expired.",
  services: [
    { name: 'web', program: 'web.mjs' },
    { name: 'shipping', program: 'shipping.mjs' },
    { name: 'carrier', program: 'carrier.mjs', isForeign: true },
  ],
  errand: (_, number) => ({ method: 'POST', path: '/ship', body: { order: `A-${1000 + number}` } }),
  begin: (shop) => shop.restart('carrier', { CERTIFICATE: 'expired' }),
  issue: 'has no label',
  cause: { service: 'shipping', body: /certificate has expired/ },
};
