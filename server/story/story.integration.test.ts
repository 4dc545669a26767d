import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LogList } from '#contract/logs.ts';
import { EventCause, LogLinks, Story } from '#contract/story.ts';
import { hex, NOON } from '#server/issues/test-issues.ts';
import { openFindCause } from './likely-cause.ts';
import { eventId, openTestShop, type TestShop } from './test-shop.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await openTestShop();
  shop.world.setNow(NOON + 600_000);
});
afterAll(() => shop?.close());

const read = async (issue: string, event: string, query = '') =>
  Story.parse(await shop.app.read(`/api/v1/issues/${issue}/events/${eventId(event)}/story${query}`));
const told = ({ items }: Story) => items.map(({ why, service, body }) => [why, service, body]);

describe('the story of an error without a trace id', () => {
  beforeAll(async () => {
    await shop.say([
      { at: -4000, service: 'web', body: 'GET /cart', attributes: { 'user.id': '42', request_id: 'r-1' } },
      {
        at: -2000,
        service: 'web',
        body: 'POST /checkout',
        attributes: { 'user.id': '42', request_id: 'r-2' },
      },
      { at: -1900, service: 'payments', body: 'charging', attributes: { request_id: 'r-2' } },
      {
        at: -1500,
        service: 'gateway',
        level: 'error',
        body: '{"level":50,"msg":"POST /charge 503","request_id":"r-2"}',
      },
      { at: -1000, service: 'payments', host: 'pay-1', body: 'garbage collected' },
      { at: -900, service: 'payments', host: 'pay-1', body: 'other', attributes: { request_id: 'r-9' } },
      { at: -800, service: 'payments', host: 'pay-2', body: 'elsewhere' },
      { at: -700, service: 'web', body: 'somebody else', attributes: { 'user.id': '43', request_id: 'r-3' } },
      { at: -400_000, service: 'web', body: 'an hour ago', attributes: { 'user.id': '42' } },
    ]);
    await shop.say(
      Array.from({ length: 50 }, (_, n) => ({
        at: -700_000 + n * 10_000,
        service: 'gateway',
        body: `{"level":30,"msg":"POST /charge 200","request_id":"h-${n}"}`,
      })),
    );
    await shop.say([{ at: -500, service: 'theirs', body: 'secret', attributes: { 'user.id': '42' } }], 3);
    await shop.fail({
      at: 0,
      id: 'payment',
      user_id: '42',
      service: 'payments',
      host: 'pay-1',
      grouping_hash: hex('payment'),
      breadcrumbs: [{ timestamp: (NOON - 1600) / 1000, category: 'http', message: 'POST gateway' }],
    });
  });

  it('has the lines of its user, of the requests these name, and of its host, each with its reason', async () => {
    expect(told(await read('SHOP-1', 'payment'))).toEqual([
      ['user', 'web', 'GET /cart'],
      ['user', 'web', 'POST /checkout'],
      ['user', 'payments', 'charging'],
      ['event', 'payments', 'POST gateway'],
      ['user', 'gateway', '{"level":50,"msg":"POST /charge 503","request_id":"r-2"}'],
      ['process', 'payments', 'garbage collected'],
      ['event', 'payments', 'PaymentError: card declined'],
    ]);
  });

  it('says in words what ties a line', async () => {
    const { items } = await read('SHOP-1', 'payment');
    expect(items.map(({ because }) => because)).toEqual([
      'same user 42',
      'same user 42',
      'request r-2 of the same user 42',
      'recorded by the SDK before the error',
      'request r-2 of the same user 42',
      'same host pay-1',
      'the error itself',
    ]);
  });

  it('reaches as far as one asks', async () => {
    const wide = await read('SHOP-1', 'payment', '?around=3600000');
    expect(wide.items[0]!.body).toBe('an hour ago');
    expect(wide.window).toMatchObject({
      aroundMs: 3_600_000,
      from: new Date(NOON - 3_600_000).toISOString(),
    });
    expect(
      (await shop.app.ask('GET', `/api/v1/issues/SHOP-1/events/${eventId('payment')}/story?around=1`)).status,
    ).toBe(400);
  });

  it('marks the line that matters', async () => {
    const { cause, items } = await read('SHOP-1', 'payment');
    expect(cause.state).toBe('found');
    expect(items.find(({ id }) => id === cause.itemId)).toMatchObject({
      message: 'POST /charge 503',
      suspect: {
        rank: 1,
        // The error names no request: its user's lines do, and requests are what is compared.
        numbers: { by: 'request', occurrences: { with: 1, of: 1 }, healthy: { with: 0, of: 50 } },
      },
    });
  });

  it('says that lines may be on their way while the error is young, and nothing of it later', async () => {
    shop.world.setNow(NOON + 2_300);
    const { cutShort } = await read('SHOP-1', 'payment');
    expect(cutShort).toEqual([
      {
        what: 'lines on their way',
        why: 'early',
        text: 'The error came 2 s ago; loggers send their lines a few seconds later.',
      },
    ]);
    shop.world.setNow(NOON + 600_000);
    expect((await read('SHOP-1', 'payment')).cutShort).toBeUndefined();
  });

  it('has its cause at an address of its own', async () => {
    const address = `/api/v1/issues/SHOP-1/events/${eventId('payment')}/cause`;
    const { cause } = await read('SHOP-1', 'payment');
    expect(EventCause.parse(await shop.app.read(address))).toEqual({
      cause: { evidence: cause.text, eventId: eventId('payment'), itemId: cause.itemId },
      isEarly: false,
    });
    expect((await shop.app.askAsStranger('GET', address)).status).toBe(404);
  });

  it('is told to nobody else', async () => {
    const answer = await shop.app.askAsStranger('GET', `/api/v1/issues/1/events/${eventId('payment')}/story`);
    expect(answer.status).toBe(404);
  });

  it('has what one of its users did, whatever their traces and requests', async () => {
    const ofUser = Story.parse(await shop.app.read('/api/v1/issues/SHOP-1/users/story?user=id:42'));
    expect(told(ofUser)).toEqual([
      ['user', 'web', 'GET /cart'],
      ['user', 'web', 'POST /checkout'],
      ['user', 'payments', 'charging'],
      ['event', 'payments', 'POST gateway'],
      ['user', 'gateway', '{"level":50,"msg":"POST /charge 503","request_id":"r-2"}'],
      ['event', 'payments', 'PaymentError: card declined'],
    ]);
    expect((await shop.app.ask('GET', '/api/v1/issues/SHOP-1/users/story?user=id:7')).status).toBe(404);
  });

  it('is told to alerts, with an address', async () => {
    const warned: unknown[] = [];
    const findCause = openFindCause(shop.world, () => 'https://tandem.test', {
      warn: (...said: unknown[]) => warned.push(said),
    });
    expect(await findCause('1', eventId('payment'))).toEqual({
      text: 'gateway: POST /charge 503',
      evidence: expect.stringContaining('gateway'),
      url: expect.stringMatching(/^https:\/\/tandem\.test\/issues\/1\/story\?event=[0-9a-f]{32}&line=log-/),
    });
    expect(await findCause('999', 'latest')).toBe(null);
    expect(warned).toEqual([]);
    expect(await findCause('1', 'gone')).toBe(null);
    expect(warned).toHaveLength(1);
  });
});

