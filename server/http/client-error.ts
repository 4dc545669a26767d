/**
 * What never becomes a request for Fastify: bytes that are not HTTP, headers too large, too slow, cut off, and
 * what Node answers by itself in words of its own. Where only the bare socket is left, the answer is
 * written by hand in the same shape as every other refusal.
 */
import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Rejection } from '#server/platform/rejection.ts';
import { errorBody } from './error-answer.ts';
import type { HttpRejectionCode, Reject } from './reject.ts';

/** Not imported: `import 'node:http'` asks for its WebSocket too, which costs 12 MB of resident memory. */
const { STATUS_CODES } = process.getBuiltinModule('node:http');

/** Codes of Node's HTTP parser (llhttp) and timers; whatever is not listed is plainly not HTTP. */
const CODES: Record<string, HttpRejectionCode> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
  HPE_INVALID_EOF_STATE: 'body_incomplete',
};

/**
 * How long a refused sender may take to read the answer and close its side, ms. Closing at once, with bytes of it
 * unread, would reset the connection and take the answer along; waiting for it alone would be waiting for ever.
 */
const CLOSE_AFTER_MS = 2_000;

export function answerClientError(error: Error & { code?: string }, socket: Duplex, reject: Reject): void {
  // Reset by the sender, or an answer is half written: nothing that we say could be understood.
  if (error.code === 'ECONNRESET' || !socket.writable || hasAnswerUnderWay(socket)) socket.destroy();
  else write(socket, reject(CODES[error.code ?? ''] ?? 'http_invalid'));
}

/** Requests that Node would close or refuse without a word. */
export function answerOddRequests(server: Server, reject: Reject): void {
  // A tunnel through us to somewhere else.
  server.on('connect', (_request, socket) => write(socket, reject('method_not_allowed', 'CONNECT')));
  // An expectation other than 100-continue may be passed over (RFC 9110 10.1.1).
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
}

/**
 * A sender may close its side once its request is out, and wait for the answer. Node would close the other side at
 * once, and what was kept would look lost and be sent again. The switch is as old as Node's server and has no type.
 */
export function answerHalfClosed(server: Server): void {
  (server as Server & { httpAllowHalfOpen: boolean }).httpAllowHalfOpen = true;
}

function write(socket: Duplex, refusal: Rejection): void {
  const body = errorBody(refusal.code, refusal.message);
  const cut = setTimeout(() => socket.destroy(), CLOSE_AFTER_MS).unref();
  socket.on('error', () => {}).on('close', () => clearTimeout(cut));
  socket.end(
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}\r\n` +
      'Content-Type: application/json; charset=utf-8\r\n' +
      `Content-Length: ${Buffer.byteLength(body)}\r\n` +
      `Connection: close\r\n\r\n${body}`,
  );
}

/** Node keeps the answer that owns the socket in `_httpMessage`; it has no public name. */
function hasAnswerUnderWay(socket: Duplex): boolean {
  const message = '_httpMessage' in socket ? socket._httpMessage : null;
  return (
    typeof message === 'object' &&
    message !== null &&
    'headersSent' in message &&
    message.headersSent === true
  );
}
