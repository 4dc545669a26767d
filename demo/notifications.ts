/** Who is told: an e-mail and a webhook, as channels of the Tandem, and the receivers behind them in this process. */
import type { Channel, ChannelRequest } from '#contract/channels.ts';
import { type Mailbox, openMailbox, openWebhook, type Webhook } from './receivers.ts';
import type { Tandem } from './tandem.ts';

export const ON_CALL = 'oncall@shop.example';

export interface Receivers {
  mailbox: Mailbox;
  webhook: Webhook;
  /** What a Tandem must be started with to reach them: they are at an address that is nobody else's. */
  environment: Record<string, string>;
  close(): void;
}

export async function openReceivers(): Promise<Receivers> {
  const [mailbox, webhook] = await Promise.all([openMailbox(), openWebhook()]);
  return {
    mailbox,
    webhook,
    environment: {
      TANDEM_SMTP_URL: mailbox.url,
      TANDEM_MAIL_FROM: 'Tandem <tandem@shop.example>',
      TANDEM_OUTBOUND_ALLOW: new URL(webhook.url).host,
    },
    close() {
      mailbox.close();
      webhook.close();
    },
  };
}

/** The ids of both channels. */
export async function makeChannels(tandem: Tandem, { webhook }: Receivers): Promise<string[]> {
  const wanted: ChannelRequest[] = [
    { kind: 'email', name: 'On call', settings: { to: [ON_CALL] } },
    { kind: 'webhook', name: 'Incidents', settings: { url: webhook.url } },
  ];
  const made = await Promise.all(
    wanted.map((channel) => tandem.send<Channel>('POST', '/api/v1/channels', channel)),
  );
  return made.map(({ id }) => id);
}