describe('a log line', () => {
  const TRACE = 'b'.repeat(32);
  beforeAll(async () => {
    await shop.say([
      { at: 60_000, service: 'web', body: 'in a trace', traceId: TRACE, attributes: { 'user.id': '50' } },
      { at: 60_001, service: 'web', body: 'in a request', attributes: { request_id: 'r-50' } },
      { at: 60_002, service: 'web', body: 'alone' },
    ]);
    await shop.fail(
      { at: 60_010, id: 'traced', trace_id: TRACE, grouping_hash: hex('traced') },
      { at: 60_020, id: 'asked', request_id: 'r-50', grouping_hash: hex('asked') },
    );
  });
  const idOf = async (body: string) => {
    const { items } = await shop.app.read<LogList>(
      `/api/v1/logs?query=${encodeURIComponent(`"${body}"`)}&from=${NOON}&to=${NOON + 120_000}`,
    );
    return items[0]!.id;
  };
  const links = async (body: string) =>
    LogLinks.parse(await shop.app.read(`/api/v1/logs/${await idOf(body)}/links`));

  it('leads to the issue of its trace, or of its request', async () => {
    const [traced] = (await links('in a trace')).errors;
    expect(traced).toMatchObject({ eventId: eventId('traced'), why: 'trace', issue: { shortId: 'SHOP-2' } });
    expect((await links('in a trace')).userId).toBe('50');
    const [asked] = (await links('in a request')).errors;
    expect(asked).toMatchObject({ eventId: eventId('asked'), why: 'request', issue: { shortId: 'SHOP-3' } });
    expect(await links('alone')).toEqual({ errors: [], userId: '' });
  });

  it('of somebody else leads nowhere', async () => {
    const id = await idOf('in a trace');
    expect((await shop.app.askAsStranger('GET', `/api/v1/logs/${id}/links`)).status).toBe(404);
    expect((await shop.app.ask('GET', '/api/v1/logs/1-2-3/links')).status).toBe(404);
  });
});

