/** A firing goes to a real Alertmanager, stays there until its end is told, and is told on by it. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, test } from 'vitest';
import type { Channel, ChannelTest } from '#contract/channels.ts';
import { CASES, notification } from '#server/notify/test-notifications.ts';
import { startTestReceiver, type TestReceiver } from '#server/notify/test-receiver.ts';
import type { Notification } from '#server/record/notification.ts';
import { type Alertmanager, startAlertmanager } from './support/alertmanager.ts';
import { program, startForAll } from './support/one-program.ts';
import { eventually } from './support/program.ts';

const DAY_MS = 24 * 3_600_000;

let receiver: TestReceiver;
let alertmanager: Alertmanager;
startForAll(async () => {
  receiver = await startTestReceiver();
  alertmanager = await startAlertmanager(receiver.url);
  return { environment: { TANDEM_OUTBOUND_ALLOW: alertmanager.host } };
});
afterAll(async () => {
  await alertmanager.stop();
  await receiver.close();
});

interface Told {
  status: string;
  alerts: { status: string; labels: Record<string, string>; annotations: Record<string, string> }[];
}
const told = () =>
  receiver.received.flatMap(({ body }) =>
    (body as Told).alerts.map(({ status, labels }) => `${labels.firing} ${status}`),
  );

function enqueue({ id: channel }: Channel, one: Notification) {
  const db = new DatabaseSync(join(program.dataDirectory, 'metadata.sqlite'));
  db.exec('pragma busy_timeout = 20000');
  db.prepare(
    `insert into outbox (channel_id, notification_id, firing_key, state, priority, rule, body, created_at)
      values (?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    ...([Number(channel), one.id, one.firingKey, one.state, one.priority, one.rule.name] as const),
    ...([JSON.stringify(one), Date.now()] as const),
  );
  db.close();
}

test('Alertmanager takes what fires and what is over, hostile text too', async () => {
  const made = await program.request('POST', '/api/v1/channels', {
    ...{ kind: 'alertmanager', name: 'Alertmanager', settings: { url: alertmanager.url } },
  });
  const channel = (await made.json()) as Channel;
  const tried = await program.request('POST', `/api/v1/channels/${channel.id}/test`);
  expect((await tried.json()) as ChannelTest).toMatchObject({ isDelivered: true, status: 200 });

  const now = Date.now();
  const started = { startedAt: now - 60_000, endedAt: null };
  enqueue(channel, notification(started));
  enqueue(channel, { ...CASES['hostile text']!, ...started, firingKey: 'hostile' });
  enqueue(channel, { ...CASES['very long text']!, ...started, firingKey: 'long' });
  const firing = await eventually(alertmanager.alerts, (alerts) => alerts.length === 3);
  const [ours] = firing.filter(({ labels }) => labels.firing === 'rule:1/issue:12');
  expect(ours).toMatchObject({
    labels: {
      alertname: 'New issues in production',
      severity: 'critical',
      project: 'shop',
      service: 'checkout',
    },
    annotations: { summary: 'New issue: PaymentError: gateway answered 503', Users: '50' },
    status: { state: 'active' },
  });
  // Its own `resolve_timeout` of a second does not end it: we say when it ends.
  expect(Date.parse(ours!.endsAt) - now).toBeGreaterThan(29 * DAY_MS);
  await eventually(
    async () => told(),
    (all) => all.includes('rule:1/issue:12 firing') && all.includes('hostile firing'),
  );

  enqueue(channel, notification({ id: 'end', state: 'resolved', ...started, endedAt: Date.now() }));
  await eventually(
    async () => told(),
    (all) => all.includes('rule:1/issue:12 resolved'),
  );
  const left = await eventually(alertmanager.alerts, (alerts) => alerts.length === 2);
  expect(left.map(({ labels }) => labels.firing).toSorted()).toEqual(['hostile', 'long']);
});
