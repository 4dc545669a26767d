/** Channels through our API: added, changed, tried, and nobody else's; what lets one in is told to nobody again. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Channel, ChannelKinds, ChannelList, ChannelTest, DeliveryList } from '#contract/channels.ts';
import { openTestApp, type TestApp } from '#server/issues/test-app.ts';
import { openTestIssues, type TestIssues } from '#server/issues/test-issues.ts';
import { createOutbound } from '#server/platform/outbound.ts';
import { createSecretBox } from '#server/platform/secret-box.ts';
import { channelRoutes } from './channel-routes.ts';
import { startTestReceiver, type TestReceiver } from './test-receiver.ts';
import { createWay } from './ways.ts';

let world: TestIssues;
let receiver: TestReceiver;
let app: TestApp;
let channels = 0;

beforeAll(async () => {
  world = await openTestIssues();
  world.viewer.scopes = [...world.viewer.scopes, 'org:admin'];
  world.stranger.scopes = world.viewer.scopes;
  receiver = await startTestReceiver();
  const way = createWay({
    outbound: createOutbound({ allow: [receiver.host] }),
    mail: null,
    clock: world.clock,
  });
  const secrets = createSecretBox(Buffer.alloc(32, 7));
  app = await openTestApp(world, [
    channelRoutes({
      ...world,
      secrets,
      way,
      emailOf: async () => 'ada@example.com',
      publicUrl: () => 'https://tandem.example.com',
    }),
  ]);
});
afterAll(async () => {
  await app.close();
  await receiver.close();
  await world.discard();
});
beforeEach(() => {
  receiver.received.length = 0;
  receiver.answers = [];
});

const add = async (given: object = {}) => {
  channels += 1;
  const answer = await app.ask('POST', '/api/v1/channels', {
    ...{
      kind: 'slack',
      name: `channel ${channels}`,
      settings: { webhookUrl: `${receiver.url}/hooks/secret-of-slack` },
    },
    ...given,
  });
  return { answer, text: await answer.text() };
};
const added = async (given: object = {}) => JSON.parse((await add(given)).text) as Channel;
const refusal = async (answer: Response) => [answer.status, await answer.text()];

describe('a channel', () => {
  it('is added, listed and read again without its secrets, which are sealed in the store', async () => {
    const { answer, text } = await add({ name: 'Team chat' });
    expect([answer.status, JSON.parse(text)]).toEqual([
      201,
      expect.objectContaining({
        ...{ kind: 'slack', name: 'Team chat', settings: { webhookUrl: 'lack' }, secretsSet: ['webhookUrl'] },
        ...{ paused: false, waiting: 0, failingSince: null, lastDeliveredAt: null },
      }),
    ]);
    const { id } = JSON.parse(text) as Channel;
    const row = await world.metadata.db
      .selectFrom('channel')
      .selectAll()
      .where('id', '=', Number(id))
      .executeTakeFirstOrThrow();
    const told = [
      text,
      JSON.stringify(row),
      JSON.stringify(await app.read('/api/v1/channels')),
      JSON.stringify(await app.read(`/api/v1/channels/${id}`)),
    ];
    for (const each of told) expect(each).not.toContain('secret-of-slack');
    expect((await add({ name: 'Team chat' })).answer.status).toBe(409);
  });

  it.each([
    ['of no kind', { kind: 'fax' }, 'there is no channel fax'],
    ['without its address', { settings: {} }, 'webhookUrl'],
    [
      'with a setting of another kind',
      { settings: { webhookUrl: 'https://x.example', chatId: '1' } },
      'has no chatId',
    ],
    [
      'in a time zone that is none',
      { timing: { digest: 'daily', timeZone: 'Mars/Base' } },
      'Mars/Base is none',
    ],
    [
      'with a template that makes no JSON',
      { kind: 'webhook', settings: { url: 'https://x.example', template: 'hello' } },
      'does not make JSON',
    ],
    ['with recipients that are none', { kind: 'email', settings: { to: ['ada'] } }, 'to.0'],
  ])('%s is refused', async (_, given, problem) => {
    const { answer, text } = await add(given);
    expect([answer.status, text]).toEqual([400, expect.stringContaining(problem)]);
  });

  it('is nobody else’s', async () => {
    const { id } = await added();
    expect(await (await app.askAsStranger('GET', '/api/v1/channels')).json()).toEqual({ items: [] });
    for (const [method, path, body] of [
      ['GET', ''],
      ['PATCH', '', { paused: true }],
      ['DELETE', ''],
      ['POST', '/test'],
      ['GET', '/deliveries'],
      ['GET', '/deliveries/1'],
      ['POST', '/deliveries/1/retry'],
    ] as const)
      expect((await app.askAsStranger(method, `/api/v1/channels/${id}${path}`, body)).status).toBe(404);
  });

  it('keeps its secret when something else is changed, and does not send it to another address', async () => {
    const settings = { token: '123:secret-of-a-bot', chatId: '-1', apiUrl: receiver.url };
    const { id } = await added({ kind: 'telegram', settings });
    const path = `/api/v1/channels/${id}`;
    expect((await app.ask('PATCH', path, { settings: { chatId: '-2' } })).status).toBe(200);
    await app.ask('POST', `${path}/test`);
    expect(receiver.received[0]).toMatchObject({
      path: '/bot123:secret-of-a-bot/sendMessage',
      body: { chat_id: '-2' },
    });
    const elsewhere = { apiUrl: 'https://evil.example' };
    expect(await refusal(await app.ask('PATCH', path, { settings: elsewhere }))).toEqual([
      400,
      expect.stringContaining('enter token again'),
    ]);
    expect((await app.ask('PATCH', path, { settings: { ...elsewhere, token: '9:new' } })).status).toBe(200);
  });

  it('is tried: the answer comes as it was, and stands in the log', async () => {
    const { id } = await added();
    const path = `/api/v1/channels/${id}`;
    receiver.answers = [{ status: 400, body: 'invalid_payload' }];
    const test = async () => (await (await app.ask('POST', `${path}/test`)).json()) as ChannelTest;
    expect(await test()).toMatchObject({ isDelivered: false, status: 400, answer: 'invalid_payload' });
    expect(await test()).toMatchObject({ isDelivered: true, status: 200, answer: 'ok' });
    expect(receiver.received.map(({ body }) => (body as { text: string }).text)).toEqual([
      expect.stringMatching(/Test: Tandem reaches “channel \d+”/),
      expect.stringMatching(/Test: /),
    ]);
    const { items } = await app.read<DeliveryList>(`${path}/deliveries`);
    expect(items).toMatchObject([
      { what: 'test', status: 'delivered', answerStatus: 200 },
      { what: 'test', status: 'failed', answer: 'invalid_payload', nextTryAt: null },
    ]);
    const first = await app.read<DeliveryList>(`${path}/deliveries?limit=1`);
    const next = await app.read<DeliveryList>(`${path}/deliveries?limit=1&cursor=${first.nextCursor}`);
    expect([...first.items, ...next.items].map(({ id: each }) => each)).toEqual(
      items.map(({ id: each }) => each),
    );
    expect(next.nextCursor).toBeNull();
    for (let times = 0; times < 8; times += 1) await test();
    expect((await app.ask('POST', `${path}/test`)).status).toBe(429);
  });

  it('leaves no incident open after a test', async () => {
    const settings = { routingKey: 'k'.repeat(32), apiUrl: receiver.url };
    const { id } = await added({ kind: 'pagerduty', settings });
    await app.ask('POST', `/api/v1/channels/${id}/test`);
    const events = receiver.received.map(({ body }) => body as { event_action: string; dedup_key: string });
    expect(events.map(({ event_action }) => event_action)).toEqual(['trigger', 'resolve']);
    expect(events[0]!.dedup_key).toBe(events[1]!.dedup_key);
  });

  it.each(['https://127.0.0.1/x', 'https://169.254.169.254/latest', 'http://example.com/x'])(
    'does not reach %s, which nobody allowed',
    async (webhookUrl) => {
      const { id } = await added({ settings: { webhookUrl } });
      const tried = (await (await app.ask('POST', `/api/v1/channels/${id}/test`)).json()) as ChannelTest;
      expect(tried).toMatchObject({ isDelivered: false, status: null });
      expect(tried.answer).toContain('does not call that address');
    },
  );

  it('is deleted with what it was sent', async () => {
    const { id } = await added();
    await app.ask('POST', `/api/v1/channels/${id}/test`);
    expect((await app.ask('DELETE', `/api/v1/channels/${id}`)).status).toBe(204);
    const { items } = await app.read<ChannelList>('/api/v1/channels');
    expect(items.map((channel) => channel.id)).not.toContain(id);
    expect((await app.ask('GET', `/api/v1/channels/${id}/deliveries`)).status).toBe(404);
  });
});

it('says which kinds there are and what each wants to know', async () => {
  const { items } = await app.read<ChannelKinds>('/api/v1/channel-kinds');
  expect(items.map(({ kind }) => kind)).toContain('teams');
  expect(items.find(({ kind }) => kind === 'email')).toMatchObject({
    unavailable: expect.stringContaining('TANDEM_SMTP_URL'),
    fields: [{ name: 'to', type: 'list', required: true }],
  });
});
