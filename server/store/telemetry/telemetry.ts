/**
 * The telemetry port: events, sessions, outcomes, logs and spans in ClickHouse SQL. One implementation speaks HTTP through
 * `@clickhouse/client`; the embedded engine, a server and a cluster differ only in the address and the table
 * engine of the migrations.
 */

import type { RetentionRun } from './retention.ts';

/** Tables rows can be inserted into. The columns are in `tables.ts`. */
export type TelemetryTable =
  | 'events'
  | 'sampled_events'
  | 'sessions'
  | 'outcomes'
  | 'logs'
  | 'noise_counts'
  | 'spans';

/** Default: lines of JSON. Native is made by native-columns.ts. */
export type RowFormat = 'JSONEachRow' | 'Native';

/** Rows in a file that stays as it is until they are inserted. An engine on this machine reads it itself. */
export interface RowsFile {
  /** Absolute. */
  path: string;
}

export interface QueryOptions {
  /** Bound as {name:Type} placeholders; the only way for a value to get near SQL. */
  params?: Record<string, unknown>;
  /** Limit on the engine's work; a query cut short throws QueryCutShort. Default 10,000 ms. */
  timeoutMs?: number;
  /** Rows the caller is prepared to hold. Default 10,000. */
  rowsMax?: number;
  signal?: AbortSignal;
}

/** What an error is told by, of a stored event. */
export interface RecentError {
  project_id: number;
  event_id: string;
  grouping_hash: string;
  /** ms */
  at: number;
  trace_id: string;
  request_id: string;
  user_id: string;
  environment: string;
  sdk_name: string;
  exception_type: string;
  exception_value: string;
  /** Of the exception that surfaced, the innermost call last. */
  frames: { function: string; filename: string; lineno: number; in_app: boolean }[];
}

export interface TableOnDisk {
  rows: number;
  /** Everything, indexes too. */
  bytes: number;
  /** Of the rows alone. */
  compressed: number;
  uncompressed: number;
  /** Those of the parts that have a file for each column, which a part gets when it is merged to 64 MB. */
  columns: { name: string; compressed: number; uncompressed: number }[];
}

export interface TelemetryStore {
  /**
   * Inserts rows under a deduplication token: the same token twice stores the rows once.
   * Resolves when they are durable and visible. Throws Unavailable when the engine cannot be reached.
   */
  insert(
    table: TelemetryTable,
    rows: Uint8Array | RowsFile,
    token: string,
    format?: RowFormat,
  ): Promise<void>;
  /**
   * Runs a SELECT for the given projects. The SQL must filter by `{projects:Array(UInt32)}`, which is bound
   * here: a query without that placeholder is a bug and is not sent. `{database}` needs not be named.
   */
  select<Row>(projects: readonly number[], sql: string, options?: QueryOptions): Promise<Row[]>;
  /**
   * Deletes the events of the grouping hashes of a project that were received before, and their roll-ups. A roll-up
   * cannot tell such events from newer ones of the same hour: the caller sees to it that none are inserted meanwhile.
   * Idempotent.
   */
  deleteEvents(project: number, groupingHashes: readonly string[], receivedBefore: number): Promise<void>;
  /** Deletes everything of a project. Idempotent. */
  deleteProject(project: number): Promise<void>;
  /** Removes what is older than the policy keeps, step by step. Throws Unavailable when a step takes long; repeat it then. */
  enforceRetention(run: RetentionRun): Promise<void>;
  /** Event ids (with project) received last, newest first, for rebuilding the duplicate window after a start. */
  recentEventIds(limit: number): Promise<{ project_id: number; event_id: string }[]>;
  /** Events with an exception that arrived since, the newest, of all projects: to know again what comes twice. */
  recentErrors(since: number, limit: number): Promise<RecentError[]>;
  /** Answers within a second or throws. */
  ping(): Promise<void>;
  /** Bytes on disk per table. */
  diskUsage(): Promise<{ table: string; rows: number; bytes: number }[]>;
  /** What one table takes, and its columns as far as the engine can tell them apart. */
  tableOnDisk(table: TelemetryTable): Promise<TableOnDisk>;
  close(): Promise<void>;
}
