/**
 * ClickHouse's HTTP interface over the engine, as far as `@clickhouse/client` uses it: ping, statements,
 * inserts with a body, streamed and whole answers, errors with codes, cancel by hanging up. A transport, not a
 * database: it holds no state but the lines of waiting statements, and gives the engine's words unchanged.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { AUTHENTICATION_FAILED, answerError, answerStream, answerWhole, refusal } from './answer.ts';
import type { Engine } from './engine.ts';
import { createLanes } from './lanes.ts';
import { ROWS_FILE_HEADER } from './protocol.ts';
import { readRequest, readText } from './request.ts';
import { READ_LANES, STATEMENT_SETTINGS, WRITE_LANES } from './settings.ts';
import { createSpool, holdFile } from './spool.ts';

/** Not imported: `import 'node:http'` asks for its WebSocket too, which costs 12 MB of resident memory. */
const { createServer } = process.getBuiltinModule('node:http');

export interface EngineServerOptions {
  username: string;
  password: string;
  /** For rows on their way in. */
  spoolDirectory: string;
}

/** Statements that wait for a lane before new ones are refused. */
const WAITING_MAX = 1_000;
/** Longer than our clients keep an idle socket (2.5 s), so that none is closed under a request. */
const KEEP_ALIVE_MS = 30_000;
/** Settings and short parameters travel in the address; long ones in the body. */
const HEADER_BYTES_MAX = 64 * 1024;

export function createEngineServer(engine: Engine, options: EngineServerOptions): Server {
  const expected = digest(
    `Basic ${Buffer.from(`${options.username}:${options.password}`).toString('base64')}`,
  );
  const reads = createLanes(READ_LANES, WAITING_MAX);
  const writes = createLanes(WRITE_LANES, WAITING_MAX);
  const spool = createSpool(options.spoolDirectory);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === '/ping') {
      await engine.ping();
      response.end('Ok.\n');
      return;
    }
    if (!timingSafeEqual(digest(request.headers.authorization ?? ''), expected))
      throw refusal(
        AUTHENTICATION_FAILED,
        'AUTHENTICATION_FAILED',
        `${options.username}: Authentication failed.`,
      );

    const hungUp = new AbortController();
    response.on('close', () => hungUp.abort());
    const { statement, whole, insert } = readRequest(
      new URL(request.url ?? '/', 'http://engine'),
      STATEMENT_SETTINGS,
    );
    if (insert) {
      const file = request.headers[ROWS_FILE_HEADER];
      const hold = typeof file === 'string' ? holdFile(decodeURIComponent(file)) : spool.hold;
      await hold(request, hungUp.signal, (path) => {
        const sql = `${insert.into} FROM INFILE '${path}' COMPRESSION 'none' FORMAT ${insert.format}`;
        return writes.run(hungUp.signal, () =>
          answerWhole(response, engine.run({ ...statement, sql, isInsert: true }, hungUp.signal)),
        );
      });
      return;
    }
    const { sql, parameters } = await readText(request);
    const complete = { ...statement, sql, parameters: [...statement.parameters, ...parameters] };
    await reads.run(hungUp.signal, () => {
      const output = engine.run(complete, hungUp.signal);
      return whole ? answerWhole(response, output) : answerStream(response, output);
    });
  }

  return createServer(
    { keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0, maxHeaderSize: HEADER_BYTES_MAX },
    (request, response) => void answer(request, response).catch((error) => answerError(response, error)),
  );
}

/** Equal lengths for the comparison, whatever was sent. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
