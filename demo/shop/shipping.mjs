// Labels for parcels, from the carrier, over TLS. node --import ./instrument.mjs shipping.mjs
import { existsSync, readFileSync } from 'node:fs';
import { request } from 'node:https';
import { log } from './log.mjs';
import { serve } from './pages.mjs';

const carrier = new URL(process.env.CARRIER_URL);
/** Which certificates of the carrier are trusted. */
const file = process.env.CARRIER_CERTIFICATES;

function askCarrier(order) {
  const ca = existsSync(file) ? readFileSync(file) : undefined;
  return new Promise((resolve, reject) => {
    request(
      { host: carrier.hostname, port: carrier.port, path: `/labels/${order}`, ca, agent: false },
      async (response) => {
        let text = '';
        for await (const chunk of response) text += chunk;
        resolve(JSON.parse(text));
      },
    )
      .on('error', reject)
      .end();
  });
}

serve('shipping', {
  'POST /labels': async ({ body: { order, user_id } }) => {
    const about = { 'user.id': user_id, order };
    try {
      const { label } = await askCarrier(order);
      log.info(`label of order ${order}: ${label}`, about);
      return { body: { label } };
    } catch (error) {
      log.error(`no label for order ${order}: carrier: ${error.message}`, {
        ...about,
        'error.code': error.code,
      });
      return { status: 502, body: { error: 'The carrier cannot be reached.' } };
    }
  },
});
