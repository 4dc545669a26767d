import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ingestKeyOf } from '#server/ingest/credentials.ts';
import type { Decoded, IngestRequest } from '#server/ingest/protocol.ts';
import { decodeLogBatch } from '#server/record/log.ts';
import { readLogRecord } from './log-record.ts';
import { formatMessage } from './percent-format.ts';
import { pythonProtocol } from './python.ts';
import { PICKLE_BYTES_MAX, pythonSocketProtocol } from './python-socket.ts';

const FIXTURES = join(import.meta.dirname, '../../../fixtures/python');

describe('HTTPHandler', () => {
  /** As CPython 3.11 writes it. */
  const FORM =
    'name=shop.payment&msg=order+%25s+failed%3A+%25.2f&args=%28%27A-17%27%2C+59.9%29&levelname=ERROR&levelno=40&pathname=%2Fsrv%2Fshop.py&filename=shop.py&module=shop&exc_info=%28%3Cclass+%27ValueError%27%3E%2C+ValueError%28%27card+declined%27%29%2C+%3Ctraceback+object+at+0x7f3c%3E%29&exc_text=None&stack_info=None&lineno=17&funcName=charge&created=1795361353.4246132&msecs=424.0&relativeCreated=12.5&thread=140277&threadName=MainThread&processName=MainProcess&process=4711&request_id=r-9';

  const decode = (parts: Partial<IngestRequest>) =>
    pythonProtocol.routes
      .find(({ method }) => method === (parts.method ?? 'POST'))!
      .decode({
        method: 'POST',
        path: '/ingest/python',
        params: {},
        query: new URLSearchParams(),
        headers: {},
        body: Buffer.alloc(0),
        unpack: async (bytes) => bytes,
        clientIp: '127.0.0.1',
        receivedAt: 0,
        ...parts,
      }) as Decoded;
  const groupOf = (decoded: Decoded) => decodeLogBatch(decoded.request.records[0]!.payload).groups[0]!;

  test('sends a form: the message with its arguments, what was raised, and what extra brings', () => {
    const group = groupOf(
      decode({ body: Buffer.from(FORM), query: new URLSearchParams('key=secret&service=shop') }),
    );
    expect(group).toEqual({
      resource: { service: 'shop' },
      scope: 'shop.payment',
      records: [
        {
          time: '1795361353424613200',
          severityNumber: 17,
          severityText: 'ERROR',
          body: 'order A-17 failed: 59.90',
          attributes: {
            'code.file.path': '/srv/shop.py',
            'code.line.number': 17,
            'code.function.name': 'charge',
            'thread.id': 140277,
            'thread.name': 'MainThread',
            'python.process_name': 'MainProcess',
            'process.pid': 4711,
            request_id: 'r-9',
            'exception.type': 'ValueError',
            'exception.message': 'card declined',
          },
        },
      ],
    });
  });

  test('sends the same in the address with GET', () => {
    const { records } = groupOf(decode({ method: 'GET', query: new URLSearchParams(`key=secret&${FORM}`) }));
    expect(records[0]).toMatchObject({ body: 'order A-17 failed: 59.90', attributes: { request_id: 'r-9' } });
    expect(JSON.stringify(records)).not.toContain('secret');
  });

  test('was recorded with three records each way', () => {
    const requests: { method: string; path: string; headers: Record<string, string>; body: string }[] =
      JSON.parse(readFileSync(join(FIXTURES, 'http-handler.json'), 'utf8'));
    const bodies = requests.map(({ method, path, headers, body }) => {
      const { searchParams } = new URL(path, 'http://localhost');
      const request = { method, query: searchParams, headers, body: Buffer.from(body, 'base64') };
      expect(ingestKeyOf({ ...request, path } as unknown as IngestRequest).keys).toEqual([
        'a1b2c3d4e5f60718293a4b5c6d7e8f90',
      ]);
      const [record] = groupOf(decode(request)).records;
      return `${record!.severityText} ${record!.body}`;
    });
    expect(bodies).toEqual(
      ['http-post', 'http-get'].flatMap((handler) => [
        `INFO order A-${handler} placed for 5990 cents`,
        `WARNING 100 % of the stock of ${handler} is gone`,
        `ERROR payment of ${handler} failed`,
      ]),
    );
  });

  test('without a message it is no record', () => {
    expect(() => decode({ body: Buffer.from('a=b') })).toThrow('needs the field msg');
  });
});

describe('a message and the repr of its arguments', () => {
  test.each<[string, string, string | null]>([
    ['hello', '()', 'hello'],
    ['100 %', '()', '100 %'],
    ['%s and %s', "('a', 1)", 'a and 1'],
    ['one %s', "('a, (b)',)", 'one a, (b)'],
    ['%r and %s', "('it\\'s', \"it's\")", "'it\\'s' and it's"],
    ['%(user)s pays %(sum)05.1f', "{'user': 'ann', 'sum': 59.94}", 'ann pays 059.9'],
    ['%d%% of %5d|%-4s|', "(80, 12, 'ab')", '80% of    12|ab  |'],
    ['%x %X %o', '(255, 255, 8)', 'ff FF 10'],
    ['%s', "(ValueError('no, such'),)", "ValueError('no, such')"],
    ['%s', '(<Order a, b>,)', '<Order a, b>'],
    ['%s', "('line\\nbreak \\u00fc \\\\',)", 'line\nbreak ü \\'],
    ['%d', '(None,)', 'None'],
    ['%s %s', "('a',)", null],
    ['%s', "('a', 'b')", null],
    ['%s', 'what', null],
    ['%9999s', "('a',)", 'a'.padStart(200)],
  ])('%s %% %s', (message, repr, text) => {
    expect(formatMessage(message, repr)).toBe(text);
  });
});

