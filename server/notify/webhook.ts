/**
 * Any program: a POST that is signed as https://www.standardwebhooks.com say (webhook-id, webhook-timestamp, webhook-signature), so
 * that their libraries verify it. The body is ours, or what a template of the person makes of it.
 */
import { createHmac } from 'node:crypto';
import * as z from 'zod';
import type { Notification } from '#server/record/notification.ts';
import type { ChannelKind, Message } from './channel.ts';
import { longText, optionalSecret, secretAddress } from './field.ts';
import { renderTemplate, TEMPLATE_CHARS_MAX } from './template.ts';
import { wordsOf } from './words.ts';

const settings = z.object({
  url: secretAddress({ label: 'URL', placeholder: 'https://example.com/hooks/tandem' }),
  secret: optionalSecret({
    label: 'Signing secret',
    placeholder: 'whsec_…',
    hint: 'Each request is signed with it: HMAC-SHA256 over id, time and body. Empty: not signed.',
  }),
  authorization: optionalSecret({
    label: 'Authorization header',
    placeholder: 'Bearer …',
    hint: 'Sent as it is, if the other side asks for one.',
  }),
  template: longText(
    {
      label: 'Body',
      placeholder: '{ "text": {{ title | json }} }',
      hint: 'A Liquid template that makes JSON. Empty: everything there is.',
    },
    TEMPLATE_CHARS_MAX,
  ),
});

export const webhook: ChannelKind<z.output<typeof settings>> = {
  kind: 'webhook',
  label: 'Webhook',
  settings: settings.superRefine(({ template }, context) => {
    if (template.trim() === '') return;
    const { problem } = renderTemplate(template, bodyOf(SAMPLE));
    if (problem) context.addIssue({ code: 'custom', path: ['template'], message: problem });
  }),
  collapses: true,
  send(message, { url, secret, authorization, template }, way) {
    const data = bodyOf(message);
    const rendered = template.trim() === '' ? null : renderTemplate(template, data);
    // A template that fails on this message is no reason to say nothing.
    const body = rendered?.text ?? JSON.stringify(data);
    const seconds = String(Math.floor(way.now() / 1_000));
    return way.post({
      url,
      headers: {
        'webhook-id': message.id,
        'webhook-timestamp': seconds,
        ...(secret === '' ? {} : { 'webhook-signature': signatureOf(secret, message.id, seconds, body) }),
        ...(authorization === '' ? {} : { authorization }),
      },
      body,
    });
  },
};

/** Standard Webhooks: the key is base64 after `whsec_`; another secret is taken as the bytes of its text. */
function signatureOf(secret: string, id: string, seconds: string, body: string): string {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret);
  return `v1,${createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')}`;
}

/** Everything there is: what the docs list, and what a template may name. */
function bodyOf(message: Message) {
  const { tone, title, reason, facts, cause, more, url } = wordsOf(message);
  const head = {
    type: message.what,
    id: message.id,
    sentAt: new Date(message.at).toISOString(),
    tone,
    title,
    reason,
    url,
    facts,
  };
  if ('collection' in message) {
    const { total, firing, resolved, entries } = message.collection;
    return { ...head, total, firing, resolved, more, notifications: entries.map(told) };
  }
  return { ...head, cause, notification: told(message.notification) };
}

const told = (notification: Notification) => ({
  ...notification,
  startedAt: new Date(notification.startedAt).toISOString(),
  endedAt: notification.endedAt === null ? null : new Date(notification.endedAt).toISOString(),
});

/** What a template is tried on when it is saved. */
const SAMPLE: Message = {
  what: 'notification',
  id: 'msg_1',
  at: 0,
  notification: {
    ...{ id: '1', organizationId: '1', project: { id: 1, slug: 'shop', name: 'Shop' } },
    ...{ rule: { id: '1', name: 'New issues' }, firingKey: '1:1', state: 'firing', priority: 'critical' },
    ...{ title: 'New issue: PaymentError: gateway "down"\n', reason: '50 users in the last hour' },
    ...{ startedAt: 0, endedAt: null, facts: [{ name: 'Users', value: '50' }], cause: null },
    ...{ issue: { id: '1', shortId: 'SHOP-1' }, url: 'https://tandem.example.com/issues/1', labels: {} },
  },
};
