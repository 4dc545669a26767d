/**
 * Opsgenie, and Jira Service Management's operations by the same API: a firing creates an alert, its end closes the one with the same
 * alias. https://docs.opsgenie.com/docs/alert-api: message 130 characters, alias 512, description 15000, 20 tags of 50, details 8000
 * in all, entity 512, source 100, note 25000; priorities P1 to P5.
 */
import * as z from 'zod';
import type { Notification } from '#server/record/notification.ts';
import type { ChannelKind } from './channel.ts';
import { secretText, webAddress } from './field.ts';
import { type Incident, incidentOf, keyWithin } from './incident.ts';
import { cut } from './words.ts';

const MESSAGE_MAX = 130;
const ALIAS_MAX = 512;
const DESCRIPTION_MAX = 15_000;
const DETAILS_MAX = 8_000;
const DETAIL_MAX = 1_000;
const ENTITY_MAX = 512;
const TAGS_MAX = 20;
const TAG_MAX = 50;

const settings = z.object({
  apiKey: secretText({ label: 'API key', hint: 'Teams → your team → Integrations → API.' }),
  apiUrl: webAddress({
    label: 'API address',
    initial: 'https://api.opsgenie.com',
    hint: 'https://api.eu.opsgenie.com for accounts in Europe.',
  }),
});

const PRIORITY: Record<Notification['priority'], string> = { critical: 'P1', warning: 'P3', info: 'P5' };

export const opsgenie: ChannelKind<z.output<typeof settings>> = {
  kind: 'opsgenie',
  label: 'Opsgenie',
  settings,
  collapses: false,
  send(message, { apiKey, apiUrl }, way) {
    const incident = incidentOf(message);
    const alias = keyWithin(incident.key, ALIAS_MAX);
    const base = `${apiUrl.replace(/\/+$/, '')}/v2/alerts`;
    const headers = { authorization: `GenieKey ${apiKey}` };
    return incident.isOver
      ? way.post({
          url: `${base}/${encodeURIComponent(alias)}/close?identifierType=alias`,
          headers,
          body: JSON.stringify({ source: 'Tandem', note: `${incident.words.title}\n${incident.words.url}` }),
        })
      : way.post({ url: base, headers, body: JSON.stringify({ alias, ...alertOf(incident) }) });
  },
};

function alertOf({ words, notification }: Incident) {
  const { title, reason, facts, cause, url } = words;
  const lines = [
    reason,
    ...(cause ? [`Likely cause: ${cause.evidence}`, cause.text] : []),
    ...(url === '' ? [] : [url]),
  ].filter(Boolean);
  return {
    message: cut(title, MESSAGE_MAX),
    description: cut(lines.join('\n\n'), DESCRIPTION_MAX),
    priority: PRIORITY[notification.priority],
    source: 'Tandem',
    entity: cut(notification.project?.slug ?? '', ENTITY_MAX),
    tags: Object.entries(notification.labels)
      .slice(0, TAGS_MAX)
      .map(([name, value]) => cut(`${name}:${value}`.replaceAll(',', ' '), TAG_MAX)),
    details: detailsOf(facts),
  };
}

function detailsOf(facts: Incident['words']['facts']): Record<string, string> {
  let room = DETAILS_MAX;
  const details: Record<string, string> = {};
  for (const { name, value } of facts) {
    const shown = cut(value, DETAIL_MAX);
    room -= name.length + shown.length;
    if (room >= 0) details[name] = shown;
  }
  return details;
}