describe('a traceback', () => {
  const exceptionOf = (exc_text: string) => {
    const { 'exception.type': type, 'exception.message': message } = readLogRecord({ msg: 'x', exc_text })!
      .record.attributes!;
    return [type, message];
  };
  const TRACE =
    'Traceback (most recent call last):\n  File "shop.py", line 3, in charge\n    raise PaymentError()\n';

  test.each<[string, unknown[]]>([
    [`${TRACE}shop.PaymentError: card declined`, ['shop.PaymentError', 'card declined']],
    [`${TRACE}KeyboardInterrupt`, ['KeyboardInterrupt', undefined]],
    [`${TRACE}ValueError: two\nlines: of it`, ['ValueError', 'two\nlines: of it']],
    [
      `${TRACE}KeyError: 'a'\n\nThe above exception was the direct cause\n\n${TRACE}PaymentError: no currency`,
      ['PaymentError', 'no currency'],
    ],
    ['no traceback', [undefined, undefined]],
  ])('%s', (text, expected) => expect(exceptionOf(text)).toEqual(expected));
});

describe('SocketHandler', () => {
  const pickle = (text: string) =>
    Buffer.from(`}(X\x03\x00\x00\x00msgX${String.fromCharCode(text.length)}\x00\x00\x00${text}u.`, 'latin1');
  const frame = (body: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(body.length);
    return Buffer.concat([length, body]);
  };
  const open = () => pythonSocketProtocol.openStream({ address: '192.0.2.1' });

  test('was recorded with three records, a traceback among them', () => {
    const [connection]: string[] = JSON.parse(readFileSync(join(FIXTURES, 'socket-handler.json'), 'utf8'));
    const { records, unreadable } = open().push(Buffer.from(connection!, 'base64'));
    expect(unreadable).toEqual([]);
    expect(records.map(({ record, scope }) => [scope, record.severityText, record.body])).toEqual([
      ['shop.payment', 'INFO', 'order A-socket placed for 5990 cents'],
      ['shop.payment', 'WARNING', '100 % of the stock of socket is gone'],
      ['shop.payment', 'ERROR', 'payment of socket failed'],
    ]);
    expect(records[0]!.record.attributes).toMatchObject({ request_id: 'r-9', user_id: '42' });
    expect(records[2]!.record.attributes).toMatchObject({
      'exception.type': 'PaymentError',
      'exception.message': 'card declined for order A-socket',
      'exception.stacktrace': expect.stringMatching(/^Traceback \(most recent call last\):\n/),
    });
  });

  test('sends records one after the other, in whatever pieces they come', () => {
    const bytes = Buffer.concat([frame(pickle('one')), frame(pickle('two')), frame(pickle('three'))]);
    for (const size of [1, 3, 7, 1000]) {
      const stream = open();
      const bodies = [];
      for (let at = 0; at < bytes.length; at += size)
        bodies.push(...stream.push(bytes.subarray(at, at + size)).records.map(({ record }) => record.body));
      expect(bodies).toEqual(['one', 'two', 'three']);
      expect(stream.heldBytes).toBe(0);
      expect(stream.end()).toEqual({ records: [], unreadable: [] });
    }
  });

  test('a record that cannot be read is counted, and the next one is read', () => {
    const evil = Buffer.from("cos\nsystem\n(S'id'\ntR.");
    const large = Buffer.alloc(PICKLE_BYTES_MAX + 1);
    const heard = open().push(
      Buffer.concat([
        frame(evil),
        frame(Buffer.from('N.')),
        frame(large),
        frame(Buffer.from('??')),
        frame(pickle('ok')),
      ]),
    );
    expect(heard.unreadable.map(({ code }) => code)).toEqual([
      'pickle_refused',
      'python_record_invalid',
      'item_too_large',
      'pickle_invalid',
    ]);
    expect(heard.records).toMatchObject([
      { record: { body: 'ok' }, resource: { 'client.address': '192.0.2.1' } },
    ]);
  });

  test('a connection that speaks something else is broken off; one that ends early is counted', () => {
    const other = open();
    expect(other.push(Buffer.from('GET / HTTP/1.1\r\n\r\n')).unreadable).toMatchObject([
      { code: 'pickle_invalid' },
    ]);
    expect([other.isBroken, other.heldBytes]).toEqual([true, 0]);

    const early = open();
    early.push(frame(pickle('x')).subarray(0, 9));
    expect(early.end().unreadable).toEqual([{ code: 'body_incomplete', quantity: 1, bytes: 9 }]);
  });
});
