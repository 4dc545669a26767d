import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Story } from '#contract/story.ts';
import { hex, NOON } from '#server/issues/test-issues.ts';
import { eventId, openTestShop, type TestShop } from './test-shop.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await openTestShop();
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
        body: 'POST /charge 503',
        attributes: { request_id: 'r-2' },
      },
      { at: -1000, service: 'payments', host: 'pay-1', body: 'garbage collected' },
      { at: -900, service: 'payments', host: 'pay-1', body: 'other', attributes: { request_id: 'r-9' } },
      { at: -800, service: 'payments', host: 'pay-2', body: 'elsewhere' },
      { at: -700, service: 'web', body: 'somebody else', attributes: { 'user.id': '43', request_id: 'r-3' } },
      { at: -400_000, service: 'web', body: 'an hour ago', attributes: { 'user.id': '42' } },
    ]);
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
      ['user', 'gateway', 'POST /charge 503'],
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
      body: 'POST /charge 503',
      suspect: { rank: 1 },
    });
  });

  it('is told to nobody else', async () => {
    const answer = await shop.app.askAsStranger('GET', `/api/v1/issues/1/events/${eventId('payment')}/story`);
    expect(answer.status).toBe(404);
  });
});
