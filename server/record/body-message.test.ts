/** Lines as loggers write them, and what a row shows of them. */
import { expect, it } from 'vitest';
import { messageInBody } from './body-message.ts';

it.each([
  ['pino', '{"level":30,"time":1795444264750,"msg":"recommendations started"}', 'recommendations started'],
  [
    'bunyan',
    '{"name":"web","hostname":"web-1","pid":7,"level":40,"msg":"slow","time":"2026-06-10T12:00:00Z","v":0}',
    'slow',
  ],
  ['winston', '{"level":"info","message":"order A-1 placed"}\n', 'order A-1 placed'],
  [
    'zap, with what it caught',
    '{"level":"error","ts":1.7e9,"msg":"charge failed","error":"dial tcp 10.0.0.7:443: connect: connection refused"}',
    'charge failed: dial tcp 10.0.0.7:443: connect: connection refused',
  ],
  [
    'pino, with an error',
    '{"level":50,"err":{"type":"Error","message":"read ECONNRESET","stack":"Error: read ECONNRESET\\n  at x"},"msg":"request errored"}',
    'request errored: read ECONNRESET',
  ],
  ['pino, whose message is the error’s', '{"level":50,"err":{"message":"boom"},"msg":"boom"}', 'boom'],
  ['structlog', '{"event":"job done","level":"info","timestamp":"2026-06-10T12:00:00Z"}', 'job done'],
  ['Serilog', '{"@t":"2026-06-10T12:00:00Z","@m":"Hello, 7","@mt":"Hello, {Number}"}', 'Hello, 7'],
  ['Docker', '{"log":"GET / 200\\n","stream":"stdout"}', 'GET / 200'],
  ['a line without a message', '{"level":30,"statusCode":200}', undefined],
  ['a message that is no text', '{"msg":7}', undefined],
  ['text', 'GET /cart {"msg":"no"}', undefined],
  ['what was cut', '{"level":30,"msg":"rec', undefined],
])('%s', (_, body, message) => {
  expect(messageInBody(body)).toBe(message);
});
