/**
 * For tests: requests that no SDK sends, as bytes on the wire. Each carries an event id of its own, so that one
 * can ask afterwards what became of it.
 */
import zlib from 'node:zlib';
import { KEY } from './test-door.ts';
import { type Random, seededRandom } from './test-random.ts';

export interface Hostile {
  /** Which kind of harm, for the message of a failing test. */
  what: string;
  /** 32 hex; stands in the envelope header unless that was damaged. */
  eventId: string;
  bytes: Buffer;
}

interface Parts {
  method?: string;
  path?: string;
  headers?: [string, string][];
  body?: Buffer | string;
  /** Said instead of the true length; null says none. */
  length?: string | null;
}

type Maker = (random: Random, id: string) => Parts | Buffer;

export function* hostileRequests(seed: number, count: number): Generator<Hostile> {
  const random = seededRandom(seed);
  const makers = Object.entries(MAKERS);
  for (let n = 0; n < count; n++) {
    const [what, make] = makers[n % makers.length]!;
    const eventId = random.hex(32);
    const made = make(random, eventId);
    yield { what, eventId, bytes: Buffer.isBuffer(made) ? made : onTheWire(made) };
  }
}

/** An envelope as SDKs send it. */
export function goodEnvelope(id: string): string {
  const event = {
    event_id: id,
    level: 'error',
    exception: { values: [{ type: 'Error', value: `boom ${id}` }] },
  };
  return `${JSON.stringify({ event_id: id, sent_at: '2026-11-22T17:00:00Z' })}\n{"type":"event"}\n${JSON.stringify(event)}\n`;
}

export function onTheWire({
  method = 'POST',
  path = '/api/1/envelope/',
  headers = [],
  body = '',
  length,
}: Parts): Buffer {
  const bytes = Buffer.from(body as string);
  const lines = [
    `${method} ${path}${path.includes('?') ? '&' : '?'}sentry_key=${KEY} HTTP/1.1`,
    'host: a',
    'connection: close',
  ];
  if (length !== null) lines.push(`content-length: ${length ?? bytes.length}`);
  for (const [name, value] of headers) lines.push(`${name}: ${value}`);
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), bytes]);
}

const KINDS = [
  'event',
  'session',
  'sessions',
  'attachment',
  'transaction',
  'client_report',
  'check_in',
  'feedback',
  'user_report',
  'log',
  'span',
  'profile',
  '__proto__',
  'constructor',
  '',
  'x'.repeat(300),
];
const VALUES = [
  'null',
  '-1',
  '1e400',
  '1e-400',
  '99999999999999999999999',
  '-0',
  '0.1',
  '""',
  '"\\u0000"',
  '"\\ud800"',
  '[]',
  '{}',
  'true',
  '"NaN"',
  '{"__proto__":{"x":1}}',
  '"\u{10ffff}"',
];
const ROUTES = [
  '/api/1/envelope/',
  '/api/1/store/',
  '/api/store/',
  '/api/1/security/',
  '/api/1/minidump/',
  '/api/1/events/00/attachments/',
  '/api/1/cron/nightly/',
  '/api/1/unreal/x/',
  '/tunnel',
  '/api/1/csp-report/',
  '/api/1/nel/',
  '/api/embed/error-page/',
];
const ENCODINGS = [
  'gzip',
  'deflate',
  'br',
  'zstd',
  'identity',
  'x-gzip',
  'gzip, gzip',
  'br, zstd',
  'gzip, gzip, gzip',
  'compress',
  '__proto__',
  '',
];

function compress(body: Buffer | string, encoding: string): Buffer {
  const bytes = Buffer.from(body as string);
  if (encoding.includes('gzip')) return zlib.gzipSync(bytes);
  if (encoding === 'deflate') return zlib.deflateSync(bytes);
  if (encoding === 'zstd') return zlib.zstdCompressSync(bytes);
  if (encoding === 'br')
    return zlib.brotliCompressSync(bytes, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } });
  return bytes;
}

/** Flips, cuts, doubles or inserts some bytes. */
function damaged(random: Random, body: Buffer | string): Buffer {
  let bytes = Buffer.from(body as string);
  for (let times = 1 + random.below(4); times > 0; times--) {
    const at = random.below(bytes.length + 1);
    const end = Math.min(bytes.length, at + 1 + random.below(20));
    const piece = random.pick([
      Buffer.alloc(0),
      Buffer.from([random.below(256)]),
      Buffer.from([0]),
      Buffer.from([0xc3, 0x28, 0xff, 0xfe]),
      Buffer.from('\n'),
      Buffer.concat([bytes.subarray(at, end), bytes.subarray(at, end)]),
    ]);
    bytes = Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(end)]);
  }
  return bytes;
}

const nested = (open: string, depth: number, close = '') => open.repeat(depth) + close.repeat(depth);

const bombs = new Map<string, Buffer>();
/** Made once: 24 MiB of nothing in each encoding. */
function bomb(encoding: string): Buffer {
  const made = bombs.get(encoding) ?? compress(Buffer.alloc(24 * 1024 * 1024, '{}\n'), encoding);
  bombs.set(encoding, made);
  return made;
}

