/**
 * Prometheus' Alertmanager, by POST /api/v2/alerts of its OpenAPI (github.com/prometheus/alertmanager, api/v2/openapi.yaml): from
 * there its own routes and silences decide. It takes an alert for over when nobody repeats it within `resolve_timeout`, unless
 * it says when it ends: a firing is given an end far off, and its true one when it is over. Labels tell which alert it is,
 * so both have the same ones.
 */
import * as z from 'zod';
import type { Notification } from '#server/record/notification.ts';
import type { ChannelKind } from './channel.ts';
import { optionalSecret, webAddress } from './field.ts';
import { type Incident, incidentOf, keyWithin } from './incident.ts';
import { cut } from './words.ts';

/** A firing of which nobody tells the end is over after this, milliseconds: 30 days. */
const OPEN_MS = 30 * 24 * 3_600_000;
const VALUE_MAX = 1_000;
const ANNOTATION_MAX = 4_000;
const LABELS_MAX = 30;

const settings = z.object({
  url: webAddress({
    label: 'Address',
    placeholder: 'https://alertmanager.example.com',
    hint: 'Where its page is. One at a private address needs TANDEM_OUTBOUND_ALLOW.',
  }),
  authorization: optionalSecret({
    label: 'Authorization header',
    placeholder: 'Bearer … or Basic …',
    hint: 'Only if a proxy in front of it asks for one.',
  }),
});

export const alertmanager: ChannelKind<z.output<typeof settings>> = {
  kind: 'alertmanager',
  label: 'Alertmanager',
  settings,
  collapses: false,
  send: (message, { url, authorization }, way) =>
    way.post({
      url: `${url.replace(/\/+$/, '')}/api/v2/alerts`,
      headers: authorization === '' ? {} : { authorization },
      body: JSON.stringify([alertOf(incidentOf(message), way.now())]),
    }),
};

function alertOf({ key, words, notification }: Incident, now: number) {
  const { startedAt, endedAt, state } = notification;
  const endsAt = state === 'resolved' ? (endedAt ?? now) : now + OPEN_MS;
  return {
    labels: labelsOf(notification, key),
    annotations: withoutEmpty({
      summary: cut(words.title, ANNOTATION_MAX),
      description: cut(words.reason, ANNOTATION_MAX),
      cause: words.cause ? cut(`${words.cause.text} (${words.cause.evidence})`, ANNOTATION_MAX) : '',
      ...Object.fromEntries(
        words.facts.map(({ name, value }) => [labelName(name), cut(value, ANNOTATION_MAX)]),
      ),
    }),
    startsAt: new Date(startedAt).toISOString(),
    endsAt: new Date(Math.max(endsAt, startedAt)).toISOString(),
    ...(words.url === '' ? {} : { generatorURL: words.url }),
  };
}

const labelsOf = ({ labels, rule, project, priority }: Notification, key: string) =>
  withoutEmpty({
    ...Object.fromEntries(
      Object.entries(labels)
        .slice(0, LABELS_MAX)
        .map(([name, value]) => [labelName(name), cut(value, VALUE_MAX)]),
    ),
    alertname: cut(rule.name, VALUE_MAX),
    severity: priority,
    project: project?.slug ?? '',
    firing: keyWithin(key, VALUE_MAX),
    source: 'tandem',
  });

/** `[a-zA-Z_][a-zA-Z0-9_]*`, as every Alertmanager takes it. */
function labelName(name: string): string {
  const tame = name.replaceAll(/[^a-zA-Z0-9_]/g, '_').slice(0, 100);
  return /^[a-zA-Z_]/.test(tame) ? tame : `_${tame}`;
}

/** An empty label is no label there. */
const withoutEmpty = (labels: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''));
