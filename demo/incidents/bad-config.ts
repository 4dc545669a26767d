/** One host of four is started with the wrong address of the warehouse, and pages break for every fourth customer. */
import type { Incident } from '#demo/incident.ts';

const HOSTS = [1, 2, 3, 4];
/** Nobody listens there; below the ports that systems give out, and none that fetch refuses to call. */
const WRONG = 'http://127.0.0.1:28999';

export const badConfig: Incident = {
  name: 'bad-config',
  story: 'One host of four has a wrong setting.',
  services: [
    { name: 'web', program: 'web.mjs' },
    { name: 'warehouse', program: 'warehouse.mjs', isForeign: true },
    ...HOSTS.map((host) => ({
      name: `stock-${host}`,
      service: 'stock',
      host: `stock-${host}`,
      program: 'stock.mjs',
    })),
  ],
  errand: ({ random }) => ({ method: 'GET', path: `/product?sku=SKU-${1 + Math.floor(random() * 90)}` }),
  begin: (shop) => shop.restart('stock-3', { WAREHOUSE_URL: WRONG }),
  issue: 'TypeError',
  cause: {
    service: 'stock',
    body: /the warehouse cannot be asked|the warehouse is at http:\/\/127\.0\.0\.1:28999$/,
  },
};
