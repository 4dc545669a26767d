// The gateway to the bank, which charges cards. POST /switch {"down": true}: the bank is gone, until it is told otherwise.
import { randomBytes } from 'node:crypto';
import { log, traceOf } from './loki-log.mjs';
import { serve } from './pages.mjs';

let isDown = false;

serve('gateway', {
  'POST /switch': ({ body }) => {
    isDown = body.down;
    return {};
  },
  'POST /charges': ({ body: { order, cents, user_id }, request }) => {
    const line = log.child({ ...traceOf(request), user_id, order });
    if (isDown) {
      line.error({ status: 503 }, 'POST /charges 503: the bank does not answer');
      return { status: 503, body: { error: 'unavailable' } };
    }
    line.info({ status: 200 }, `POST /charges 200: ${cents} cents charged`);
    return { body: { receipt: randomBytes(4).toString('hex') } };
  },
});
