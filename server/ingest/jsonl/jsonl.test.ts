import { describe, expect, it } from 'vitest';
import type { Decoded, IngestRequest } from '#server/ingest/protocol.ts';
import { decodeLogBatch } from '#server/record/log.ts';
import { jsonlProtocol } from './jsonl.ts';
import { readLine, timeOf } from './line.ts';

const route = jsonlProtocol.routes[0]!;
const send = (body: string, query = '') =>
  route.decode({
    method: 'POST',
    path: '/ingest/jsonl',
    params: {},
    query: new URLSearchParams(query),
    headers: {},
    body: Buffer.from(body),
    unpack: async (bytes) => bytes,
    clientIp: '127.0.0.1',
    receivedAt: 0,
  } satisfies IngestRequest) as Decoded;

describe('JSON lines', () => {
  it('are a record each, plain lines too, and say how many were taken', () => {
    const decoded = send(
      '{"msg":"one","user_id":42}\r\n\n  plain text \n{"broken": \n',
      'service=shop&key=secret',
    );
    expect(decodeLogBatch(decoded.request.records[0]!.payload)).toEqual({
      groups: [
        {
          resource: { service: 'shop' },
          records: [
            { body: 'one', attributes: { user_id: 42 } },
            { body: '  plain text' },
            { body: '{"broken":' },
          ],
        },
      ],
    });
    expect(route.answer(decoded, { limited: [] })).toEqual({ status: 200, body: '{"accepted":3}' });
  });

  it('that are a stack trace are one record, and count as they were sent', () => {
    const decoded = send(
      'cart loaded\nError: boom\n    at f (/app/a.js:1:2)\n    at g (/app/a.js:2:2)\nnext',
    );
    expect(decodeLogBatch(decoded.request.records[0]!.payload).groups[0]!.records).toEqual([
      { body: 'cart loaded' },
      { body: 'Error: boom\n    at f (/app/a.js:1:2)\n    at g (/app/a.js:2:2)' },
      { body: 'next' },
    ]);
    expect(route.answer(decoded, { limited: [] })).toMatchObject({ body: '{"accepted":5}' });
  });

  it('are refused when there are none', () => {
    expect(() => send('\n \n')).toThrow('no body');
  });
});

describe('a line as loggers write it', () => {
  it.each<[string, string, unknown]>([
    [
      'pino',
      '{"level":50,"time":1795348800123,"pid":7,"msg":"boom"}',
      { time: '1795348800123000000', body: 'boom', attributes: { level: 50, pid: 7 } },
    ],
    [
      'zap',
      '{"level":"error","ts":1795348800.5,"msg":"boom","caller":"main.go:7"}',
      {
        time: '1795348800500000000',
        severityText: 'error',
        body: 'boom',
        attributes: { caller: 'main.go:7' },
      },
    ],
    [
      'slog',
      '{"time":"2026-11-22T12:00:00.123456789Z","level":"WARN","msg":"slow"}',
      { time: '1795348800123456789', severityText: 'WARN', body: 'slow', attributes: {} },
    ],
    [
      'logback',
      '{"@timestamp":"2026-11-22T13:00:00.123+01:00","level":"INFO","message":"up","logger_name":"a.B"}',
      { time: '1795348800123000000', severityText: 'INFO', body: 'up', attributes: { logger_name: 'a.B' } },
    ],
    ['an object without a message', '{"a":1}', { body: '{"a":1}' }],
    ['a list', '[1]', { body: '[1]' }],
  ])('%s', (_, line, record) => expect(readLine(line)).toEqual(record));
});

describe('a time', () => {
  it.each<[unknown, string | undefined]>([
    [1_795_348_800, '1795348800000000000'],
    ['1795348800', '1795348800000000000'],
    [1_795_348_800_123, '1795348800123000000'],
    ['1795348800123456', '1795348800123456000'],
    ['1795348800123456789', '1795348800123456789'],
    ['2026-11-22 12:00:00,123', '1795348800123000000'],
    ['2026-11-22T12:00:00', '1795348800000000000'],
    ['yesterday', undefined],
    [-5, undefined],
    [Number.NaN, undefined],
    [1e300, undefined],
    [{}, undefined],
  ])('%s', (value, expected) => expect(timeOf(value)).toBe(expected));
});
