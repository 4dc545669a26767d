/**
 * How the embedded engine is made small. Tuned for one machine of a few cores that runs the rest of the program
 * too; a server has an administrator and its own configuration.
 */

/** Given to the engine when it opens. */
export function engineArguments(memoryBytesMax: number): string[] {
  return [`--max_server_memory_usage=${memoryBytesMax}`];
}

/** Settings of a statement that does not set them itself. */
export const STATEMENT_SETTINGS: readonly (readonly [string, string])[] = [
  ['async_insert', '0'],
  ['input_format_parallel_parsing', '0'],
  ['output_format_parallel_formatting', '0'],
];
