/**
 * Slack, by an incoming webhook with blocks. https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
 * Limits: https://docs.slack.dev/reference/block-kit/blocks: 50 blocks, a header 150 characters, the text of a section 3000, ten
 * fields of 2000, the label of a button 75, its address 3000. Markup: `&`, `<` and `>` are escaped
 * (https://docs.slack.dev/messaging/formatting-message-text#escaping), which also ends every mention; `verbatim` keeps
 * Slack from making links and mentions of bare names.
 */
import * as z from 'zod';
import type { ChannelKind } from './channel.ts';
import { secretAddress } from './field.ts';
import { cut, cutEscaped, inParts, TONES, type Words, wordsOf } from './words.ts';

const HEADER_MAX = 150;
const TEXT_MAX = 3_000;
const FIELD_MAX = 2_000;
const FIELDS_MAX = 10;
const ADDRESS_MAX = 3_000;
/** Of a quoted line: what one reads before one opens the page. */
const CAUSE_MAX = 1_000;

const settings = z.object({
  webhookUrl: secretAddress({
    label: 'Webhook URL',
    placeholder: 'https://hooks.slack.com/services/…',
    hint: 'api.slack.com/apps → your app → Incoming Webhooks → Add New Webhook.',
  }),
});

export const slack: ChannelKind<z.output<typeof settings>> = {
  kind: 'slack',
  label: 'Slack',
  settings,
  collapses: true,
  send: (message, { webhookUrl }, way) =>
    way.post({ url: webhookUrl, body: JSON.stringify(slackBody(wordsOf(message))) }),
};

function slackBody(words: Words) {
  const { tone, title, reason, facts, cause, entries, more, url, linkLabel } = words;
  const heading = `${TONES[tone].dot} ${title}`;
  return {
    // What a notification on a phone shows, and screen readers read.
    text: escapeCut(heading, TEXT_MAX),
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: cut(heading, HEADER_MAX), emoji: false } },
      // What the header has no room for stands below it.
      ...(heading.length > HEADER_MAX ? [section(escapeCut(title, TEXT_MAX))] : []),
      ...(reason === '' ? [] : [section(escapeCut(reason, TEXT_MAX))]),
      ...tens(facts).map((part) => ({
        type: 'section',
        fields: part.map(({ name, value }) =>
          markup(`*${escapeCut(name, 100)}*\n${escapeCut(value, FIELD_MAX - 110)}`),
        ),
      })),
      ...(cause
        ? [
            section(
              `*Likely cause* ${escapeCut(cause.evidence, 500)}\n\`\`\`${escapeCut(quoted(cause.text), CAUSE_MAX)}\`\`\``,
            ),
          ]
        : []),
      ...listOf(entries, more).map(section),
      ...(url === '' || url.length > ADDRESS_MAX
        ? []
        : [
            {
              type: 'actions',
              elements: [
                {
                  type: 'button',
                  text: { type: 'plain_text', text: cut(linkLabel, 75) },
                  url,
                  style: 'primary',
                },
              ],
            },
          ]),
    ],
  };
}

/** As many to a block as its text takes. */
function listOf(entries: Words['entries'], more: string): string[] {
  const lines = [
    ...entries.map(({ tone, title, detail, url }) => {
      const label = escapeCut(title, 250);
      const named = url === '' || url.length > 500 ? label : `<${url}|${label}>`;
      return `${TONES[tone].dot} ${named}${detail === '' ? '' : ` · ${escapeCut(detail, 200)}`}`;
    }),
    ...(more === '' ? [] : [more]),
  ];
  return inParts(lines, TEXT_MAX);
}

const tens = <Item>(items: readonly Item[]): Item[][] =>
  Array.from({ length: Math.ceil(items.length / FIELDS_MAX) }, (_, part) =>
    items.slice(part * FIELDS_MAX, (part + 1) * FIELDS_MAX),
  );

const markup = (text: string) => ({ type: 'mrkdwn', text, verbatim: true });
const section = (text: string) => ({ type: 'section', text: markup(text) });

/** A fence in the text would end the quote. */
const quoted = (text: string) => text.replaceAll('`', 'ˋ');

const escapeMarkup = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const escapeCut = (text: string, charsMax: number) => cutEscaped(text, charsMax, escapeMarkup);
