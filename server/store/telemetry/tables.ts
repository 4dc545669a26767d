/**
 * The tables of telemetry. Columns of `events`, `sessions` and `outcomes` are the fields of `rows.ts`, name by
 * name; a test keeps them equal. Times are milliseconds in rows and DateTime64(3) here: read them with
 * toUnixTimestamp64Milli(timestamp), compare them with fromUnixTimestamp64Milli({from:Int64}, 'UTC').
 *
 * Partitions are weeks, not days: each part costs a query 0.5 ms and the engine 0.5 MB for as long as it lives,
 * and 90 days of four tables would be 360 of them. retention.ts keeps the limit exact to the day.
 */
import { PRINTED_STREAM } from './stream-column.ts';

/** What differs between one machine and replicas: the family of table engines. */
export interface TableEngine {
  /** `MergeTree`, `AggregatingMergeTree` … with the arguments it needs. */
  engine(kind: '' | 'Aggregating' | 'Summing', columnsToSum?: string): string;
  /** The setting that makes a repeated token insert nothing. */
  deduplicationWindow: string;
}

export const singleMachine: TableEngine = {
  engine: (kind, columns) => `${kind}MergeTree${columns ? `((${columns}))` : ''}`,
  deduplicationWindow: 'non_replicated_deduplication_window',
};

/** Replicas by ClickHouse Keeper; {shard} and {replica} are macros of the servers' own configuration. */
export const replicated: TableEngine = {
  engine: (kind, columns) =>
    `Replicated${kind}MergeTree('/clickhouse/tables/{shard}/{database}/{table}', '{replica}'${columns ? `, (${columns})` : ''})`,
  deduplicationWindow: 'replicated_deduplication_window',
};

/** Blocks whose tokens are remembered per table: 1,000 batches are many minutes of the longest queue of retries. */
const DEDUPLICATION_WINDOW = 1_000;

/**
 * A roll-up is read a few rows at a time, for the 25 issues of a page in every part of every week: hundreds of
 * places. With granules and blocks of the default size (8,192 rows, 64 KB) and 64 parts that took 390 ms at 10 M
 * events of 10,000 issues over 13 days; like this, and with a quiet day merged into one part after an hour,
 * 50 ms, for 7 % more disk. Rows hold sketches of up to 40 KB each: merged a thousand at a time they took 100 MB.
 */
const SMALL_READS =
  'index_granularity = 256, min_compress_block_size = 4096, max_compress_block_size = 16384, min_age_to_force_merge_seconds = 3600, merge_max_block_size = 64';

/** Events counted per grouping hash and span of time, by views: nobody else writes to them. */
export const ROLL_UPS = ['events_hourly', 'events_six_hourly'] as const;
export type RollUp = (typeof ROLL_UPS)[number];

/** Tables with rows of projects, the roll-ups included: everything that retention and deletion must reach. */
export const PROJECT_TABLES = [
  'events',
  'sampled_events',
  ...ROLL_UPS,
  'sessions',
  'outcomes',
  'logs',
  'noise_counts',
  'spans',
] as const;
export type ProjectTable = (typeof PROJECT_TABLES)[number];

/** The time that decides a row's partition and its age. */
export const TIME_COLUMN: Record<ProjectTable, string> = {
  events: 'timestamp',
  sampled_events: 'timestamp',
  events_hourly: 'hour',
  events_six_hourly: 'hour',
  sessions: 'started',
  outcomes: 'hour',
  logs: 'timestamp',
  noise_counts: 'minute',
  spans: 'timestamp',
};

/** The time in the keys of the tables that lie by time: what finds a period in their index. */
export const TIME_IN_KEY: Partial<Record<ProjectTable, string>> = {
  logs: 'toStartOfFiveMinutes(timestamp)',
  spans: 'toStartOfHour(timestamp)',
};

/** Days of one partition. Logs and spans are the bulk of the disk: what is dropped of them is dropped by whole days. */
export const PARTITION_DAYS: Record<ProjectTable, 1 | 7> = {
  events: 7,
  sampled_events: 7,
  events_hourly: 7,
  events_six_hourly: 7,
  sessions: 7,
  outcomes: 7,
  logs: 1,
  noise_counts: 7,
  spans: 1,
};

const durably = (tables: TableEngine) =>
  `${tables.deduplicationWindow} = ${DEDUPLICATION_WINDOW}, fsync_after_insert = 1, fsync_part_directory = 1`;

