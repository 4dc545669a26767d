/** Statements as the parts of the store use them: values bound, errors explained, integers as numbers. */
import type { ClickHouseClient, ClickHouseSettings } from '@clickhouse/client';
import { explain } from './connection.ts';

export type Params = Record<string, unknown>;

export interface Statements {
  /** For what has no rows: CREATE, ALTER, DELETE. */
  command(sql: string, params?: Params, settings?: ClickHouseSettings): Promise<void>;
  /** For our own small questions; what people ask goes through `select` and its limits. */
  rows<Row>(sql: string, params?: Params): Promise<Row[]>;
}

/**
 * 64-bit integers come as JSON numbers, which JavaScript rounds beyond 2^53. Counts and milliseconds stay far
 * below; what uses all 64 bits (a hash) must be turned into a string by its query.
 */
export const NUMBERS: ClickHouseSettings = { output_format_json_quote_64bit_integers: 0 };

export function statementsOf(client: ClickHouseClient): Statements {
  return {
    async command(sql, params = {}, settings = {}) {
      try {
        await client.command({ query: sql, query_params: params, clickhouse_settings: settings });
      } catch (error) {
        throw explain(error, 'write');
      }
    },
    async rows<Row>(sql: string, params: Params = {}) {
      try {
        const result = await client.query({
          query: sql,
          query_params: params,
          format: 'JSONEachRow',
          clickhouse_settings: NUMBERS,
        });
        return await result.json<Row>();
      } catch (error) {
        throw explain(error, 'read');
      }
    },
  };
}
