/**
 * PagerDuty, by Events API v2: a firing triggers an incident, its end resolves the same one, told by `dedup_key`.
 * https://developer.pagerduty.com/docs/send-alert-event: a summary has 1024 characters, a dedup_key 255, an event 512 KB; severities
 * are critical, error, warning and info.
 */
import * as z from 'zod';
import type { ChannelKind, Message } from './channel.ts';
import { secretText, webAddress } from './field.ts';
import { incidentOf, keyWithin } from './incident.ts';
import { cut } from './words.ts';

const SUMMARY_MAX = 1_024;
const KEY_MAX = 255;
const SOURCE_MAX = 255;

const settings = z.object({
  routingKey: secretText({
    label: 'Integration key',
    placeholder: '32 characters',
    hint: 'Service → Integrations → Add integration → Events API V2.',
  }),
  apiUrl: webAddress({
    label: 'Events address',
    initial: 'https://events.pagerduty.com',
    hint: 'https://events.eu.pagerduty.com for accounts in Europe.',
  }),
});

export const pagerduty: ChannelKind<z.output<typeof settings>> = {
  kind: 'pagerduty',
  label: 'PagerDuty',
  settings,
  collapses: false,
  send: (message, { routingKey, apiUrl }, way) =>
    way.post({
      url: `${apiUrl.replace(/\/+$/, '')}/v2/enqueue`,
      body: JSON.stringify({ routing_key: routingKey, ...eventOf(message) }),
    }),
};

function eventOf(message: Message) {
  const { key, isOver, words, notification } = incidentOf(message);
  const dedup_key = keyWithin(key, KEY_MAX);
  if (isOver) return { event_action: 'resolve', dedup_key };
  return {
    event_action: 'trigger',
    dedup_key,
    client: 'Tandem',
    ...(words.url === ''
      ? {}
      : { client_url: words.url, links: [{ href: words.url, text: words.linkLabel }] }),
    payload: {
      summary: cut(words.title, SUMMARY_MAX),
      source: cut(notification.project?.slug ?? 'tandem', SOURCE_MAX),
      severity: notification.priority,
      timestamp: new Date(notification.startedAt).toISOString(),
      group: cut(notification.project?.name ?? '', SOURCE_MAX),
      class: cut(notification.rule.name, SOURCE_MAX),
      custom_details: {
        reason: words.reason,
        ...Object.fromEntries(words.facts.map(({ name, value }) => [name, value])),
        ...(words.cause
          ? { 'Likely cause': cut(words.cause.text, 2_000), Evidence: words.cause.evidence }
          : {}),
        labels: notification.labels,
      },
    },
  };
}