/** Statements that create the first tables, in order. Each is idempotent. */
export function createTables(tables: TableEngine): string[] {
  const durable = durably(tables);
  return [
    `CREATE TABLE IF NOT EXISTS events (
      project_id UInt32,
      grouping_hash String CODEC(ZSTD(1)),
      grouping_hashes Array(String) CODEC(ZSTD(1)),
      event_id String CODEC(ZSTD(1)),
      timestamp DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
      received_at DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
      type LowCardinality(String),
      level LowCardinality(String),
      platform LowCardinality(String),
      title String CODEC(ZSTD(1)),
      culprit String CODEC(ZSTD(1)),
      message String CODEC(ZSTD(1)),
      exception_type LowCardinality(String),
      exception_value String CODEC(ZSTD(1)),
      transaction String CODEC(ZSTD(1)),
      release LowCardinality(String),
      dist LowCardinality(String),
      environment LowCardinality(String),
      service LowCardinality(String),
      host LowCardinality(String),
      logger LowCardinality(String),
      sdk_name LowCardinality(String),
      sdk_version LowCardinality(String),
      user_key String CODEC(ZSTD(1)),
      user_id String CODEC(ZSTD(1)),
      user_email String CODEC(ZSTD(1)),
      user_username String CODEC(ZSTD(1)),
      user_ip String CODEC(ZSTD(1)),
      trace_id String CODEC(ZSTD(1)),
      span_id String CODEC(ZSTD(1)),
      session_id String CODEC(ZSTD(1)),
      request_id String CODEC(ZSTD(1)),
      url String CODEC(ZSTD(1)),
      handled Nullable(UInt8),
      tags Map(LowCardinality(String), String) CODEC(ZSTD(1)),
      payload String CODEC(ZSTD(1)),
      INDEX by_event_id event_id TYPE bloom_filter(0.001) GRANULARITY 1,
      INDEX by_trace_id trace_id TYPE bloom_filter(0.01) GRANULARITY 1,
      INDEX by_user_key user_key TYPE bloom_filter(0.01) GRANULARITY 1
    ) ENGINE = ${tables.engine('')}
    PARTITION BY toMonday(timestamp)
    ORDER BY (project_id, grouping_hash, timestamp, event_id)
    SETTINGS ${durable}`,

    `CREATE TABLE IF NOT EXISTS events_hourly (
      project_id UInt32,
      grouping_hash String CODEC(ZSTD(1)),
      hour DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
      environment LowCardinality(String),
      events SimpleAggregateFunction(sum, UInt64),
      users AggregateFunction(uniqCombined64(15), String) CODEC(ZSTD(1)),
      first_seen SimpleAggregateFunction(min, DateTime64(3, 'UTC')) CODEC(ZSTD(1)),
      last_seen SimpleAggregateFunction(max, DateTime64(3, 'UTC')) CODEC(ZSTD(1)),
      first_received SimpleAggregateFunction(min, DateTime64(3, 'UTC')) CODEC(ZSTD(1))
    ) ENGINE = ${tables.engine('Aggregating')}
    PARTITION BY toMonday(hour)
    ORDER BY (project_id, grouping_hash, hour, environment)
    SETTINGS ${durable}, ${SMALL_READS}`,

    `CREATE MATERIALIZED VIEW IF NOT EXISTS events_to_hourly TO events_hourly AS
    SELECT
      project_id,
      grouping_hash,
      toStartOfHour(timestamp) AS hour,
      environment,
      count() AS events,
      uniqCombined64StateIf(15)(user_key, user_key != '') AS users,
      min(timestamp) AS first_seen,
      max(timestamp) AS last_seen,
      min(received_at) AS first_received
    FROM events
    GROUP BY project_id, grouping_hash, hour, environment`,

    `CREATE TABLE IF NOT EXISTS sessions (
      project_id UInt32,
      received_at DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
      started DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
      session_id String CODEC(ZSTD(1)),
      user_key String CODEC(ZSTD(1)),
      sequence UInt64,
      status LowCardinality(String),
      errors UInt32,
      duration_ms Nullable(UInt64),
      release LowCardinality(String),
      environment LowCardinality(String),
      init UInt8,
      quantity UInt32
    ) ENGINE = ${tables.engine('')}
    PARTITION BY toMonday(started)
    ORDER BY (project_id, release, environment, started, session_id)
    SETTINGS ${durable}`,

    `CREATE TABLE IF NOT EXISTS outcomes (
      hour DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
      project_id UInt32,
      key_id UInt32,
      kind LowCardinality(String),
      outcome LowCardinality(String),
      reason LowCardinality(String),
      quantity Int64,
      bytes Int64
    ) ENGINE = ${tables.engine('Summing', 'quantity, bytes')}
    PARTITION BY toMonday(hour)
    ORDER BY (project_id, hour, key_id, kind, outcome, reason)
    SETTINGS ${durable}`,
  ];
}

