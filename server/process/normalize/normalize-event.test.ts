import { describe, expect, it } from 'vitest';
import { BOUNDS } from './bounds.ts';
import { normalizeEvent } from './normalize-event.ts';

const receivedAt = Date.UTC(2026, 10, 22, 12, 0, 0);
const arrival = { eventId: '9ec79c33ec9942ab8353589fcb2e04dc', receivedAt };

function normalize(event: unknown, facts: Partial<Parameters<typeof normalizeEvent>[1]> = {}) {
  return normalizeEvent(Buffer.from(JSON.stringify(event)), { ...arrival, ...facts });
}

describe('an event as real SDKs spell it', () => {
  it('keeps the exception, its stack and its mechanism', () => {
    const event = normalize({
      platform: 'python',
      exception: {
        values: [
          {
            type: 'PaymentError',
            value: 'gateway said 503',
            module: 'shop.pay',
            mechanism: { type: 'logging', handled: true },
            stacktrace: {
              frames: [
                { filename: 'pay.py', function: 'charge', lineno: 12, in_app: true, vars: { amount: '990' } },
              ],
            },
          },
        ],
      },
    });
    expect(event.type).toBe('error');
    expect(event.level).toBe('error');
    expect(event.exception?.values[0]).toMatchObject({
      type: 'PaymentError',
      mechanism: { handled: true },
      stacktrace: { frames: [{ abs_path: 'pay.py', lineno: 12, vars: { amount: '990' } }] },
    });
    expect(Object.fromEntries(event.tags)).toMatchObject({
      level: 'error',
      handled: 'yes',
      mechanism: 'logging',
    });
  });

  it.each([
    ['a list', [{ type: 'A', value: 'b' }]],
    ['one object', { type: 'A', value: 'b' }],
    ['values', { values: [{ type: 'A', value: 'b' }] }],
    ['values with nulls', { values: [null, { type: 'A', value: 'b' }] }],
  ])('reads exceptions given as %s', (_how, exception) => {
    expect(normalize({ exception }).exception?.values).toEqual([{ type: 'A', value: 'b' }]);
  });

  it('reads the interfaces of old clients', () => {
    const event = normalize({
      'sentry.interfaces.Message': { message: 'user %s not found', params: ['42'] },
      'sentry.interfaces.User': { id: 7 },
      'sentry.interfaces.Http': { url: 'https://shop.test/a?b=c', method: 'get' },
    });
    expect(event.logentry).toEqual({
      message: 'user %s not found',
      formatted: 'user 42 not found',
      params: ['42'],
    });
    expect(event.user).toEqual({ id: '7' });
    expect(event.request).toEqual({ url: 'https://shop.test/a', method: 'GET', query_string: [['b', 'c']] });
  });

  it('puts the stack of the event into its only exception', () => {
    const event = normalize({ exception: [{ type: 'A' }], stacktrace: { frames: [{ function: 'f' }] } });
    expect(event.exception?.values[0]?.stacktrace?.frames).toEqual([{ function: 'f' }]);
    expect(event.stacktrace).toBeUndefined();
  });

  it.each([
    ['https://cdn.test/static/app.js?v=1', '/static/app.js'],
    ['webpack:///./src/a.ts', '/./src/a.ts'],
    ['src/a.ts', 'src/a.ts'],
  ])('shows the path of %s', (filename, expected) => {
    const event = normalize({ stacktrace: { frames: [{ filename }] } });
    expect(event.stacktrace?.frames[0]).toMatchObject({ filename: expected, abs_path: filename });
  });

  it.each([
    ['warn', 'warning'],
    ['WARNING', 'warning'],
    ['critical', 'fatal'],
    [40, 'error'],
    ['nonsense', 'info'],
    [undefined, 'error'],
    ['__proto__', 'info'],
  ])('maps level %s to %s', (level, expected) => {
    expect(normalize({ level, message: 'x' }).level).toBe(expected);
  });

  it('knows browser and system from the User-Agent when the SDK is silent', () => {
    const agent =
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36';
    const event = normalize({ platform: 'javascript', request: { headers: { 'user-agent': agent } } });
    expect(event.contexts).toMatchObject({
      browser: { name: 'Chrome', version: '120.0.0.0' },
      os: { name: 'Linux' },
    });
    expect(Object.fromEntries(event.tags)).toMatchObject({ 'browser.name': 'Chrome', 'os.name': 'Linux' });
  });
});