const MAKERS: Record<string, Maker> = {
  'a good envelope': (_random, id) => ({ body: goodEnvelope(id) }),
  'a good envelope in some encoding': (random, id) => {
    const encoding = random.pick(['gzip', 'deflate', 'br', 'zstd']);
    return { headers: [['content-encoding', encoding]], body: compress(goodEnvelope(id), encoding) };
  },
  'a damaged envelope': (random, id) => ({ body: damaged(random, goodEnvelope(id)) }),
  'a damaged envelope to some route': (random, id) => ({
    path: random.pick(ROUTES),
    body: damaged(random, goodEnvelope(id)),
  }),
  'a damaged event to some route': (random, id) => ({
    path: random.pick(ROUTES),
    body: damaged(random, JSON.stringify({ event_id: id, message: 'x' })),
  }),
  'a cut envelope': (random, id) => ({
    body: goodEnvelope(id).slice(0, random.below(goodEnvelope(id).length)),
  }),
  'a wrong item length': (random, id) => ({
    body: `{"event_id":"${id}"}\n{"type":"${random.pick(KINDS)}","length":${random.pick(VALUES)}}\n{}\n`,
  }),
  'odd values everywhere': (random, id) => ({
    body: `{"event_id":"${id}","sent_at":${random.pick(VALUES)},"sdk":${random.pick(VALUES)},"trace":${random.pick(VALUES)},"dsn":${random.pick(['null', '"x"', '"http://a"'])}}\n{"type":"${random.pick(KINDS)}","item_count":${random.pick(VALUES)},"content_type":${random.pick(VALUES)},"filename":${random.pick(VALUES)}}\n{"event_id":${random.pick(VALUES)},"items":${random.pick(VALUES)},"exception":${random.pick(VALUES)},"timestamp":${random.pick(VALUES)},"discarded_events":[{"reason":${random.pick(VALUES)},"category":${random.pick(VALUES)},"quantity":${random.pick(VALUES)}}],"check_in_id":${random.pick(VALUES)},"monitor_slug":${random.pick(VALUES)},"status":${random.pick(VALUES)},"attrs":${random.pick(VALUES)},"aggregates":[${random.pick(VALUES)}],"started":${random.pick(VALUES)}}\n`,
  }),
  'deep nesting': (random, id) => {
    const deep = random.pick([
      nested('[', 200_000),
      nested('[', 200_000, ']'),
      nested('{"a":', 50_000),
      `${nested('{"a":', 50_000)}1${'}'.repeat(50_000)}`,
      nested('[', 129, ']'),
    ]);
    return random.pick([
      { body: `{"event_id":"${id}","x":${deep}}\n{"type":"event"}\n{}` },
      { body: `{"event_id":"${id}"}\n{"type":"event","x":${deep}}\n{}` },
      { body: `{"event_id":"${id}"}\n{"type":"${random.pick(KINDS)}"}\n${deep}` },
      { path: '/api/1/store/', body: `{"event_id":"${id}","extra":${deep}}` },
    ]);
  },
  'many items': (random, id) => ({
    body: `{"event_id":"${id}"}\n${`{"type":"${random.pick(KINDS)}"}\n{}\n`.repeat(1 + random.below(3000))}`,
  }),
  'nothing at all': (random) => ({
    path: random.pick(ROUTES),
    method: random.pick(['POST', 'GET', 'PUT', 'HEAD', 'OPTIONS']),
  }),
  'random bytes': (random) => ({ path: random.pick(ROUTES), body: random.bytes(random.below(400)) }),
  'random bytes in some encoding': (random) => ({
    headers: [['content-encoding', random.pick(ENCODINGS)]],
    body: random.bytes(random.below(400)),
  }),
  'a damaged compressed envelope': (random, id) => {
    const encoding = random.pick(ENCODINGS);
    return {
      headers: [['content-encoding', encoding]],
      body: damaged(random, compress(goodEnvelope(id), encoding)),
    };
  },
  'a bomb': (random) => {
    const encoding = random.pick(['gzip', 'deflate', 'br', 'zstd']);
    return { headers: [['content-encoding', encoding]], body: bomb(encoding) };
  },
  'a shorter body than it says': (random, id) => ({
    body: goodEnvelope(id),
    length: String(goodEnvelope(id).length + 1 + random.below(1000)),
  }),
  'a longer body than it says': (random, id) => ({
    body: goodEnvelope(id),
    length: String(random.below(goodEnvelope(id).length)),
  }),
  'a length that is none': (random, id) => ({
    body: goodEnvelope(id),
    length: random.pick(['-1', '1e3', '0x10', '', '9'.repeat(30), '10, 10', ' 5 5']),
  }),
  'a body no server takes': (_random, id) => ({ body: goodEnvelope(id), length: String(50 * 1024 ** 3) }),
  'broken chunks': (random, id) => ({
    length: null,
    headers: [
      [
        'transfer-encoding',
        random.pick(['chunked', 'chunked, chunked', 'gzip', 'chunked\r\ncontent-length: 3']),
      ],
    ],
    body: random.pick([
      'zz\r\nabc\r\n0\r\n\r\n',
      `ffffffffffffffff\r\n${goodEnvelope(id)}`,
      `5;${'x'.repeat(20_000)}\r\nabcde\r\n0\r\n\r\n`,
      '5\r\nabc',
      '-5\r\nabcde\r\n0\r\n\r\n',
      `3\r\n{}\n\r\n0\r\n${'x: y\r\n'.repeat(3000)}\r\n`,
    ]),
  }),
  'headers twice': (random, id) => ({
    body: goodEnvelope(id),
    headers: random.pick<[string, string][]>([
      [['content-length', '3']],
      [
        ['content-encoding', 'gzip'],
        ['content-encoding', 'br'],
      ],
      [
        ['x-sentry-auth', `Sentry sentry_key=${KEY}`],
        ['x-sentry-auth', `Sentry sentry_key=${random.hex(32)}`],
      ],
      [
        ['content-type', 'a/b'],
        ['content-type', 'c/d'],
      ],
      [
        ['host', 'b'],
        ['host', 'c'],
      ],
      [
        ['set-cookie', 'a=b'],
        ['set-cookie', 'c=d'],
      ],
      [
        ['user-agent', 'a'],
        ['user-agent', 'b'],
      ],
    ]),
  }),
  'odd headers': (random, id) => ({
    body: goodEnvelope(id),
    headers: [
      [
        random.pick([
          'content-type',
          'x-sentry-auth',
          'authorization',
          'user-agent',
          'x-forwarded-for',
          '__proto__',
          'accept-version',
          'expect',
          'upgrade',
          'origin',
          'cookie',
          'traceparent',
        ]),
        random.pick([
          '\u00ff\u00fe',
          'x'.repeat(8000),
          'Sentry sentry_key',
          'Sentry =,=,',
          'Basic Og==',
          '100-continue',
          'multipart/form-data',
          'multipart/form-data; boundary=',
          '%00%0d%0a',
          '127.0.0.1, ::1, <script>',
        ]),
      ],
    ],
  }),
  'too many headers': (random, id) => ({
    body: goodEnvelope(id),
    headers: Array.from({ length: 1 + random.below(4000) }, (_, n): [string, string] => [`x-${n}`, 'y']),
  }),
  'an odd key': (random, id) => ({
    path: `/api/${random.pick(['1', '01', '1e0', '-1', '99999999999999999999', '%31', 'constructor'])}/envelope/?sentry_key=${random.pick([KEY, 'x', '%00', random.hex(32), KEY.toUpperCase(), '%zz', '%ff'])}`,
    body: goodEnvelope(id),
  }),
  'an odd address': (random, id) => ({
    path: random.pick([
      '/api/1/envelope/../envelope/',
      '//api/1/envelope/',
      '/api//envelope/',
      '/api/1/envelope/%2e%2e',
      '/api/%00/envelope/',
      `/api/${'1'.repeat(5000)}/envelope/`,
      `/${'a/'.repeat(5000)}`,
      '/api/1/envelope/;x=1',
      '/api/%zz/envelope/',
      '/api/1/nothing/',
      '/\u00ff',
      '/api/1/envelope/#x',
      '*',
      'http://b/api/1/envelope/',
    ]),
    body: goodEnvelope(id),
  }),
  'an odd method': (random, id) => ({
    method: random.pick([
      'GET',
      'HEAD',
      'PUT',
      'DELETE',
      'OPTIONS',
      'PATCH',
      'TRACE',
      'CONNECT',
      'PROPFIND',
      'QUERY',
      'post',
      'FOO',
      'X'.repeat(500),
    ]),
    path: random.pick(ROUTES),
    body: goodEnvelope(id),
  }),
  'a form': (random, id) => ({
    path: random.pick(['/api/1/minidump/', '/api/1/events/x/attachments/', '/api/1/envelope/']),
    headers: [
      [
        'content-type',
        random.pick([
          'multipart/form-data; boundary=b',
          'multipart/form-data; boundary="b',
          'multipart/form-data',
        ]),
      ],
    ],
    body: damaged(
      random,
      `--b\r\ncontent-disposition: form-data; name="upload_file_minidump"; filename="../../${id}"\r\n\r\nMDMP${id}\r\n--b\r\ncontent-disposition: form-data; name="sentry[__proto__][x]"\r\n\r\n1\r\n--b--\r\n`,
    ),
  }),
  'not HTTP': (random) => random.bytes(1 + random.below(200)),
  'HTTP that was cut': (random, id) => {
    const whole = onTheWire({ body: goodEnvelope(id) });
    return whole.subarray(0, 1 + random.below(whole.length - 1));
  },
  'HTTP with damaged bytes': (random, id) => damaged(random, onTheWire({ body: goodEnvelope(id) })),
};