/**
 * Events by six hours, environment and release: what the trends of a week and longer and the searches by
 * environment and release read. Six hours divide every step of those trends, and are the longest span that does.
 * At 10 M events of 10,000 issues over 14 days this has a fifth of the hourly rows.
 *
 * What is there already is counted from the events. Beginning anew makes a repeated step harmless, since nothing
 * is inserted while the program starts.
 */
export function rollUpBySixHours(tables: TableEngine): string[] {
  const counted = `
    SELECT
      project_id,
      grouping_hash,
      toStartOfInterval(timestamp, INTERVAL 6 HOUR) AS hour,
      environment,
      release,
      count() AS events,
      uniqCombined64StateIf(15)(user_key, user_key != '') AS users,
      min(received_at) AS first_received
    FROM events
    GROUP BY project_id, grouping_hash, hour, environment, release`;
  return [
    `CREATE TABLE IF NOT EXISTS events_six_hourly (
      project_id UInt32,
      grouping_hash String CODEC(ZSTD(1)),
      hour DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
      environment LowCardinality(String),
      release LowCardinality(String),
      events SimpleAggregateFunction(sum, UInt64),
      users AggregateFunction(uniqCombined64(15), String) CODEC(ZSTD(1)),
      first_received SimpleAggregateFunction(min, DateTime64(3, 'UTC')) CODEC(ZSTD(1))
    ) ENGINE = ${tables.engine('Aggregating')}
    PARTITION BY toMonday(hour)
    ORDER BY (project_id, grouping_hash, hour, environment, release)
    SETTINGS ${durably(tables)}, ${SMALL_READS}`,

    'TRUNCATE TABLE events_six_hourly',
    // In the order of the key and in small blocks: any number of events within the engine's memory.
    `INSERT INTO events_six_hourly ${counted}
    SETTINGS optimize_aggregation_in_order = 1, max_threads = 1, max_insert_threads = 1, max_block_size = 8192,
      min_insert_block_size_rows = 50000, min_insert_block_size_bytes = 50000000`,

    `CREATE MATERIALIZED VIEW IF NOT EXISTS events_to_six_hourly TO events_six_hourly AS ${counted}`,
  ];
}

/**
 * Finds the few granules that hold a rare value of a tag, such as the number of an order: 20 ms instead of 1.2 s at
 * 10 M events, for about a byte per event and value that no other event has. What is there already is indexed in the
 * background.
 */
export function indexOfTagValues(): string[] {
  return [
    'ALTER TABLE events ADD INDEX IF NOT EXISTS by_tag_value mapValues(tags) TYPE bloom_filter(0.01) GRANULARITY 1',
    'ALTER TABLE events MATERIALIZE INDEX by_tag_value',
  ];
}

/**
 * A batch of logs is 12 MB in 24 columns. As one file, not as one for each column, it takes 12 calls of fsync and not
 * 110: the engine took 361,000 records/s so, and 107,000 before. What is merged of several batches has its columns
 * in files of their own.
 */
const ONE_FILE_PER_BATCH = 'min_bytes_for_wide_part = 67108864';

/**
 * Merges write granules no larger than the blocks they work in. With the blocks of 1,024 rows that wide rows need
 * (engine/settings.ts) a million log records had 980 granules and not 130, a third more bytes on disk, and indexes
 * six times as large.
 */
const WHOLE_GRANULES = 'merge_max_block_size = 8192, merge_max_block_size_bytes = 16777216';

/**
 * Which granules may have a text somewhere in their bodies, whatever its case: 4 characters at a time, three bits of
 * 32 KiB each. 0.6 % of the rows' bytes as JSON. Not made while a batch is inserted, but when it is first merged: that
 * spares the engine 2 µs of 10 for each record.
 */
