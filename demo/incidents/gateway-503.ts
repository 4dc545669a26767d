/** The main story: the bank is gone, the gateway answers 503, and payments of release 1.4.0 does not know what to do with it. */
import { flip, type Incident } from '#demo/incident.ts';
import type { Errand } from '#demo/traffic.ts';

export const SHOP = [
  { name: 'web', program: 'web.mjs' },
  { name: 'payments', program: 'payments.py' },
  { name: 'gateway', program: 'gateway.mjs', isForeign: true },
];

export function checkout(number: number, random: () => number): Errand {
  const order = `A-${1000 + number}`;
  return { method: 'POST', path: '/checkout', body: { order, cents: 500 + Math.floor(random() * 9500) } };
}

export const gateway503: Incident = {
  name: 'gateway-503',
  story: 'The gateway answers 503, and payments does not handle it.',
  services: SHOP,
  errand: ({ random }, number) => checkout(number, random),
  begin: (shop) => flip(shop, 'gateway', { down: true }),
  issue: 'PaymentError',
  cause: { service: 'gateway', body: /\b503\b/ },
};
