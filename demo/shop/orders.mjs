// The orders of the shop, in SQLite. node --import ./instrument.mjs orders.mjs
// POST /switch: a migration goes wrong, and an index is gone.
import { Worker } from 'node:worker_threads';
import { log } from './log.mjs';
import { serve } from './pages.mjs';

/** A query that takes longer is told of while it runs, and when it has ended, ms. */
const SLOW_MS = 750;
const RECENT = `SELECT orders.id, sum(lines.cents) AS cents FROM orders JOIN lines ON lines.order_id = orders.id
 WHERE orders.customer = ? GROUP BY orders.id ORDER BY orders.id DESC LIMIT 10`;

const database = new Worker(new URL('./database.mjs', import.meta.url));
const waiting = new Map();
let queries = 0;
database.on('message', ({ id, rows }) => {
  waiting.get(id)(rows);
  waiting.delete(id);
});

async function query(sql, parameters, attributes) {
  const id = ++queries;
  const started = performance.now();
  const text = sql.replace(/\s+/g, ' ');
  const late = setTimeout(
    () => log.warn(`query still running after ${SLOW_MS} ms: ${text}`, attributes),
    SLOW_MS,
  );
  const rows = await new Promise((resolve) => {
    waiting.set(id, resolve);
    database.postMessage({ id, sql, parameters });
  });
  clearTimeout(late);
  const duration_ms = Math.round(performance.now() - started);
  if (duration_ms >= SLOW_MS)
    log.warn(`slow query: ${duration_ms} ms: ${text}`, { ...attributes, duration_ms });
  return rows;
}

serve('orders', {
  'POST /switch': async () => {
    await query('DROP INDEX lines_by_order', []);
    return {};
  },
  'GET /orders': async ({ query: asked }) => {
    const user = asked.get('user_id');
    const rows = await query(RECENT, [user], { 'user.id': user });
    log.info(`${rows.length} orders found`, { 'user.id': user });
    return { body: rows };
  },
});
