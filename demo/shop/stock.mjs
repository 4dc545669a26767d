// What is in stock: several hosts of one service, each asking the warehouse. node --import ./instrument.mjs stock.mjs
import { log } from './log.mjs';
import { serve } from './pages.mjs';

const { WAREHOUSE_URL } = process.env;
log.info(`starting; the warehouse is at ${WAREHOUSE_URL}`);

serve('stock', {
  'GET /stock': async ({ query }) => {
    const sku = query.get('sku');
    const about = { 'user.id': query.get('user_id'), sku };
    try {
      const answer = await fetch(`${WAREHOUSE_URL}/shelves?sku=${sku}`);
      const stock = await answer.json();
      log.info(`${stock.quantity} of ${sku} in stock`, about);
      return { body: { stock } };
    } catch (error) {
      // The page is shown without it: so it was meant.
      log.error(`the warehouse cannot be asked: ${error.cause?.message ?? error.message}`, about);
      return { body: {} };
    }
  },
});
