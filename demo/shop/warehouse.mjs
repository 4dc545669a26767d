// How much of everything is on the shelves.
import { log, traceOf } from './loki-log.mjs';
import { serve } from './pages.mjs';

serve('warehouse', {
  'GET /shelves': ({ query, request }) => {
    const sku = query.get('sku');
    const quantity = Number(sku.slice(4)) * 3;
    log.info({ ...traceOf(request), sku }, `GET /shelves 200: ${sku}`);
    return { body: { quantity } };
  },
});
