/**
 * Mattermost, by an incoming webhook. https://developers.mattermost.com/integrate/webhooks/incoming/
 * A post has 16383 characters (https://docs.mattermost.com, Message length); longer texts of attachments are folded. Mentions are read in
 * the text of attachments too.
 */
import * as z from 'zod';
import type { ChannelKind } from './channel.ts';
import { chatAttachment } from './chat-attachment.ts';
import { optionalText, secretAddress } from './field.ts';
import { wordsOf } from './words.ts';

const LIMITS = { textMax: 8_000, valueMax: 500 };

const settings = z.object({
  webhookUrl: secretAddress({
    label: 'Webhook URL',
    placeholder: 'https://chat.example.com/hooks/…',
    hint: 'Main menu → Integrations → Incoming Webhooks.',
  }),
  channel: optionalText({
    label: 'Channel',
    hint: 'Another one than the webhook’s own, if it is not locked to it.',
    placeholder: 'town-square',
  }),
});

export const mattermost: ChannelKind<z.output<typeof settings>> = {
  kind: 'mattermost',
  label: 'Mattermost',
  settings,
  collapses: true,
  send: (message, { webhookUrl, channel }, way) =>
    way.post({
      url: webhookUrl,
      body: JSON.stringify({
        username: 'Tandem',
        ...(channel === '' ? {} : { channel }),
        attachments: [chatAttachment(wordsOf(message), LIMITS)],
      }),
    }),
};
