// SQLite with the orders of two hundred customers, in a thread of its own: one query after the other, as it is with SQLite.
import { DatabaseSync } from 'node:sqlite';
import { parentPort } from 'node:worker_threads';

const ORDERS = 400_000;

const database = new DatabaseSync(':memory:');
database.exec(`
  CREATE TABLE orders (id INTEGER PRIMARY KEY, customer TEXT);
  CREATE TABLE lines (order_id INTEGER, cents INTEGER);
  WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${ORDERS})
    INSERT INTO orders SELECT n, format('u-%03d', 1 + n % 200) FROM numbers;
  INSERT INTO lines SELECT id, id % 997 FROM orders;
  INSERT INTO lines SELECT id, id % 1009 FROM orders;
  CREATE INDEX orders_by_customer ON orders (customer);
  CREATE INDEX lines_by_order ON lines (order_id);
`);
parentPort.on('message', ({ id, sql, parameters }) => {
  parentPort.postMessage({ id, rows: database.prepare(sql).all(...parameters) });
});
