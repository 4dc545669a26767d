// Asks the search again and again whether it is well. It runs on a host that it shares with payments.
import { log } from './loki-log.mjs';

const EVERY_MS = 100;
const { SEARCH_URL } = process.env;

async function check() {
  const status = await fetch(`${SEARCH_URL}/health`).then(
    ({ status }) => status,
    ({ cause }) => cause?.code,
  );
  if (status !== 200) log.error({ status }, `health check of search failed: ${status}`);
}
setInterval(check, EVERY_MS);
console.log('health-check is running');