export const SUBSTRING_INDEX = {
  name: 'by_substring',
  sql: 'INDEX by_substring lower(body) TYPE ngrambf_v1(4, 32768, 3, 0) GRANULARITY 1',
};

/**
 * Log records. The order puts the lines of one pattern beside each other, which is what compression likes: 10.3 % of
 * the rows' bytes against 13.5 % in the order of time, and a service is found in a part of the granules. The five
 * minutes before it keep the newest lines together.
 */
export function logTables(tables: TableEngine): string[] {
  return [
    `CREATE TABLE IF NOT EXISTS logs (
      project_id UInt32,
      timestamp DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
      received_at DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
      sequence UInt32 CODEC(Delta(4), ZSTD(1)),
      source LowCardinality(String),
      severity_number UInt8 CODEC(ZSTD(1)),
      severity_text LowCardinality(String),
      service LowCardinality(String),
      host LowCardinality(String),
      environment LowCardinality(String),
      release LowCardinality(String),
      scope LowCardinality(String),
      event_name LowCardinality(String),
      body String CODEC(ZSTD(1)),
      pattern_id UInt64 CODEC(ZSTD(1)),
      trace_id String CODEC(ZSTD(1)),
      span_id String CODEC(ZSTD(1)),
      user_id String CODEC(ZSTD(1)),
      session_id String CODEC(ZSTD(1)),
      request_id String CODEC(ZSTD(1)),
      labels Map(LowCardinality(String), String) CODEC(ZSTD(1)),
      resource Map(LowCardinality(String), String) CODEC(ZSTD(1)),
      attributes Map(LowCardinality(String), String) CODEC(ZSTD(1)),
      attribute_types Map(LowCardinality(String), LowCardinality(String)) CODEC(ZSTD(1)),
      ${SUBSTRING_INDEX.sql},
      INDEX by_trace_id trace_id TYPE bloom_filter(0.01) GRANULARITY 1,
      INDEX by_user_id user_id TYPE bloom_filter(0.01) GRANULARITY 1,
      INDEX by_session_id session_id TYPE bloom_filter(0.01) GRANULARITY 1,
      INDEX by_request_id request_id TYPE bloom_filter(0.01) GRANULARITY 1
    ) ENGINE = ${tables.engine('')}
    PARTITION BY toDate(timestamp)
    ORDER BY (project_id, ${TIME_IN_KEY.logs}, service, pattern_id, timestamp)
    SETTINGS ${durably(tables)}, ${ONE_FILE_PER_BATCH}, ${WHOLE_GRANULES}`,
  ];
}

/**
 * Spans. A trace is read whole, by its id and often without its time: within the hour the spans of one trace lie
 * beside each other, and the index says which hours have it. The hour before it serves a project and a period.
 */
export function spanTables(tables: TableEngine): string[] {
  return [
    `CREATE TABLE IF NOT EXISTS spans (
      project_id UInt32,
      trace_id String CODEC(ZSTD(1)),
      span_id String CODEC(ZSTD(1)),
      parent_span_id String CODEC(ZSTD(1)),
      timestamp DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
      duration_ns UInt64 CODEC(ZSTD(1)),
      received_at DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
      source LowCardinality(String),
      name String CODEC(ZSTD(1)),
      kind LowCardinality(String),
      op LowCardinality(String),
      status LowCardinality(String),
      status_message String CODEC(ZSTD(1)),
      is_segment UInt8 CODEC(ZSTD(1)),
      transaction String CODEC(ZSTD(1)),
      service LowCardinality(String),
      host LowCardinality(String),
      environment LowCardinality(String),
      release LowCardinality(String),
      scope LowCardinality(String),
      user_id String CODEC(ZSTD(1)),
      session_id String CODEC(ZSTD(1)),
      request_id String CODEC(ZSTD(1)),
      trace_state String CODEC(ZSTD(1)),
      resource Map(LowCardinality(String), String) CODEC(ZSTD(1)),
      attributes Map(LowCardinality(String), String) CODEC(ZSTD(1)),
      attribute_types Map(LowCardinality(String), LowCardinality(String)) CODEC(ZSTD(1)),
      events String CODEC(ZSTD(1)),
      links String CODEC(ZSTD(1)),
      INDEX by_trace_id trace_id TYPE bloom_filter(0.01) GRANULARITY 1
    ) ENGINE = ${tables.engine('')}
    PARTITION BY toDate(timestamp)
    ORDER BY (project_id, ${TIME_IN_KEY.spans}, trace_id, timestamp)
    SETTINGS ${durably(tables)}, ${ONE_FILE_PER_BATCH}, ${WHOLE_GRANULES}`,
  ];
}

