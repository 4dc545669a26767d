import { describe, expect, it } from 'vitest';
import { abnormalOf } from './abnormal.ts';
import { lineOf, type TestLine } from './test-lines.ts';

const kindOf = (line: TestLine) => abnormalOf(lineOf(line))?.kind ?? null;
const at = 0;

describe('what is wrong, as frameworks and servers say it', () => {
  it.each<[string, Partial<TestLine>, string | null]>([
    ['503 of an access log', { body: '10.0.0.1 - - "POST /pay HTTP/1.1" 503 312' }, 'status'],
    ['a success of the same pattern', { body: '10.0.0.1 - - "POST /pay HTTP/1.1" 200 503' }, null],
    [
      'a status in an attribute',
      { body: 'request done', attributes: { 'http.response.status_code': 502 } },
      'status',
    ],
    ['a status as a text', { body: 'request done', attributes: { status: '500' } }, 'status'],
    ['a success whose words have a number', { body: 'order 503 shipped', attributes: { status: 200 } }, null],
    ['gRPC', { body: 'Charge', attributes: { 'rpc.grpc.status_code': 14 } }, 'status'],
    ['Node', { body: 'connect ECONNREFUSED 127.0.0.1:5432' }, 'refused'],
    ['Python', { body: '[Errno 111] Connection refused', severity: 'error' }, 'refused'],
    ['fetch, in Node', { body: 'TypeError: fetch failed' }, 'refused'],
    ['fetch, in a browser', { body: 'TypeError: Failed to fetch' }, 'refused'],
    ['axios, in a browser', { body: 'AxiosError: Network Error' }, 'refused'],
    ['DNS', { body: 'getaddrinfo ENOTFOUND payments.internal' }, 'refused'],
    ['Postgres', { body: 'canceling statement due to statement timeout' }, 'timeout'],
    ['a warning about a slow query', { body: 'slow query: 2300 ms', severity: 'warn' }, 'timeout'],
    ['a setting', { body: 'request timeout is 30 s' }, null],
    ['axios', { body: 'timeout of 5000ms exceeded' }, 'timeout'],
    [
      'Go’s deadline',
      { body: 'rpc error: code = DeadlineExceeded desc = context deadline exceeded' },
      'timeout',
    ],
    ['OpenSSL', { body: 'certificate verify failed: certificate has expired' }, 'certificate'],
    ['Go’s TLS', { body: 'x509: certificate signed by unknown authority' }, 'certificate'],
    ['V8', { body: 'FATAL ERROR: Reached heap limit - JavaScript heap out of memory' }, 'memory'],
    ['Kubernetes', { body: 'Container app terminated: OOMKilled' }, 'memory'],
    ['a container near its limit', { body: 'memory usage at 92 % of 512 MiB', severity: 'warn' }, 'memory'],
    ['a leak', { body: 'possible EventEmitter memory leak detected', severity: 'warn' }, 'memory'],
    ['figures of memory', { body: 'heap usage 40 MB' }, null],
    ['SQLAlchemy', { body: 'QueuePool limit of size 5 overflow 10 reached' }, 'pool'],
    ['PgBouncer', { body: 'FATAL: sorry, too many clients already' }, 'pool'],
    ['MySQL', { body: 'Deadlock found when trying to get lock' }, 'lock'],
    ['a full disk', { body: 'write failed: No space left on device' }, 'disk'],
    ['rate limits', { body: 'upstream said no', attributes: { 'http.status_code': 429 } }, 'limit'],
    [
      'a missing setting',
      { body: 'environment variable PAYMENTS_URL is not set', severity: 'warn' },
      'configuration',
    ],
    ['a message one cannot read', { body: 'could not parse message 17', severity: 'error' }, 'message'],
    [
      'an attribute that says it',
      { body: 'charge failed', severity: 'error', attributes: { 'error.type': 'ETIMEDOUT' } },
      'timeout',
    ],
    ['a span that failed', { kind: 'span', body: 'SELECT cart', severity: 'error' }, 'error'],
    ['not found', { body: 'GET /favicon.ico 404' }, 'refusal'],
    ['what is well', { body: 'order 17 placed' }, null],
  ])('%s', (_, line, expected) => {
    expect(kindOf({ at, body: '', ...line })).toBe(expected);
  });

  it('is found in the time that bodies take which mean harm', () => {
    for (const body of [
      'certificate '.repeat(5000),
      `GET ${'a '.repeat(5000)}`,
      '"'.repeat(10_000),
      'config '.repeat(3000),
    ])
      expect(['error', 'certificate', 'configuration']).toContain(kindOf({ at, body, severity: 'error' }));
  });
});
