/**
 * The telemetry store: the port of `telemetry.ts` in ClickHouse SQL over HTTP, for the embedded engine, a
 * server and a cluster alike. Values reach SQL as bound parameters only, rows as the body of an insert only.
 */
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { ClickHouseSettings } from '@clickhouse/client';
import { assert } from '#server/platform/assert.ts';
import { Unavailable } from '#server/platform/rejection.ts';
import type { TelemetryAddress } from './address.ts';
import { connect, explain } from './connection.ts';
import { PROJECT_TABLES } from './tables.ts';
import type { TelemetryStore } from './telemetry.ts';

export interface StoreOptions {
  /** Memory one query may use, bytes. */
  queryMemoryBytesMax?: number;
}

const TIMEOUT_MS = 10_000;
const ROWS_MAX = 10_000;
const QUERY_MEMORY_BYTES_MAX = 400_000_000;
/** What the engine may take longer than it was allowed before the caller gives up on it, ms. */
const GRACE_MS = 2_000;
const PING_MS = 1_000;

/**
 * One block per insert: a token remembers blocks, so the same bytes must always make the same ones. Rows of one
 * batch are bounded by who makes batches, in bytes.
 */
const ONE_BLOCK: ClickHouseSettings = {
  async_insert: 0,
  insert_deduplicate: 1,
  deduplicate_blocks_in_dependent_materialized_views: 1,
  input_format_parallel_parsing: 0,
  max_threads: 1,
  max_insert_threads: '1',
  max_insert_block_size: '100000000',
  min_insert_block_size_rows: '100000000',
  min_insert_block_size_bytes: '100000000000',
};

export function createTelemetryStore(address: TelemetryAddress, options: StoreOptions = {}): TelemetryStore {
  const client = connect(address);
  const memoryBytesMax = options.queryMemoryBytesMax ?? QUERY_MEMORY_BYTES_MAX;

  const command = async (
    query: string,
    params: Record<string, unknown> = {},
    settings: ClickHouseSettings = {},
  ) => {
    try {
      await client.command({ query, query_params: params, clickhouse_settings: settings });
    } catch (error) {
      throw explain(error, 'write');
    }
  };

  const store: TelemetryStore = {
    async insert(table, jsonLines, token) {
      if (jsonLines.length === 0) return;
      try {
        const { stream } = await client.exec({
          query: `INSERT INTO ${table} FORMAT JSONEachRow`,
          values: Readable.from([jsonLines], { objectMode: false }),
          clickhouse_settings: { ...ONE_BLOCK, insert_deduplication_token: token },
        });
        await text(stream);
      } catch (error) {
        throw explain(error, 'write');
      }
    },

    async select<Row>(
      projects: readonly number[],
      sql: string,
      query: Parameters<TelemetryStore['select']>[2] = {},
    ) {
      assert(
        sql.includes('{projects:Array(UInt32)}'),
        `a query must filter by {projects:Array(UInt32)}: ${sql}`,
      );
      const { params = {}, timeoutMs = TIMEOUT_MS, rowsMax = ROWS_MAX, signal } = query;
      const late = AbortSignal.timeout(timeoutMs + GRACE_MS);
      try {
        const result = await client.query({
          query: sql,
          format: 'JSONEachRow',
          query_params: { ...params, projects },
          abort_signal: signal ? AbortSignal.any([signal, late]) : late,
          clickhouse_settings: {
            readonly: '1',
            wait_end_of_query: 1,
            max_execution_time: timeoutMs / 1_000,
            timeout_overflow_mode: 'throw',
            max_memory_usage: String(memoryBytesMax),
            max_result_rows: String(rowsMax),
            result_overflow_mode: 'throw',
            output_format_json_quote_64bit_integers: 0,
          },
        });
        return await result.json<Row>();
      } catch (error) {
        throw explain(error, 'read', signal);
      }
    },

    async deleteEvents(project, groupingHashes, receivedBefore) {
      await command(
        `DELETE FROM events WHERE project_id = {project:UInt32} AND grouping_hash IN {hashes:Array(String)}
          AND received_at < fromUnixTimestamp64Milli({before:Int64})`,
        { project, hashes: groupingHashes, before: receivedBefore },
      );
      await command(
        'DELETE FROM events_hourly WHERE project_id = {project:UInt32} AND grouping_hash IN {hashes:Array(String)}',
        { project, hashes: groupingHashes },
      );
    },

    async deleteProject(project) {
      for (const table of PROJECT_TABLES)
        await command(`DELETE FROM ${table} WHERE project_id = {project:UInt32}`, { project });
    },

    async enforceRetention(days) {
      for (const table of PROJECT_TABLES) {
        const rows = await rowsOf<{ partition: string }>(
          `SELECT DISTINCT partition FROM system.parts WHERE database = currentDatabase() AND table = {table:String}
            AND active AND toDate(partition) < toDate(now('UTC')) - {days:UInt16}`,
          { table, days },
        );
        for (const { partition } of rows) await command(`ALTER TABLE ${table} DROP PARTITION '${partition}'`);
      }
    },

    async recentEventIds(limit) {
      return rowsOf(
        'SELECT project_id, event_id FROM events ORDER BY received_at DESC LIMIT {limit:UInt32}',
        { limit },
      );
    },

    async ping() {
      try {
        await client
          .query({ query: 'SELECT 1', format: 'JSONEachRow', abort_signal: AbortSignal.timeout(PING_MS) })
          .then((result) => result.text());
      } catch (cause) {
        throw new Unavailable('telemetry_unreachable', 'The telemetry engine does not answer.', { cause });
      }
    },

    async diskUsage() {
      return rowsOf(
        `SELECT table, sum(rows) AS rows, sum(bytes_on_disk) AS bytes FROM system.parts
          WHERE database = currentDatabase() AND active GROUP BY table ORDER BY table`,
      );
    },

    close: () => client.close(),
  };

  async function rowsOf<Row>(query: string, params: Record<string, unknown> = {}): Promise<Row[]> {
    try {
      const result = await client.query({
        query,
        query_params: params,
        format: 'JSONEachRow',
        clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
      });
      return await result.json<Row>();
    } catch (error) {
      throw explain(error, 'read');
    }
  }

  return store;
}
