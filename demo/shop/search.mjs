// The shop's search, which nobody asks in the demo. POST /switch, and it is not well.
import { serve } from './pages.mjs';

let isWell = true;

serve('search', {
  'GET /health': () => (isWell ? {} : { status: 503 }),
  'POST /switch': () => {
    isWell = false;
    return {};
  },
});