/**
 * Finds what came last, whatever time it says: who follows new lines asks for it each second. Lines lie nearly in the
 * order in which they came, so the bounds of a granule leave out all but the newest: of 15 M lines a look reads 5
 * granules instead of 815. What is there already is indexed in the background.
 */
export function indexOfArrivals(): string[] {
  return [
    'ALTER TABLE logs ADD INDEX IF NOT EXISTS by_received_at received_at TYPE minmax GRANULARITY 1',
    'ALTER TABLE logs MATERIALIZE INDEX by_received_at',
  ];
}

/**
 * The stream of a log record as one text of few. A day of 10 M records counted by `service_name` took the engine 6.6 s
 * with the maps of labels and takes 0.35 s with this, for 0.3 µs of an insert and 0.7 bytes of disk for each record. Who
 * writes rows says it; what is there already gets it in the background, and until then when it is read.
 */
export function streamsOfLogs(): string[] {
  return [
    `ALTER TABLE logs ADD COLUMN IF NOT EXISTS stream LowCardinality(String) DEFAULT ${PRINTED_STREAM} AFTER resource`,
    'ALTER TABLE logs MATERIALIZE COLUMN stream',
  ];
}

/**
 * Events that are counted and not kept, because there were too many of their kind: some thirty bytes each on disk, where
 * an event takes a thousand. The same roll-ups count them, so counts and users over time stay exact.
 */
export function sampledEvents(tables: TableEngine): string[] {
  const counted = (start: string, columns: string, seen: string) => `
    SELECT
      project_id,
      grouping_hash,
      ${start} AS hour,
      ${columns},
      count() AS events,
      uniqCombined64StateIf(15)(user_key, user_key != '') AS users,
      ${seen}min(received_at) AS first_received
    FROM sampled_events
    GROUP BY project_id, grouping_hash, hour, ${columns}`;
  return [
    `CREATE TABLE IF NOT EXISTS sampled_events (
      project_id UInt32,
      grouping_hash String CODEC(ZSTD(1)),
      timestamp DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
      received_at DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
      environment LowCardinality(String),
      release LowCardinality(String),
      user_key String CODEC(ZSTD(1))
    ) ENGINE = ${tables.engine('')}
    PARTITION BY toMonday(timestamp)
    ORDER BY (project_id, grouping_hash, timestamp)
    SETTINGS ${durably(tables)}`,

    `CREATE MATERIALIZED VIEW IF NOT EXISTS sampled_to_hourly TO events_hourly AS ${counted(
      'toStartOfHour(timestamp)',
      'environment',
      'min(timestamp) AS first_seen, max(timestamp) AS last_seen, ',
    )}`,

    `CREATE MATERIALIZED VIEW IF NOT EXISTS sampled_to_six_hourly TO events_six_hourly AS ${counted(
      'toStartOfInterval(timestamp, INTERVAL 6 HOUR)',
      'environment, release',
      '',
    )}`,
  ];
}

/** A sampled event that is sent again after a restart is known by its id: 18 bytes each on disk. */
export function idsOfSampledEvents(): string[] {
  return ["ALTER TABLE sampled_events ADD COLUMN IF NOT EXISTS event_id String DEFAULT '' CODEC(ZSTD(1))"];
}

/**
 * Log records that a noise rule met, by the minute of their own time: what keeps the count of a pattern exact when its
 * records are not kept. A row is never for more than it counts: one per rule, minute, service and severity.
 */
export function noiseCounts(tables: TableEngine): string[] {
  return [
    `CREATE TABLE IF NOT EXISTS noise_counts (
      project_id UInt32,
      pattern_id UInt64,
      minute DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
      rule_id UInt32,
      fate LowCardinality(String),
      service LowCardinality(String),
      severity_number UInt8,
      records UInt64,
      bytes UInt64
    ) ENGINE = ${tables.engine('Summing', 'records, bytes')}
    PARTITION BY toMonday(minute)
    ORDER BY (project_id, pattern_id, minute, rule_id, fate, service, severity_number)
    SETTINGS ${durably(tables)}`,
  ];
}
