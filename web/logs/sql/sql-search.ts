/** What the address of the SQL page says: the query that was run, and the period it is about. */
import { type LogsSearch, readLogsSearch, tidyLogsSearch } from '#web/logs/logs-search.ts';

export type SqlSearch = Pick<LogsSearch, 'project' | 'query' | 'period' | 'from' | 'to'>;

export const readSqlSearch = (search: Record<string, unknown>): SqlSearch =>
  tidySqlSearch(readLogsSearch(search));

export function tidySqlSearch(search: SqlSearch): SqlSearch {
  const { project, query, period, from, to } = tidyLogsSearch(search);
  return {
    ...(project ? { project } : {}),
    ...(query ? { query } : {}),
    ...(period ? { period } : {}),
    ...(from ? { from, to } : {}),
  };
}
