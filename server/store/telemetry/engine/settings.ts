/**
 * How the embedded engine is made small: it shares a machine of a few cores with the rest of the program. A
 * server has an administrator and its own configuration. Measured on 2 cores with events of 5.4 KB in batches
 * of 1,000: 10,000 events/s and 100 µs of CPU each; resident above the library's pages, which the kernel can
 * drop, 55 MB idle and 110-140 MB under load (375 MB before tuning).
 */

/** Statements that run at once. More would share the same cores, and each costs memory. */
export const READ_LANES = 4;
export const WRITE_LANES = 2;
/** A running statement holds a thread of libuv's pool. Files, kills and pings must never wait for one. */
export const LIBUV_THREADS = READ_LANES + WRITE_LANES + 4;

const MIB = 1024 * 1024;

/** Given to the engine when it opens. */
function serverSettings(memoryBytesMax: number) {
  return {
    max_server_memory_usage: memoryBytesMax,
    // Caches: an hour's work of one team fits; the page cache of the kernel is behind them.
    mark_cache_size: 16 * MIB,
    primary_index_cache_size: 16 * MIB,
    index_mark_cache_size: 8 * MIB,
    query_condition_cache_size: 4 * MIB,
    compiled_expression_cache_size: MIB,
    text_index_tokens_cache_size: MIB,
    text_index_header_cache_size: MIB,
    text_index_postings_cache_size: MIB,
    vector_similarity_index_cache_size: MIB,
    iceberg_metadata_files_cache_size: 0,
    parquet_metadata_cache_size: 0,
    mmap_cache_size: 0,
    // Threads: kept ones save 0.6 ms per statement; the defaults allow 10,000 and start dozens to load parts.
    max_thread_pool_size: 200,
    max_thread_pool_free_size: 16,
    max_io_thread_pool_size: 4,
    max_active_parts_loading_thread_pool_size: 2,
    max_outdated_parts_loading_thread_pool_size: 2,
    max_unexpected_parts_loading_thread_pool_size: 1,
    max_parts_cleaning_thread_pool_size: 2,
    max_prefixes_deserialization_thread_pool_size: 2,
    max_format_parsing_thread_pool_size: 2,
    threadpool_local_fs_reader_pool_size: 4,
    threadpool_writer_pool_size: 2,
    prefetch_threadpool_pool_size: 2,
    load_marks_threadpool_pool_size: 2,
    tables_loader_foreground_pool_size: 1,
    tables_loader_background_pool_size: 1,
    background_pool_size: 1,
    background_schedule_pool_size: 1,
    // Seconds between two looks for work when the last found a full pool. With the defaults (0.1, and up to 1 at
    // random) a deletion waited 0.14 s before each piece of a table: 20 s for 144 pieces that take 1 s of work.
    background_processing_pool_thread_sleep_seconds_if_nothing_to_do: 0.01,
    background_processing_pool_task_sleep_seconds_when_no_work_random_part: 0.01,
    merge_tree: {
      // The pool is smaller than the number of free places these wait for by default: deletions took 8 s.
      number_of_free_entries_in_pool_to_execute_mutation: 1,
      number_of_free_entries_in_pool_to_lower_max_size_of_merge: 1,
      // Merges, column by column and in small blocks: an event is kilobytes, and 8,192 of them are the default.
      vertical_merge_algorithm_min_rows_to_activate: 1,
      vertical_merge_algorithm_min_columns_to_activate: 5,
      merge_max_block_size: 1_024,
      merge_max_block_size_bytes: 4 * MIB,
      max_bytes_to_merge_at_max_space_in_pool: 4 * 1024 * MIB,
      // Inserts are refused while there is still room to delete, to drop and to merge.
      min_free_disk_bytes_to_perform_insert: 64 * MIB,
      // A buffer of this size per column while a part is written: 36 columns.
      max_compress_block_size: MIB / 4,
    },
  };
}

/** The configuration file of the engine. Names and numbers of our own only, so nothing needs escaping. */
export function serverConfiguration(memoryBytesMax: number): string {
  return `<clickhouse>${xml(serverSettings(memoryBytesMax))}</clickhouse>\n`;
}

function xml(settings: object): string {
  return Object.entries(settings)
    .map(([name, value]) => `<${name}>${typeof value === 'object' ? xml(value) : value}</${name}>`)
    .join('');
}

/** Settings of a statement that does not set them itself. */
export const STATEMENT_SETTINGS: readonly (readonly [string, string])[] = [
  ['async_insert', '0'],
  ['input_format_parallel_parsing', '0'],
  ['output_format_parallel_formatting', '0'],
  // Memory that must be free for each thread that reads, bytes. With the default of 1 GiB an engine that may use 1 GB
  // has one thread for every statement, and the other core does nothing.
  ['max_threads_min_free_memory_per_thread', String(256 * MIB)],
  // Compiling to machine code would bring in 30 MB of compiler for queries of milliseconds.
  ['compile_expressions', '0'],
  ['compile_aggregate_expressions', '0'],
  ['compile_sort_description', '0'],
  // A statement whose caller has no limit of its own still ends: seconds.
  ['max_execution_time', '3600'],
];

/** Node's own part in the process: little of it runs here, so it may stay small. */
export const NODE_ARGUMENTS = ['--max-old-space-size=256', '--max-semi-space-size=1', '--v8-pool-size=1'];

/**
 * The whole environment of the process: none of the program's, which holds secrets. One arena and a short
 * memory for freed pages: 226 MB of peak became 128 at 2,000 events/s, at no cost in CPU.
 */
export function engineEnvironment(compileCache: string): Record<string, string> {
  return {
    TZ: 'UTC',
    UV_THREADPOOL_SIZE: String(LIBUV_THREADS),
    NODE_COMPILE_CACHE: compileCache,
    JE_MALLOC_CONF: 'prof:false,dirty_decay_ms:200,muzzy_decay_ms:0,percpu_arena:disabled,narenas:1',
  };
}
