/**
 * Bytes that never became a request: not HTTP, headers too large, too slow, cut off. Node hands over the bare
 * socket; the answer is written by hand in the same shape as every other refusal.
 */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { errorBody } from './error-answer.ts';
import type { HttpRejectionCode, Reject } from './reject.ts';

/** Codes of Node's HTTP parser (llhttp) and timers; whatever is not listed is plainly not HTTP. */
const CODES: Record<string, HttpRejectionCode> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
  HPE_INVALID_EOF_STATE: 'body_incomplete',
};

export function answerClientError(error: Error & { code?: string }, socket: Socket, reject: Reject): void {
  // Reset by the sender, or an answer is half written: nothing that we say could be understood.
  if (error.code === 'ECONNRESET' || !socket.writable || hasAnswerUnderWay(socket)) {
    socket.destroy();
    return;
  }
  const refusal = reject(CODES[error.code ?? ''] ?? 'http_invalid');
  const body = errorBody(refusal.code, refusal.message);
  socket.end(
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}\r\n` +
      'Content-Type: application/json; charset=utf-8\r\n' +
      `Content-Length: ${Buffer.byteLength(body)}\r\n` +
      `Connection: close\r\n\r\n${body}`,
  );
}

/** Node keeps the answer that owns the socket in `_httpMessage`; it has no public name. */
function hasAnswerUnderWay(socket: Socket): boolean {
  const message = '_httpMessage' in socket ? socket._httpMessage : null;
  return (
    typeof message === 'object' &&
    message !== null &&
    'headersSent' in message &&
    message.headersSent === true
  );
}
