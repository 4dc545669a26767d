/**
 * Rocket.Chat, by an incoming webhook. https://docs.rocket.chat/docs/integrations
 * A message has 5000 characters unless its administrator says otherwise (Message_MaxAllowedSize).
 */
import * as z from 'zod';
import { type ChannelKind, NotDelivered } from './channel.ts';
import { chatAttachment } from './chat-attachment.ts';
import { optionalText, secretAddress } from './field.ts';
import { wordsOf } from './words.ts';

const LIMITS = { textMax: 3_500, valueMax: 300 };

const settings = z.object({
  webhookUrl: secretAddress({
    label: 'Webhook URL',
    placeholder: 'https://chat.example.com/hooks/…/…',
    hint: 'Workspace → Integrations → New → Incoming.',
  }),
  channel: optionalText({
    label: 'Channel',
    hint: 'Another one than the integration’s own, if it allows that.',
    placeholder: '#alerts',
  }),
});

export const rocketchat: ChannelKind<z.output<typeof settings>> = {
  kind: 'rocketchat',
  label: 'Rocket.Chat',
  settings,
  collapses: true,
  async send(message, { webhookUrl, channel }, way) {
    const reply = await way.post({
      url: webhookUrl,
      body: JSON.stringify({
        alias: 'Tandem',
        ...(channel === '' ? {} : { channel }),
        attachments: [chatAttachment(wordsOf(message), LIMITS)],
      }),
    });
    // It says 200 to some of what it does not do.
    if (/"success":\s*false/.test(reply.text)) throw new NotDelivered(reply, { isFinal: true });
    return reply;
  },
};
