/** docs/sql.md says what is true: its queries are taken, and it names everything that a query may name. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readSql } from './run-sql.ts';
import { sqlSchema } from './sql-schema.ts';

const PAGE = readFileSync(new URL('../../../docs/sql.md', import.meta.url), 'utf8');
const queries = [...PAGE.matchAll(/```sql\n([\s\S]*?)```/g)].map(([, query]) => query!);

it.each(queries)('%s', (query) => {
  expect(
    readSql({ text: query, now: 0n, period: { start: 0n, end: 1n } }).plan.columns.length,
  ).toBeGreaterThan(0);
});

it('names every table, column and function', () => {
  const { tables, functions } = sqlSchema();
  const names = [
    ...tables.flatMap(({ name, columns }) => [name, ...columns.map((column) => column.name)]),
    ...functions.map(({ name }) => name),
  ];
  expect(names.filter((name) => !PAGE.includes(`\`${name}\``))).toEqual([]);
});
