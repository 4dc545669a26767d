/**
 * The engine as the rest of this process sees it: open a directory, run a statement, close. Each statement gets
 * a connection of its own (0.1 ms to make), so nothing one statement sets can be seen by the next. What comes
 * from outside reaches SQL only as a quoted literal or a quoted name; payloads come as files.
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
}

/** What the engine refused, in its own words. */
export class EngineError extends Error {
  readonly code: number;

  constructor(message: string, code: number, cause: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** The engine's code for "not a statement that can be streamed": all but SELECT. */
const NOT_A_STREAM = 36;
/** How often a cancelled statement is killed again, ms: it may not have been on the list the first time. */
const KILL_AGAIN_MS = 100;
/** Bytes of one statement's text, parameters included. Long lists of hashes are bound as parameters. */
const STATEMENT_BYTES_MAX = 16_000_000;

export class Engine {
  readonly #native: Native;
  readonly #directory: string;
  /** Held open for as long as the engine is: the last connection to close shuts it down. */
  readonly #keeper: NativeConnection;
  readonly #running = new Set<Promise<unknown>>();

  constructor(native: Native, directory: string, serverArguments: string[]) {
    this.#native = native;
    this.#directory = directory;
    this.#keeper = native.CreateConnection(directory, serverArguments);
  }

  /** Runs one statement and yields its output as it is made. After an abort the statement is killed, then throws. */
  async *run(statement: Statement, signal: AbortSignal): AsyncGenerator<Uint8Array, void> {
    const tag = randomUUID();
    const connection = this.#native.CreateConnection(this.#directory);
    const whole = (sql: string) =>
      this.#settle(tag, signal, () => this.#native.QueryAsyncConnection(connection, sql, statement.format));
    try {
      await whole(preludeOf(statement, tag));
      const stream = this.#startStream(connection, statement);
      if (stream === null) {
        yield (await whole(statement.sql)).bytes;
        return;
      }
      try {
        for (;;) {
          const chunk = await this.#settle(tag, signal, () => this.#native.StreamFetch(stream));
          if (chunk.bytes?.length) yield chunk.bytes;
          if (chunk.done) return;
        }
      } finally {
        this.#native.StreamCancel(stream);
      }
    } finally {
      this.#native.CloseConnection(connection);
    }
  }

  /** Waits for what runs, then closes. Nothing may be run afterwards. */
  async close(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
    this.#native.CloseConnection(this.#keeper);
  }

  /** Null: not a SELECT, run it whole. The parser behind this refuses several statements in one text. */
  #startStream(connection: NativeConnection, statement: Statement): NativeStream | null {
    try {
      return this.#native.StreamQuery(connection, statement.sql, statement.format);
    } catch (cause) {
      const error = engineError(cause);
      if (error.code === NOT_A_STREAM) return null;
      throw error;
    }
  }

  /** Runs one native call to its end, killing it when the signal aborts. Its connection may be used again only then. */
  async #settle<Result>(tag: string, signal: AbortSignal, call: () => Promise<Result>): Promise<Result> {
    signal.throwIfAborted();
    const running = call();
    this.#running.add(running);
    const stop = () => this.#killUntil(tag, running);
    signal.addEventListener('abort', stop, { once: true });
    try {
      return await running;
    } catch (cause) {
      signal.throwIfAborted();
      throw engineError(cause);
    } finally {
      signal.removeEventListener('abort', stop);
      this.#running.delete(running);
    }
  }

  async #killUntil(tag: string, running: Promise<unknown>): Promise<void> {
    let over = false;
    const end = running.then(
      () => (over = true),
      () => (over = true),
    );
    while (!over) {
      const connection = this.#native.CreateConnection(this.#directory);
      const sql = `KILL QUERY WHERE Settings['log_comment'] = ${literal(tag)} ASYNC`;
      await this.#native.QueryAsyncConnection(connection, sql, 'Null').catch(() => null);
      this.#native.CloseConnection(connection);
      await Promise.race([end, sleep(KILL_AGAIN_MS)]);
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
  return `'${text.replace(/[\\']/g, '\\$&').replaceAll('\0', '\\0')}'`;
}

function identifier(name: string): string {
  return `\`${name.replace(/[\\`]/g, '\\$&').replaceAll('\0', '\\0')}\``;
}

/** Every message of the engine opens with its code: `Code: 62. DB::Exception: …`. */
function engineError(cause: unknown): EngineError {
  const message = cause instanceof Error ? cause.message : String(cause);
  const code = /^Code: (\d+)\./.exec(message)?.[1];
  return new EngineError(message, code === undefined ? 0 : Number(code), cause);
}
