/**
 * The engine's native calls, typed, and the statement a program can make with them. One connection runs one
 * thing at a time, and closing it while something runs aborts the whole engine: `session.ts` keeps both rules.
 * The package's own Session is not used because its close() waits for every session of the process.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

declare const connection: unique symbol;
declare const stream: unique symbol;
export type NativeConnection = { readonly [connection]: true };
export type NativeStream = { readonly [stream]: true };

export interface NativeResult {
  bytes: Uint8Array;
  /** Seconds. */
  elapsed: number;
  rowsRead: number;
  bytesRead: number;
}

export interface NativeChunk {
  bytes?: Uint8Array;
  numRows: number;
  done: boolean;
}

export interface Native {
  /** Throws when the directory is held by another process; the reason goes to stderr. */
  CreateConnection(directory: string, args?: string[]): NativeConnection;
  CloseConnection(connection: NativeConnection): void;
  /** Runs on a thread of libuv's pool until it is done; there is no way to stop it but KILL QUERY. */
  QueryAsyncConnection(connection: NativeConnection, sql: string, format: string): Promise<NativeResult>;
  /** Parses only, so it returns at once. Refuses several statements in one text, and anything but SELECT. */
  StreamQuery(connection: NativeConnection, sql: string, format: string): NativeStream;
  StreamFetch(stream: NativeStream): Promise<NativeChunk>;
  /** Frees the stream. Never while a fetch runs. */
  StreamCancel(stream: NativeStream): void;
}

export function loadNative(): Native {
  const require = createRequire(import.meta.url);
  const loader = join(dirname(require.resolve('chdb/package.json')), 'dist/loader.js');
  return (require(loader) as { loadNative(): Native }).loadNative();
}