describe('times', () => {
  const at = (ms: number) => ms / 1000;

  it('shifts every time by the drift that sent_at shows', () => {
    const hour = 3_600_000;
    const event = normalize(
      { timestamp: at(receivedAt - hour - 5000), breadcrumbs: [{ timestamp: at(receivedAt - hour - 9000) }] },
      { sentAt: receivedAt - hour },
    );
    expect(event.timestamp).toBe(at(receivedAt - 5000));
    expect(event.breadcrumbs?.values[0]?.timestamp).toBe(at(receivedAt - 9000));
    expect(event.errors?.map((error) => error.type)).toContain('clock_drift');
  });

  it('takes a difference of seconds for the network', () => {
    expect(normalize({ timestamp: at(receivedAt - 2000) }, { sentAt: receivedAt - 3000 }).timestamp).toBe(
      at(receivedAt - 2000),
    );
  });

  it.each([
    ['1970-01-01T00:00:00Z', 'past_timestamp'],
    ['2100-01-01T00:00:00', 'future_timestamp'],
    ['yesterday', 'invalid_timestamp'],
    [1e11, 'future_timestamp'],
    [1e300, 'invalid_timestamp'],
    // Another instant in every zone that this may run in.
    ['Nov 22 2026 11:59:58', 'invalid_timestamp'],
    ['2026/11/22 11:59:58', 'invalid_timestamp'],
    ['try 3', 'invalid_timestamp'],
    [{}, 'invalid_timestamp'],
  ])('shows the time of receipt for %s and says why', (timestamp, problem) => {
    const event = normalize({ timestamp });
    expect(event.timestamp).toBe(at(receivedAt));
    expect(event.errors?.[0]?.type).toBe(problem);
  });

  it.each([
    '2026-11-22T11:59:58',
    '2026-11-22 11:59:58.000000',
    '2026-11-22T11:59:58Z',
    '2026-11-22T12:59:58+0100',
    '2026-11-22 12:59:58 +01:00',
    '2026-11-22T12:59:58+01:00',
    1795348798,
    '1795348798',
  ])('reads %s', (timestamp) => {
    expect(normalize({ timestamp }).timestamp).toBe(at(receivedAt - 2000));
  });
});

it('keeps a breadcrumb whose time is no time, without it', () => {
  const sent = [1e300, -1e300, 8.64e12, 'yesterday', 1795348798].map((timestamp) => ({ timestamp }));
  const event = normalize({ breadcrumbs: sent }, { sentAt: receivedAt - 3_600_000 });
  expect(event.breadcrumbs?.values).toEqual([{}, {}, {}, {}, { timestamp: 1795348798 + 3600 }]);
});

describe('the address of a user', () => {
  const clientIp = '203.0.113.9';
  it.each([
    ['{{auto}}', {}, 'node', clientIp],
    [undefined, { settings: { infer_ip: 'auto' } }, 'node', clientIp],
    [undefined, { settings: { infer_ip: 'never' } }, 'javascript', undefined],
    [undefined, {}, 'javascript', clientIp],
    [undefined, {}, 'python', undefined],
    ['198.51.100.1', { settings: { infer_ip: 'never' } }, 'node', '198.51.100.1'],
  ])('%s with %j on %s is %s', (ip_address, sdk, platform, expected) => {
    expect(normalize({ user: { ip_address }, sdk, platform }, { clientIp }).user?.ip_address).toBe(expected);
  });
});

