/** What a statement's output or error becomes as an HTTP response, in the way of ClickHouse. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { EngineError, type Summary } from './engine.ts';
import { LineFull } from './lanes.ts';
import { BadRequest } from './request.ts';

type Output = AsyncGenerator<Uint8Array, Summary | null>;

/** An answer that is asked for whole is held in memory: bytes. Larger ones are streamed. */
const WHOLE_ANSWER_BYTES_MAX = 64_000_000;

const BAD_ARGUMENTS = 36;
const TOO_MANY_SIMULTANEOUS_QUERIES = 202;
const NOT_ENOUGH_SPACE = 243;
const TOO_MANY_ROWS_OR_BYTES = 396;
const SYSTEM_ERROR = 425;
export const AUTHENTICATION_FAILED = 516;
const STD_EXCEPTION = 1001;

/** The statuses ClickHouse gives to codes, as far as anyone looks; all others are 500. */
const STATUS_OF_CODE = new Map([
  [BAD_ARGUMENTS, 400],
  [62, 400], // SYNTAX_ERROR
  [60, 404], // UNKNOWN_TABLE
  [81, 404], // UNKNOWN_DATABASE
  [AUTHENTICATION_FAILED, 403],
  [TOO_MANY_SIMULTANEOUS_QUERIES, 503],
]);

/** After the last byte, so that an error has its status and code whenever it happens. */
export async function answerWhole(response: ServerResponse, output: Output): Promise<void> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  let step = await output.next();
  for (; !step.done; step = await output.next()) {
    bytes += step.value.length;
    if (bytes > WHOLE_ANSWER_BYTES_MAX) {
      await output.return(null);
      throw refusal(
        TOO_MANY_ROWS_OR_BYTES,
        'TOO_MANY_ROWS_OR_BYTES',
        `Limit for result exceeded, max bytes: ${WHOLE_ANSWER_BYTES_MAX}.`,
      );
    }
    chunks.push(step.value);
  }
  response.writeHead(200, { 'content-length': bytes, ...summaryOf(step.value) });
  for (const chunk of chunks) response.write(chunk);
  response.end();
}

/** As it is made, at the reader's pace. An error after the first byte ends the body with a marked text. */
export async function answerStream(response: ServerResponse, output: Output): Promise<void> {
  const tag = randomBytes(8).toString('hex');
  try {
    let step = await output.next();
    response.writeHead(200, { 'x-clickhouse-exception-tag': tag, ...(step.done && summaryOf(step.value)) });
    for (; !step.done; step = await output.next())
      if (!response.write(step.value)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
    response.end();
  } catch (error) {
    if (!response.headersSent || !(error instanceof EngineError)) throw error;
    const text = `${error.message}\n`;
    response.end(
      `\r\n__exception__\r\n${tag}\r\n${text}${Buffer.byteLength(text)} ${tag}\r\n__exception__\r\n`,
    );
  }
}

export function answerError(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const { code, message } = engineErrorOf(error);
  response.writeHead(STATUS_OF_CODE.get(code) ?? 500, {
    'content-type': 'text/plain; charset=UTF-8',
    'x-clickhouse-exception-code': String(code),
    // The rest of a body that was refused half-way would be read as the next request.
    connection: 'close',
  });
  response.end(`${message}\n`);
}

/** An error of this transport, in the words of ClickHouse. */
export function refusal(code: number, type: string, sentence: string): EngineError {
  return new EngineError(code, `Code: ${code}. DB::Exception: ${sentence} (${type})`);
}

function engineErrorOf(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  if (error instanceof BadRequest) return refusal(BAD_ARGUMENTS, 'BAD_ARGUMENTS', error.message);
  if (error instanceof LineFull)
    return refusal(TOO_MANY_SIMULTANEOUS_QUERIES, 'TOO_MANY_SIMULTANEOUS_QUERIES', error.message);
  const errno = (error as NodeJS.ErrnoException | null)?.code;
  if (errno === 'ENOSPC' || errno === 'EDQUOT')
    return refusal(NOT_ENOUGH_SPACE, 'NOT_ENOUGH_SPACE', String(error));
  if (errno) return refusal(SYSTEM_ERROR, 'SYSTEM_ERROR', String(error));
  return refusal(STD_EXCEPTION, 'STD_EXCEPTION', String(error));
}

/** Known when a statement ran as a whole before the first byte of its answer. */
function summaryOf(summary: Summary | null): Record<string, string> {
  if (summary === null) return {};
  const { readRows, readBytes, elapsedNs } = summary;
  return {
    'x-clickhouse-summary': JSON.stringify({
      read_rows: String(readRows),
      read_bytes: String(readBytes),
      elapsed_ns: String(elapsedNs),
    }),
  };
}
