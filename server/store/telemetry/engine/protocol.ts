/** What the two sides of the channel between the program and its embedded engine say. Plain data. */

/** Argument that makes the engine's program load its code and end, so that the next start finds it compiled. */
export const COMPILE_ONLY = '--compile-only';

/** The one message to the engine, right after its start. */
export interface EngineOptions {
  /** Absolute. Holds the tables, the socket and what else the engine needs. */
  directory: string;
  socketPath: string;
  username: string;
  password: string;
  memoryBytesMax: number;
}

/** The one message from the engine. */
export type EngineReport =
  | { kind: 'ready' }
  /** `isHeld`: another process has the directory, and may let go of it. */
  | { kind: 'failed'; reason: string; isHeld: boolean };

/** Of an insert without a body: the file that has the rows, its path encoded as in an address. */
export const ROWS_FILE_HEADER = 'x-tandem-rows-file';
