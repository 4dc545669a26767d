/**
 * Discord, by the webhook of a channel, with one embed. https://discord.com/developers/docs/resources/webhook#execute-webhook
 * Limits: https://discord.com/developers/docs/resources/message#embed-object-embed-limits: title 256, description 4096, 25 fields
 * of 256 and 1024, 6000 in all; content 2000. Nobody is mentioned, whatever a text says: `allowed_mentions` is empty.
 */
import * as z from 'zod';
import { type ChannelKind, NotDelivered } from './channel.ts';
import { secretAddress } from './field.ts';
import { escapeMarkdown } from './markdown.ts';
import { boundedWait } from './ways.ts';
import { cut, cutEscaped, TONES, type Words, wordsOf } from './words.ts';

const TITLE_MAX = 256;
const NAME_MAX = 256;
/** 1024 are allowed; all of it together 6000. */
const VALUE_MAX = 300;
const FIELDS_MAX = 10;
const DESCRIPTION_MAX = 2_400;
const CAUSE_MAX = 900;

const settings = z.object({
  webhookUrl: secretAddress({
    label: 'Webhook URL',
    placeholder: 'https://discord.com/api/webhooks/…',
    hint: 'Channel settings → Integrations → Webhooks → Copy Webhook URL.',
  }),
});

export const discord: ChannelKind<z.output<typeof settings>> = {
  kind: 'discord',
  label: 'Discord',
  settings,
  collapses: true,
  async send(message, { webhookUrl }, way) {
    const url = new URL(webhookUrl);
    // With it the answer tells whether the message is there.
    url.searchParams.set('wait', 'true');
    try {
      return await way.post({ url: url.href, body: JSON.stringify(discordBody(wordsOf(message))) });
    } catch (error) {
      throw withDiscordsWait(error);
    }
  },
};

/** Their answer tells the wait more precisely than its header. https://discord.com/developers/docs/topics/rate-limits */
function withDiscordsWait(error: unknown): unknown {
  if (!(error instanceof NotDelivered) || error.reply.status !== 429) return error;
  const seconds = Number(
    /"retry_after":\s*(\d{1,6}(?:\.\d{1,6})?)/.exec(error.reply.text)?.[1] ?? Number.NaN,
  );
  if (!Number.isFinite(seconds)) return error;
  return new NotDelivered(error.reply, { retryAfterMs: boundedWait(seconds * 1_000), cause: error });
}

function discordBody({ tone, title, reason, facts, cause, entries, more, url, linkLabel }: Words) {
  const escaped = (text: string, charsMax: number) => cutEscaped(text, charsMax, escapeMarkdown);
  const lines = [
    ...(reason === '' ? [] : [escaped(reason, 600)]),
    ...(cause
      ? [
          `**Likely cause** ${escaped(cause.evidence, 300)}`,
          // Within a fence nothing but its end means anything.
          `\`\`\`\n${cut(cause.text.replaceAll('`', 'ˋ'), CAUSE_MAX)}\n\`\`\``,
        ]
      : []),
    ...fitting(
      entries.map((entry) => {
        const label = escaped(entry.title, 160);
        const named = entry.url === '' || entry.url.length > 300 ? label : `[${label}](${entry.url})`;
        return `${TONES[entry.tone].dot} ${named}`;
      }),
    ),
    ...(more === '' ? [] : [more]),
    ...(url === '' ? [] : [`[${linkLabel}](${url})`]),
  ];
  return {
    username: 'Tandem',
    allowed_mentions: { parse: [] },
    embeds: [
      {
        title: escaped(`${TONES[tone].dot} ${title}`, TITLE_MAX),
        ...(url === '' ? {} : { url }),
        color: Number.parseInt(TONES[tone].color.slice(1), 16),
        description: lines.join('\n'),
        fields: facts.slice(0, FIELDS_MAX).map(({ name, value }) => ({
          name: escaped(name, Math.min(NAME_MAX, 100)),
          value: escaped(value, VALUE_MAX),
          inline: value.length <= 40,
        })),
      },
    ],
  };
}

/** As many as the description takes; all of them are where the link leads. */
function fitting(lines: readonly string[]): string[] {
  let room = DESCRIPTION_MAX;
  return lines.filter((line) => {
    room -= line.length + 1;
    return room >= 0;
  });
}
