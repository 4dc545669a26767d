/**
 * The telemetry store: the port of `telemetry.ts` in ClickHouse SQL over HTTP, for the embedded engine, a
 * server and a cluster alike. Values reach SQL as bound parameters only, rows as the body of an insert only.
 */
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { ClickHouseSettings } from '@clickhouse/client';
import { assert } from '#server/platform/assert.ts';
import { type Clock, systemClock } from '#server/platform/clock.ts';
import type { TelemetryAddress } from './address.ts';
import { connect, explain } from './connection.ts';
import { deleteEvents, deleteProject } from './deletion.ts';
import { ROWS_FILE_HEADER } from './engine/protocol.ts';
import { enforceRetention } from './retention.ts';
import { NUMBERS, statementsOf } from './statements.ts';
import { SUBSTRING_INDEX } from './tables.ts';
import type { QueryOptions, RowsFile, TableOnDisk, TelemetryStore } from './telemetry.ts';

export interface StoreOptions {
  /** Memory one query may use, bytes. */
  queryMemoryBytesMax?: number;
  clock?: Clock;
}

const TIMEOUT_MS = 10_000;
const ROWS_MAX = 10_000;
/** Less than half of what the embedded engine has by default, so that one query leaves room for inserts. */
const QUERY_MEMORY_BYTES_MAX = 400_000_000;
/** An answer is held in memory here and there, bytes: 10,000 rows of 6 KB. */
const ANSWER_BYTES_MAX = 60_000_000;
/** What the engine may take longer than it was allowed before the caller gives up on it, ms. */
const GRACE_MS = 2_000;
const PING_MS = 1_000;
/** Events that were counted, kept whole or not. */
const COUNTED = `(SELECT project_id, event_id, received_at FROM events
  UNION ALL SELECT project_id, event_id, received_at FROM sampled_events WHERE event_id != '')`;

/**
 * One block per insert: a token stands for blocks, so the same bytes must always become the same ones. Who makes
 * batches bounds their bytes. The roll-up is a table of its own and remembers its own tokens.
 */
const ONE_BLOCK: ClickHouseSettings = {
  async_insert: 0,
  insert_deduplicate: 1,
  deduplicate_blocks_in_dependent_materialized_views: 1,
  input_format_parallel_parsing: 0,
  // Half a surrogate pair in a sender's text must not refuse the batch of everybody.
  input_format_json_throw_on_bad_escape_sequence: 0,
  max_threads: 1,
  max_insert_threads: '1',
  max_insert_block_size: '100000000',
  min_insert_block_size_rows: '100000000',
  min_insert_block_size_bytes: '100000000000',
  // A clock that is years off must not refuse the batch of everybody either.
  max_partitions_per_insert_block: '0',
  exclude_materialize_skip_indexes_on_insert: SUBSTRING_INDEX.name,
};

