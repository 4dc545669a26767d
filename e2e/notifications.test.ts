/**
 * Notifications as a person sets them up and as the other side sees them: forms, tests, mail over SMTP, a channel that fails and
 * is well again, the program killed in the middle of a storm.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeEach, expect, test } from 'vitest';
import type { Channel, ChannelList, DeliveryList } from '#contract/channels.ts';
import type { Status } from '#contract/live.ts';
import type { Session } from '#contract/people.ts';
import { startTestMailbox, type TestMailbox } from '#server/notify/test-mailbox.ts';
import { notification } from '#server/notify/test-notifications.ts';
import { startTestReceiver, type TestReceiver } from '#server/notify/test-receiver.ts';
import { RULES } from '#server/notify/test-rules.ts';
import type { Notification } from '#server/record/notification.ts';
import { runNodeShop } from './support/clients.ts';
import { issueTitled } from './support/look.ts';
import { program, screens, startForAll } from './support/one-program.ts';
import { EMAIL, eventually, startProgram } from './support/program.ts';
import { LOOKS, walk } from './support/scenes.ts';

let receiver: TestReceiver;
let mailbox: TestMailbox;
const environment = () => ({
  TANDEM_OUTBOUND_ALLOW: receiver.host,
  TANDEM_SMTP_URL: mailbox.url,
  TANDEM_MAIL_FROM: 'Tandem <tandem@example.test>',
});
startForAll(async () => {
  receiver = await startTestReceiver();
  mailbox = await startTestMailbox();
  return { environment: environment() };
});
afterAll(async () => {
  await receiver.close();
  await mailbox.close();
});
beforeEach(() => {
  receiver.received.length = 0;
  receiver.answer = () => ({});
});

const channels = async () => (await program.get<ChannelList>('/api/v1/channels')).items;
const named = async (name: string) => (await channels()).find((channel) => channel.name === name)!;
const deliveries = async (id: string) =>
  (await program.get<DeliveryList>(`/api/v1/channels/${id}/deliveries`)).items;

/** As alerts write it: into the outbox, in one transaction. */
function enqueue(
  channel: Channel,
  notifications: readonly Notification[],
  directory = program.dataDirectory,
) {
  const db = new DatabaseSync(join(directory, 'metadata.sqlite'));
  // The program writes meanwhile.
  db.exec('pragma busy_timeout = 20000; begin immediate');
  const insert = db.prepare(
    `insert into outbox (channel_id, notification_id, firing_key, state, priority, rule, body, created_at)
      values (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  for (const one of notifications) {
    const { id, firingKey, state, priority, rule } = one;
    insert.run(
      Number(channel.id),
      id,
      firingKey,
      state,
      priority,
      rule.name,
      JSON.stringify(one),
      Date.now(),
    );
  }
  db.exec('commit');
  db.close();
}

test('a person adds Slack, sends a test and sees the real answer', async () => {
  const page = await screens.visit('/settings/notifications');
  await page.getByText('None yet.').waitFor();
  await page.getByRole('button', { name: 'New channel' }).click();
  const form = page.getByRole('dialog');
  await form.getByLabel('Kind').selectOption('Slack');
  await form.getByLabel('Name').fill('Team chat');
  await form.getByLabel('Webhook URL').fill('hooks.slack.com');
  await form.getByRole('button', { name: 'Save' }).click();
  await form.getByRole('alert').getByText('write it whole').waitFor();
  await form.getByLabel('Webhook URL').fill(`${receiver.url}/services/T0/B0/secret-of-slack`);
  await form.getByRole('button', { name: 'Save' }).click();
  await form.waitFor({ state: 'hidden' });

  receiver.answers = [{ status: 404, body: 'no_service' }];
  await page.getByRole('button', { name: 'Send test to Team chat' }).click();
  await page.getByText(/Not delivered after \d+ ms. Answer: 404 no_service/).waitFor();
  await page.getByRole('button', { name: 'Send test to Team chat' }).click();
  await page.getByText(/Delivered after \d+ ms. Answer: 200 ok/).waitFor();
  expect(receiver.received.at(-1)).toMatchObject({
    path: '/services/T0/B0/secret-of-slack',
    body: { text: '🔵 Test: Tandem reaches “Team chat”' },
  });
  // The address lets anybody post: it is not told again.
  const shown = await (await program.request('GET', '/api/v1/channels')).text();
  expect(shown).not.toContain('secret-of-slack');
  expect(await named('Team chat')).toMatchObject({
    settings: { webhookUrl: 'lack' },
    secretsSet: ['webhookUrl'],
  });
  // It answers, and nothing would ever be said to it.
  await page.getByText('No alert tells it anything.').waitFor();
  await page.getByRole('link', { name: 'Tell it of new issues' }).click();
  const told = page.getByRole('group', { name: 'Told to' }).getByRole('checkbox', { name: 'Team chat' });
  await expect.poll(() => told.isChecked()).toBe(true);
});

test('a mail goes out by the server’s SMTP', async () => {
  await program.request('POST', '/api/v1/channels', {
    ...{ kind: 'email', name: 'On call', settings: { to: ['oncall@example.test'] } },
  });
  enqueue(await named('On call'), [notification({ id: 'mail-1' })]);
  await eventually(
    async () => mailbox.mails,
    (mails) => mails.length === 1,
  );
  expect(mailbox.mails[0]!.parsed.subject).toBe('🔴 New issue: PaymentError: gateway answered 503');
});

test('a channel that fails says so, is retried by hand, and is well again', async () => {
  const chat = await named('Team chat');
  receiver.answer = () => ({ status: 403, body: 'invalid_token' });
  enqueue(chat, [notification({ id: 'f-1' }), notification({ id: 'f-2', firingKey: 'other' })]);
  await eventually(
    () => deliveries(chat.id),
    ([newest]) => newest?.status === 'sending' && newest.attempts > 0,
  );
  const page = await screens.visit('/settings/notifications');
  const row = page
    .getByRole('list', { name: 'Channels' })
    .getByRole('listitem')
    .filter({ hasText: 'Team chat' });
  await row.getByText('invalid_token').waitFor();
  await row.getByRole('link', { name: 'Team chat' }).click();
  const log = page.getByRole('list', { name: 'Deliveries' });
  await log.getByText('answer: 403 invalid_token').first().waitFor();
  receiver.answer = () => ({});
  await log.getByRole('button', { name: 'Try now' }).last().click();
  await eventually(
    () => deliveries(chat.id),
    (items) => items.filter(({ status }) => status === 'delivered').length === 3,
  );
  await page.getByText('Works', { exact: true }).waitFor();
  await log
    .getByRole('button', { name: /gateway answered 503/ })
    .first()
    .click();
  await page.getByRole('dialog').getByText('New issues in production').waitFor();
  expect(new URL(page.url()).searchParams.get('delivery')).toBeTruthy();
  // Only a failure of a quarter of an hour is everybody's business.
  expect((await program.get<Status>('/api/v1/status')).problems).toEqual([]);
});

test('the pages of channels are readable and fit', async () => {
  const { id } = await named('Team chat');
  await program.request('POST', '/api/v1/channels', {
    ...{ kind: 'pagerduty', name: 'Pager of the people who are on call for payments and checkout' },
    settings: { routingKey: 'k'.repeat(32), apiUrl: receiver.url },
  });
  receiver.answer = () => ({ status: 500, body: `<html>${'x'.repeat(900)}</html>` });
  enqueue(await named('Pager of the people who are on call for payments and checkout'), [
    notification({ id: 'p-1' }),
  ]);
  await eventually(channels, (all) => all.some(({ failingSince }) => failingSince !== null));
  const [newest] = await deliveries(id);
  for (const look of LOOKS)
    expect(
      await walk(
        screens,
        [
          { name: 'channels', path: '/settings/notifications', ready: 'text=Failing since' },
          { name: 'channel', path: `/settings/notifications/${id}`, ready: 'text=Deliveries' },
          {
            name: 'channel-delivery',
            path: `/settings/notifications/${id}?delivery=${newest!.id}`,
            ready: 'text=New issues in production',
          },
          {
            name: 'channel-form',
            path: `/settings/notifications/${id}`,
            ready: 'text=Deliveries',
            act: async (page) => {
              await page.getByRole('button', { name: 'Change' }).click();
              await page.getByLabel('Webhook URL').waitFor();
            },
          },
        ],
        look,
      ),
    ).toEqual([]);
});

test('an error of a real program reaches the chat through an alert, and so does its end', async () => {
  const chat = await named('Team chat');
  const rule = {
    ...{ name: 'New issues', priority: 'critical', channels: [chat.id] },
    condition: { kind: 'issue', when: ['new'] },
  };
  expect((await program.request('POST', '/api/v1/alerts/rules', rule)).status).toBe(201);
  await runNodeShop(program, 'error');
  const texts = () =>
    receiver.received
      .filter(({ path }) => path.startsWith('/services/'))
      .map(({ body }) => RULES.slack.parse(body))
      .filter(({ text }) => text.includes('Card declined'));
  const [told] = await eventually(
    async () => texts(),
    ({ length }) => length === 1,
  );
  const { id, shortId } = await issueTitled(program, 'Card declined');
  expect(JSON.stringify(told!.blocks)).toContain(`"text":"Open ${shortId}"`);
  await program.request('PATCH', `/api/v1/issues/${id}`, { status: 'resolved' });
  const [, end] = await eventually(
    async () => texts(),
    ({ length }) => length === 2,
  );
  expect(end!.text).toContain('🟢 Resolved: ');
});

test('a person chooses what they are told by mail, and is', async () => {
  const page = await screens.visit('/settings/notifications');
  await page.getByText(EMAIL).waitFor();
  await page.getByLabel('somebody comments').uncheck();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved').waitFor();
  await page.reload();
  await page.getByText(EMAIL).waitFor();
  expect(await page.getByLabel('somebody comments').isChecked()).toBe(false);
  expect(await page.getByLabel('somebody mentions you').isChecked()).toBe(true);

  mailbox.mails.length = 0;
  const { id } = await issueTitled(program, 'Card declined');
  // The token of the tests is nobody: the person is told of what it does.
  const me = (await page.evaluate("fetch('/api/v1/session').then((answer) => answer.json())")) as Session;
  await program.request('PUT', `/api/v1/issues/${id}/assignee`, { userId: me.user.id });
  await eventually(
    async () => mailbox.mails,
    (mails) =>
      mails.some(({ to, parsed }) => to[0] === EMAIL && /assigned .* to you/.test(parsed.subject ?? '')),
  );
  await program.request('PUT', `/api/v1/issues/${id}/assignee`, { userId: null });
});

test('what was enqueued is delivered though the program is killed again and again', async () => {
  const COUNT = 60;
  let one = await startProgram({ environment: environment() });
  try {
    const made = await one.request('POST', '/api/v1/channels', {
      ...{ kind: 'webhook', name: 'All of it', settings: { url: `${receiver.url}/all` } },
      timing: { stormAfter: 1_000 },
    });
    const channel = (await made.json()) as Channel;
    const ids = Array.from({ length: COUNT }, (_, at) => `k-${at}`);
    enqueue(
      channel,
      ids.map((id, at) =>
        notification({ id, firingKey: `k-${at % 7}`, state: at % 2 ? 'resolved' : 'firing' }),
      ),
      one.dataDirectory,
    );
    const said = () =>
      receiver.received
        .filter(({ path }) => path === '/all')
        .map(({ body }) => (body as { notification: Notification }).notification.id);
    // Slow enough to be killed in the middle of it.
    receiver.answer = () => ({ until: sleep(20) });
    let kills = 0;
    for (const until of [5, 17, 31, 44]) {
      await eventually(
        async () => new Set(said()).size,
        (size) => size >= until,
      );
      const { dataDirectory } = one;
      await one.kill();
      kills += 1;
      one = await startProgram({ dataDirectory, environment: environment() });
    }
    await eventually(
      async () => new Set(said()).size,
      (size) => size === COUNT,
    );
    // At most the one that was under way is said twice at each kill; the order is that of the first time.
    expect(said().length).toBeLessThanOrEqual(COUNT + kills);
    expect([...new Set(said())]).toEqual(ids);
  } finally {
    await one.discard();
  }
});
