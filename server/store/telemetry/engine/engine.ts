/**
 * The engine as the rest of this process sees it: open a directory, run a statement, close. Each statement gets
 * a connection of its own (0.1 ms to make), so nothing one statement sets can be seen by the next. What comes
 * from outside reaches SQL only as a quoted literal or a quoted name; rows come as files.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Native, NativeConnection, NativeStream } from './native.ts';

export interface Statement {
  sql: string;
  /** Output format when the statement names none. */
  format: string;
  /** Empty: the engine's own default database. */
  database: string;
  settings: readonly (readonly [name: string, value: string])[];
  /** Values of {name:Type} placeholders, in the escaped form that ClickHouse's HTTP interface takes. */
  parameters: readonly (readonly [name: string, value: string])[];
  /** An insert. Asking the engine whether it can be streamed would make it read the rows for nothing. */
  isInsert?: boolean;
}

/** What a statement that ran as a whole cost. */
export interface Summary {
  readRows: number;
  readBytes: number;
  elapsedNs: number;
}

/** What the engine refused, in its own words. */
export class EngineError extends Error {
  readonly code: number;

  constructor(code: number, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** The engine's code for "not a statement that can be streamed": all but SELECT. */
const NOT_A_STREAM = 36;
/** How often a cancelled statement is killed again, ms: it may not have been on the list the first time. */
const KILL_AGAIN_MS = 100;
/** Bytes of one statement's text, parameters included: long lists of hashes are parameters. */
const STATEMENT_BYTES_MAX = 32_000_000;

export class Engine {
  readonly #native: Native;
  readonly #directory: string;
  /** Held open for as long as the engine is: the last connection to close shuts it down. */
  readonly #keeper: NativeConnection;
  /** Connections of statements. One is closed only when nothing runs on it, else the engine aborts. */
  readonly #connections = new Set<NativeConnection>();
  #closing: (() => void) | null = null;

  constructor(native: Native, directory: string, configurationFile: string) {
    this.#native = native;
    this.#directory = directory;
    this.#keeper = native.CreateConnection(directory, [`--config-file=${configurationFile}`]);
  }

  /**
   * Runs one statement and yields its output as it is made; a SELECT as a stream, anything else as a whole.
   * When the signal aborts the statement is killed, then this throws.
   */
  async *run(statement: Statement, signal: AbortSignal): AsyncGenerator<Uint8Array, Summary | null> {
    const tag = randomUUID();
    const connection = this.#connect();
    const whole = (sql: string) =>
      this.#untilDone(tag, signal, () =>
        this.#native.QueryAsyncConnection(connection, sql, statement.format),
      );
    try {
      await whole(preludeOf(statement, tag));
      const stream = statement.isInsert ? null : this.#startStream(connection, statement);
      if (stream === null) {
        const { bytes, elapsed, rowsRead, bytesRead } = await whole(statement.sql);
        if (bytes.length > 0) yield bytes;
        return { readRows: rowsRead, readBytes: bytesRead, elapsedNs: Math.round(elapsed * 1e9) };
      }
      try {
        for (;;) {
          const chunk = await this.#untilDone(tag, signal, () => this.#native.StreamFetch(stream));
          if (chunk.bytes?.length) yield chunk.bytes;
          if (chunk.done) return null;
        }
      } finally {
        this.#native.StreamCancel(stream);
      }
    } finally {
      this.#disconnect(connection);
    }
  }

  /** Answers when the engine does, whatever else runs. */
  async ping(): Promise<void> {
    await this.#runAside('SELECT 1');
  }

  /** Waits for what runs, then closes. Nothing may be run afterwards. */
  async close(): Promise<void> {
    if (this.#connections.size > 0) await new Promise<void>((resolve) => (this.#closing = resolve));
    this.#native.CloseConnection(this.#keeper);
  }

  #connect(): NativeConnection {
    const connection = this.#native.CreateConnection(this.#directory);
    this.#connections.add(connection);
    return connection;
  }

  #disconnect(connection: NativeConnection): void {
    this.#native.CloseConnection(connection);
    this.#connections.delete(connection);
    if (this.#connections.size === 0) this.#closing?.();
  }

  /** Null: not a SELECT, run it whole. The parser behind this refuses several statements in one text. */
  #startStream(connection: NativeConnection, { sql, format }: Statement): NativeStream | null {
    try {
      return this.#native.StreamQuery(connection, sql, format);
    } catch (cause) {
      const error = engineError(cause);
      if (error.code === NOT_A_STREAM) return null;
      throw error;
    }
  }

  /** Runs one native call to its end, killing it when the signal aborts: the call itself cannot be given up. */
  async #untilDone<Result>(tag: string, signal: AbortSignal, call: () => Promise<Result>): Promise<Result> {
    signal.throwIfAborted();
    const running = call();
    const kill = () => void this.#killUntilDone(tag, running);
    signal.addEventListener('abort', kill, { once: true });
    try {
      return await running;
    } catch (cause) {
      signal.throwIfAborted();
      throw engineError(cause);
    } finally {
      signal.removeEventListener('abort', kill);
    }
  }

  async #killUntilDone(tag: string, running: Promise<unknown>): Promise<void> {
    let done = false;
    const end = running.catch(() => null).then(() => (done = true));
    while (!done) {
      await this.#runAside(`KILL QUERY WHERE Settings['log_comment'] = ${literal(tag)} ASYNC`).catch(
        () => null,
      );
      await Promise.race([end, sleep(KILL_AGAIN_MS)]);
    }
  }

  async #runAside(sql: string): Promise<void> {
    const connection = this.#connect();
    try {
      await this.#native.QueryAsyncConnection(connection, sql, 'Null');
    } finally {
      this.#disconnect(connection);
    }
  }
}

/** Puts a fresh connection into the state the statement asks for. */
function preludeOf({ database, settings, parameters }: Statement, tag: string): string {
  const pairs = [
    ...parameters.map(([name, value]) => [`param_${name}`, value] as const),
    ...settings,
    ['log_comment', tag] as const,
  ].map(([name, value]) => `${name} = ${literal(value)}`);
  const use = database ? `USE ${identifier(database)}; ` : '';
  return `SET max_query_size = ${STATEMENT_BYTES_MAX}; ${use}SET ${pairs.join(', ')}`;
}

/** A string literal of ClickHouse SQL. Statements travel as C strings, so a zero byte must not stand in one. */
function literal(text: string): string {
  return `'${escaped(text, /[\\']/g)}'`;
}

function identifier(name: string): string {
  return `\`${escaped(name, /[\\`]/g)}\``;
}

function escaped(text: string, special: RegExp): string {
  return text.replace(special, '\\$&').replaceAll('\0', '\\0');
}

/** Every message of the engine opens with its code: `Code: 62. DB::Exception: …`. */
function engineError(cause: unknown): EngineError {
  const message = cause instanceof Error ? cause.message : String(cause);
  const code = /^Code: (\d+)\./.exec(message)?.[1];
  return new EngineError(code === undefined ? 0 : Number(code), message, cause);
}