describe('events that are too large', () => {
  it('keeps the first and last frames of a deep recursion and says so', () => {
    const frames = Array.from({ length: 4000 }, (_, index) => ({ function: `f${index}` }));
    const event = normalize({ stacktrace: { frames } });
    const kept = event.stacktrace!.frames;
    expect(kept).toHaveLength(BOUNDS.frames);
    expect([kept[0]?.function, kept.at(-1)?.function]).toEqual(['f0', 'f3999']);
    expect(event.stacktrace?.frames_omitted).toEqual([125, 3875]);
    expect(event.errors?.[0]?.detail).toBe('kept 250 of 4000 frames');
  });

  it('keeps 200 of a thousand tags', () => {
    const tags = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`t${index}`, 'x']));
    const event = normalize({ tags });
    expect(event.tags.filter(([key]) => /^t\d/.test(key))).toHaveLength(BOUNDS.tags);
    expect(event.errors?.[0]).toMatchObject({ type: 'too_many', name: 'tags' });
  });

  it('cuts long texts without halving a character', () => {
    const event = normalize({ message: '😀'.repeat(10_000) });
    const text = event.logentry!.formatted!;
    expect(text.length).toBeLessThanOrEqual(BOUNDS.messageChars);
    expect(text.isWellFormed()).toBe(true);
    expect(text.endsWith('…')).toBe(true);
  });

  it('bounds free-form data in depth and width', () => {
    let deep: unknown = 'end';
    for (let level = 0; level < 500; level += 1) deep = { deep };
    const wide = Array.from({ length: 5000 }, (_, index) => index);
    const event = normalize({ extra: { deep, wide } });
    expect(JSON.stringify(event.extra)).toContain('{…}');
    expect((event.extra as { wide: unknown[] }).wide).toHaveLength(BOUNDS.dataEntries);
  });
});

describe('a field of the wrong shape', () => {
  const objects = [
    'user',
    'request',
    'extra',
    'contexts',
    'tags',
    'modules',
    'sdk',
    'debug_meta',
    'template',
  ];

  it.each([...objects, 'stacktrace', 'threads', 'breadcrumbs', 'fingerprint', 'level'])(
    '%s: the event is kept without it, and says so',
    (field) => {
      const event = normalize({ message: 'kept', [field]: 12345 });
      expect(event.logentry).toEqual({ formatted: 'kept' });
      expect(event.errors).toEqual([
        { type: 'invalid_data', name: field, detail: expect.stringMatching(/^(expected|not one of) /) },
      ]);
    },
  );

  it('names the one context that is none', () => {
    const event = normalize({ contexts: { os: { name: 'Linux' }, device: 'a phone' } });
    expect(event.contexts).toEqual({ os: { name: 'Linux' } });
    expect(event.errors).toMatchObject([{ type: 'invalid_data', name: 'contexts.device' }]);
  });

  it.each([[[]], [''], [null]])('%j is nothing, as PHP writes it, and no problem', (nothing) => {
    const event = normalize({
      message: 'kept',
      ...Object.fromEntries(objects.map((field) => [field, nothing])),
    });
    expect(event.errors).toBeUndefined();
  });
});

describe('hostile text', () => {
  it('replaces what neither store takes: NUL and lone surrogates', () => {
    const bytes = Buffer.from('{"message":"a\\u0000b\\ud800c","tags":{"k\\udfff":"v"}}');
    const event = normalizeEvent(bytes, arrival);
    expect(event.logentry?.formatted).toBe('a\ufffdb\ufffdc');
    expect(event.tags[0]).toEqual(['k\ufffd', 'v']);
  });

  it('replaces broken UTF-8', () => {
    const bytes = Buffer.concat([Buffer.from('{"message":"a'), Buffer.from([0xff, 0xc3]), Buffer.from('"}')]);
    expect(normalizeEvent(bytes, arrival).logentry?.formatted).toMatch(/^a\ufffd+$/);
  });

  it('does not let a key named __proto__ reach a prototype', () => {
    const event = normalizeEvent(
      Buffer.from(
        '{"extra":{"__proto__":{"polluted":1}},"contexts":{"__proto__":{"polluted":1}},"tags":{"__proto__":"x"}}',
      ),
      arrival,
    );
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(event.extra).toEqual({});
  });

  it.each([
    null,
    1,
    'text',
    [],
    { exception: 5, tags: 'x', user: [], request: 1, contexts: [], breadcrumbs: {}, threads: 'x', sdk: 1 },
  ])('reads nonsense without failing: %j', (event) => {
    if (event === null || typeof event !== 'object' || Array.isArray(event))
      expect(() => normalize(event)).toThrow('not a JSON object');
    else expect(normalize(event)).toMatchObject({ type: 'default', platform: 'other' });
  });

  it('gives the same payload for the same bytes', () => {
    const bytes = Buffer.from(JSON.stringify({ message: 'x', tags: { b: '1', a: '2' }, extra: { z: 1 } }));
    expect(JSON.stringify(normalizeEvent(bytes, arrival))).toBe(
      JSON.stringify(normalizeEvent(bytes, arrival)),
    );
  });
});