describe('a service that speaks only when something is wrong', () => {
  const BROKE = -7_200_000;
  beforeAll(async () => {
    const minutes = Array.from({ length: 40 }, (_, n) => BROKE - 2_400_000 + n * 60_000);
    await shop.say(minutes.map((at) => ({ at, service: 'web', body: 'GET /home 200' })));
    await shop.say([
      { at: BROKE, service: 'related', level: 'fatal', body: 'out of memory: killed process 7' },
      ...[1, 2, 3, 4, 5].map((n) => ({
        at: BROKE + n * 1_000,
        service: 'web',
        host: 'web-1',
        level: 'error',
        body: 'GET /home failed: fetch failed',
      })),
    ]);
    for (const n of [1, 2, 3, 4, 5])
      await shop.fail({
        at: BROKE + n * 1_000,
        id: `home ${n}`,
        service: 'web',
        host: 'web-1',
        exception_type: 'TypeError',
        exception_value: 'fetch failed',
        grouping_hash: hex('home'),
      });
  });

  it('is compared by the moments in which the others spoke', async () => {
    const { cause } = await read('SHOP-4', 'home 5');
    expect(cause.text).toBe(
      "related began to log “out of memory: killed process 7” at 10:00:00 UTC, 1 s before the first TypeError; there in the minute before 100 % of this issue's occurrences (5 of 5), and before 0 % of other moments (0 of 39); only the time ties it to the error.",
    );
  });
});

describe('a flood of which the lines are stored and the newest errors not yet', () => {
  const BROKE = -14_400_000;
  const charge = (at: number, trace: string, status: number) => ({
    at,
    service: 'bank',
    level: status < 500 ? 'info' : 'error',
    body: `POST /transfer ${status}`,
    traceId: hex(trace),
  });
  beforeAll(async () => {
    await shop.say(
      Array.from({ length: 40 }, (_, n) => charge(BROKE - 600_000 + n * 10_000, `well ${n}`, 200)),
    );
    await shop.say(Array.from({ length: 30 }, (_, n) => charge(BROKE + n * 300, `sick ${n}`, 503)));
    for (let n = 0; n < 6; n += 1)
      await shop.fail({
        at: BROKE + n * 300 + 5,
        id: `transfer ${n}`,
        service: 'payments',
        trace_id: hex(`sick ${n}`),
        grouping_hash: hex('transfer'),
      });
  });

  it('does not take those for healthy whose errors are on their way', async () => {
    const { cause, items } = await read('SHOP-5', 'transfer 5');
    expect(items.find(({ id }) => id === cause.itemId)?.suspect?.numbers).toMatchObject({
      by: 'trace',
      occurrences: { with: 6, of: 6 },
      healthy: { with: 0, of: 40 },
    });
  });
});
