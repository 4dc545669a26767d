/**
 * ClickHouse's HTTP interface over the engine, as far as `@clickhouse/client` uses it: ping, statements,
 * inserts with a body, streamed and whole answers, errors with codes, cancel by hanging up. A transport, not a
 * database: it holds no state but the lines of waiting statements, and gives the engine's words unchanged.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { type Engine, EngineError, type Statement } from './engine.ts';
import { createLanes, LineFull } from './lanes.ts';
import { BadRequest, type Insert, readRequest, readText } from './request.ts';

export interface EngineServerOptions {
  username: string;
  password: string;
  /** Directory for bodies on their way in, relative to the working directory: it stands in SQL. */
  spoolDirectory: string;
  /** Settings of every statement that does not say otherwise. */
  settings: readonly (readonly [string, string])[];
}

/** Statements that run at once. More would only share the same cores, and each costs memory. */
export const READ_LANES = 4;
export const WRITE_LANES = 2;
/** Statements that wait for a lane, before new ones are refused. */
const WAITING_MAX = 1_000;
/** An answer that is asked for whole is held in memory: bytes. */
const WHOLE_ANSWER_BYTES_MAX = 128_000_000;
/** Longer than any client of ours keeps an idle socket (2.5 s), so that none is closed under a request. */
const KEEP_ALIVE_MS = 30_000;

const TOO_MANY_SIMULTANEOUS_QUERIES = 202;
const TOO_MANY_ROWS_OR_BYTES = 396;
const AUTHENTICATION_FAILED = 516;
const BAD_ARGUMENTS = 36;
/** The statuses ClickHouse gives to codes; all others are 500. */
const STATUS_OF_CODE = new Map([
  [36, 400],
  [62, 400],
  [60, 404],
  [81, 404],
  [516, 403],
  [202, 503],
]);

export function createEngineServer(engine: Engine, options: EngineServerOptions): Server {
  const expected = digest(
    `Basic ${Buffer.from(`${options.username}:${options.password}`).toString('base64')}`,
  );
  const reads = createLanes(READ_LANES, WAITING_MAX);
  const writes = createLanes(WRITE_LANES, WAITING_MAX);
  let spooled = 0;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === '/ping') {
      response.end('Ok.\n');
      return;
    }
    if (!timingSafeEqual(digest(request.headers.authorization ?? ''), expected))
      throw new EngineError(
        'Code: 516. DB::Exception: Authentication failed: password is incorrect. (AUTHENTICATION_FAILED)',
        AUTHENTICATION_FAILED,
        null,
      );
    const hungUp = new AbortController();
    response.on('close', () => hungUp.abort());

    const url = new URL(request.url ?? '/', 'http://engine');
    const { statement, insert } = readRequest(url, options.settings);
    if (insert) {
      await answerInsert(request, response, statement, insert, hungUp.signal);
      return;
    }
    const { sql, parameters } = await readText(request);
    const whole = url.searchParams.get('wait_end_of_query') === '1';
    const leave = await reads.enter(hungUp.signal);
    try {
      const output = engine.run(
        { ...statement, sql, parameters: [...statement.parameters, ...parameters] },
        hungUp.signal,
      );
      await (whole ? answerWhole(response, output) : answerStream(response, output));
    } finally {
      leave();
    }
  }

  async function answerInsert(
    request: IncomingMessage,
    response: ServerResponse,
    statement: Omit<Statement, 'sql'>,
    insert: Insert,
    signal: AbortSignal,
  ) {
    spooled += 1;
    const file = `${options.spoolDirectory}/${spooled}`;
    try {
      await pipeline(request, createWriteStream(file), { signal });
      const leave = await writes.enter(signal);
      try {
        const sql = `${insert.into} FROM INFILE '${file}' COMPRESSION 'none' FORMAT ${insert.format}`;
        await answerWhole(response, engine.run({ ...statement, sql }, signal));
      } finally {
        leave();
      }
    } finally {
      await rm(file, { force: true });
    }
  }

  const server = createServer(
    { keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0, maxHeaderSize: 64 * 1024 },
    (request, response) => {
      handle(request, response).catch((error) => answerError(response, error));
    },
  );
  return server;
}

/** After the last row, so that an error has its status and code whenever it happens. */
async function answerWhole(response: ServerResponse, output: AsyncIterable<Uint8Array>): Promise<void> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of output) {
    bytes += chunk.length;
    if (bytes > WHOLE_ANSWER_BYTES_MAX)
      throw new EngineError(
        `Code: 396. DB::Exception: Limit for result exceeded, max bytes: ${WHOLE_ANSWER_BYTES_MAX}. (TOO_MANY_ROWS_OR_BYTES)`,
        TOO_MANY_ROWS_OR_BYTES,
        null,
      );
    chunks.push(chunk);
  }
  response.writeHead(200, { 'content-length': bytes });
  for (const chunk of chunks) response.write(chunk);
  response.end();
}

/** As it is made, at the reader's pace. An error after the first bytes ends the body in ClickHouse's way. */
async function answerStream(response: ServerResponse, output: AsyncIterable<Uint8Array>): Promise<void> {
  const tag = randomBytes(8).toString('hex');
  try {
    for await (const chunk of output) {
      if (!response.headersSent) response.writeHead(200, { 'x-clickhouse-exception-tag': tag });
      if (!response.write(chunk)) await drained(response);
    }
    response.end();
  } catch (error) {
    if (!response.headersSent || !(error instanceof EngineError)) throw error;
    const text = `${error.message}\n`;
    response.end(
      `\r\n__exception__\r\n${tag}\r\n${text}${Buffer.byteLength(text)} ${tag}\r\n__exception__\r\n`,
    );
  }
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      response.off('drain', settle).off('close', settle);
      resolve();
    };
    response.on('drain', settle).on('close', settle);
    if (response.destroyed) settle();
  });
}

function answerError(response: ServerResponse, error: unknown): void {
  if (response.destroyed) return;
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { code, message } = describe(error);
  response.writeHead(STATUS_OF_CODE.get(code) ?? 500, {
    'content-type': 'text/plain; charset=UTF-8',
    'x-clickhouse-exception-code': String(code),
    connection: 'close',
  });
  response.end(`${message}\n`);
}

function describe(error: unknown): { code: number; message: string } {
  if (error instanceof EngineError) return error;
  if (error instanceof BadRequest)
    return { code: BAD_ARGUMENTS, message: `Code: 36. DB::Exception: ${error.message} (BAD_ARGUMENTS)` };
  if (error instanceof LineFull)
    return {
      code: TOO_MANY_SIMULTANEOUS_QUERIES,
      message: `Code: 202. DB::Exception: ${error.message}. (TOO_MANY_SIMULTANEOUS_QUERIES)`,
    };
  return {
    code: 1001,
    message: `Code: 1001. DB::Exception: ${error instanceof Error ? error.message : error} (STD_EXCEPTION)`,
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