export function createTelemetryStore(address: TelemetryAddress, options: StoreOptions = {}): TelemetryStore {
  const client = connect(address);
  const engine = statementsOf(client);
  const clock = options.clock ?? systemClock;
  const isOnThisMachine = address.socketPath !== undefined;
  const memoryBytesMax = options.queryMemoryBytesMax ?? QUERY_MEMORY_BYTES_MAX;

  return {
    async insert(table, rows, token, format = 'JSONEachRow') {
      if (rows instanceof Uint8Array && rows.length === 0) return;
      try {
        const { stream } = await client.exec({
          query: `INSERT INTO ${table} FORMAT ${format}`,
          ...(await bodyOf(rows, isOnThisMachine)),
          clickhouse_settings: { ...ONE_BLOCK, insert_deduplication_token: token },
        });
        await text(stream);
      } catch (error) {
        throw explain(error, 'write');
      }
    },

    async select<Row>(projects: readonly number[], sql: string, options: QueryOptions = {}) {
      assert(
        sql.includes('{projects:Array(UInt32)}'),
        `a query must filter by {projects:Array(UInt32)}: ${sql}`,
      );
      const { params = {}, timeoutMs = TIMEOUT_MS, rowsMax = ROWS_MAX, signal } = options;
      const late = AbortSignal.timeout(timeoutMs + GRACE_MS);
      try {
        const result = await client.query({
          query: sql,
          format: 'JSONEachRow',
          query_params: { ...params, projects },
          abort_signal: signal ? AbortSignal.any([signal, late]) : late,
          clickhouse_settings: {
            ...NUMBERS,
            // Reads nothing but tables, and changes nothing.
            readonly: '1',
            // An error is then an error, never the end of half an answer.
            wait_end_of_query: 1,
            max_execution_time: timeoutMs / 1_000,
            timeout_overflow_mode: 'throw',
            max_memory_usage: String(memoryBytesMax),
            max_result_rows: String(rowsMax),
            max_result_bytes: String(ANSWER_BYTES_MAX),
            result_overflow_mode: 'throw',
          },
        });
        return await result.json<Row>();
      } catch (error) {
        throw explain(error, 'read', { aborted: signal?.aborted, late: late.aborted });
      }
    },

    deleteEvents: (project, groupingHashes, receivedBefore) =>
      deleteEvents(engine, project, groupingHashes, receivedBefore),
    deleteProject: (project) => deleteProject(engine, project),
    enforceRetention: (run) => enforceRetention(engine, run, clock.now()),

    async recentEventIds(limit) {
      // In two steps, because sorting 8 bytes of each row is cheap and sorting its id too is not.
      const [oldest] = await engine.rows<{ at: number }>(
        `SELECT toUnixTimestamp64Milli(min(received_at)) AS at
          FROM (SELECT received_at FROM ${COUNTED} ORDER BY received_at DESC LIMIT {limit:UInt32})`,
        { limit },
      );
      return engine.rows(
        `SELECT project_id, event_id FROM ${COUNTED} WHERE received_at >= fromUnixTimestamp64Milli({at:Int64}, 'UTC')
          ORDER BY received_at DESC LIMIT {limit:UInt32}`,
        { limit, at: oldest?.at ?? 0 },
      );
    },

    recentErrors: (since, limit) =>
      engine.rows(
        `SELECT project_id, event_id, grouping_hash, toUnixTimestamp64Milli(timestamp) AS at, trace_id, request_id,
            user_id, environment, sdk_name, exception_type, exception_value,
            JSONExtract(payload, 'exception', 'values', -1, 'stacktrace', 'frames',
              'Array(Tuple(function String, filename String, lineno UInt32, in_app Bool))') AS frames
          FROM events WHERE received_at >= fromUnixTimestamp64Milli({since:Int64}, 'UTC') AND type = 'error'
          ORDER BY received_at DESC LIMIT {limit:UInt32}`,
        { since, limit },
      ),

    async ping() {
      const answer = await client.ping({ select: false, abort_signal: AbortSignal.timeout(PING_MS) });
      if (!answer.success) throw explain(answer.error, 'write');
    },

    diskUsage: () =>
      engine.rows(
        `SELECT table, sum(rows) AS rows, sum(bytes_on_disk) AS bytes FROM system.parts
          WHERE database = currentDatabase() AND active GROUP BY table ORDER BY table`,
      ),

    async tableOnDisk(table) {
      const [[whole], columns] = await Promise.all([
        engine.rows<Omit<TableOnDisk, 'columns'>>(
          `SELECT sum(rows) AS rows, sum(bytes_on_disk) AS bytes, sum(data_compressed_bytes) AS compressed,
            sum(data_uncompressed_bytes) AS uncompressed
          FROM system.parts WHERE database = currentDatabase() AND table = {table:String} AND active`,
          { table },
        ),
        engine.rows<TableOnDisk['columns'][number]>(
          `SELECT name, data_compressed_bytes AS compressed, data_uncompressed_bytes AS uncompressed
          FROM system.columns WHERE database = currentDatabase() AND table = {table:String}`,
          { table },
        ),
      ]);
      return { ...whole!, columns };
    },

    close: () => client.close(),
  };
}

/** A file is named to an engine that can read it: that spares it and us the way through a socket, 4 µs a log record. */
async function bodyOf(rows: Uint8Array | RowsFile, isOnThisMachine: boolean) {
  if (rows instanceof Uint8Array) return { values: Readable.from([rows], { objectMode: false }) };
  if (!isOnThisMachine) return { values: (await open(rows.path)).createReadStream() };
  return { values: Readable.from([]), http_headers: { [ROWS_FILE_HEADER]: encodeURIComponent(rows.path) } };
}
