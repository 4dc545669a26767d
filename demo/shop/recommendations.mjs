// What else a customer may like. POST /switch: what was worked out is kept, all of it, and that is the leak; RELATED_CACHE=yes
// starts it so. Its supervisor is told how much memory it holds.
import { serve } from './pages.mjs';

const PRODUCTS = 20_000;
/** It does not outlive its supervisor. */
process.once('disconnect', () => process.exit());
let cache = process.env.RELATED_CACHE === 'yes' ? [] : null;

serve('recommendations', {
  'POST /switch': () => {
    cache = [];
    process.send({ environment: { RELATED_CACHE: 'yes' } });
    return {};
  },
  'GET /recommendations': ({ query }) => {
    const user = query.get('user_id');
    const related = Array.from({ length: PRODUCTS }, (_, n) => ({
      sku: `SKU-${n}`,
      user,
      score: n / PRODUCTS,
    }));
    cache?.push(related);
    process.send({ memoryMb: Math.round(process.memoryUsage.rss() / 1e6) });
    return { body: related.slice(0, 5) };
  },
});
