/**
 * Mail by the SMTP server that whoever runs the program names (TANDEM_SMTP_URL): its host is theirs to choose, also a private one.
 * One connection a mail: mails are rare, and no connection is left that could be stale when one matters.
 */
import { createTransport } from 'nodemailer';
import { type Mail, NotDelivered, type Reply } from './channel.ts';

/** A mail server looks names up before it greets; nobody waits for it but the dispatcher. Milliseconds. */
const CONNECT_MS_MAX = 10_000;
const SILENCE_MS_MAX = 15_000;
const ANSWER_CHARS_MAX = 500;

/** RFC 5321 4.2.1: 5xx is for ever, 4xx passes. These are about our own credential or standing, which a person puts right. */
const OURS: ReadonlySet<number> = new Set([421, 454, 530, 534, 535, 538]);

export function createSmtp({ url, from }: { url: string; from: string }): Mail {
  const transport = createTransport({
    url,
    connectionTimeout: CONNECT_MS_MAX,
    greetingTimeout: CONNECT_MS_MAX,
    socketTimeout: SILENCE_MS_MAX,
    // A mail has no attachments here; nothing in it may name a file or an address to fetch.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    from,
    async send({ to, subject, text, html, messageId, thread, headers }): Promise<Reply> {
      try {
        const sent = await transport.sendMail({
          ...{ from, to: [...to], subject, text, html, messageId, headers },
          ...(thread ? { references: [thread], inReplyTo: thread } : {}),
        });
        const refused = (sent.rejected ?? []).map(String);
        const said = sent.response.slice(0, ANSWER_CHARS_MAX);
        return {
          status: Number(/^\d{3}/.exec(said)?.[0] ?? 250),
          text: refused.length > 0 ? `${said} (refused: ${refused.join(', ')})` : said,
        };
      } catch (error) {
        throw notDelivered(error);
      }
    },
  };
}

function notDelivered(error: unknown): NotDelivered {
  const { responseCode, response, message } = error as {
    responseCode?: number;
    response?: string;
    message?: string;
  };
  const status = responseCode ?? null;
  return new NotDelivered(
    { status, text: (response || message || String(error)).slice(0, ANSWER_CHARS_MAX) },
    { isFinal: status !== null && status >= 500 && !OURS.has(status), cause: error },
  );
}
