// What else a customer may like. RELATED_CACHE=yes keeps what was worked out, all of it: that is the leak.
import { serve } from './pages.mjs';

const PRODUCTS = 20_000;
const cache = process.env.RELATED_CACHE === 'yes' ? [] : null;

serve('recommendations', {
  'GET /recommendations': ({ query }) => {
    const user = query.get('user_id');
    const related = Array.from({ length: PRODUCTS }, (_, n) => ({
      sku: `SKU-${n}`,
      user,
      score: n / PRODUCTS,
    }));
    cache?.push(related);
    return { body: related.slice(0, 5) };
  },
});
