/**
 * E-mail, by the server's own SMTP: plain text and HTML, both whole. Mails of one firing make one conversation. Text of others is
 * escaped in the HTML and has no line ends in the subject (RFC 5322 2.1.1: lines of 998 at most, which nodemailer folds).
 */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { type ChannelKind, type Message, NotDelivered } from './channel.ts';
import { list } from './field.ts';
import { cut, TONES, type Tone, type Words, wordsOf } from './words.ts';

/** Of a channel: more people are a mailing list. */
const RECIPIENTS_MAX = 50;
/** What lists of mails show. */
const SUBJECT_MAX = 200;

const settings = z.object({
  to: list(z.email().max(320), RECIPIENTS_MAX, {
    label: 'Recipients',
    placeholder: 'oncall@example.com',
    hint: `One address a line, ${RECIPIENTS_MAX} at most.`,
  }),
});

export const email: ChannelKind<z.output<typeof settings>> = {
  kind: 'email',
  label: 'E-mail',
  settings,
  collapses: true,
  async send(message, { to }, way) {
    if (!way.mail)
      throw new NotDelivered({ status: null, text: 'This server has no SMTP: set TANDEM_SMTP_URL.' });
    const words = wordsOf(message);
    const host =
      way.mail.from
        .split('@')
        .at(-1)
        ?.replace(/[^\w.-]/g, '') || 'tandem';
    return way.mail.send({
      to,
      subject: cut(`${words.tone === 'critical' ? '🔴 ' : ''}${words.title}`, SUBJECT_MAX),
      text: mailText(words),
      html: mailHtml(words),
      messageId: `<${idOf(message.id)}@${host}>`,
      thread: threadOf(message, host),
      headers: {
        // RFC 3834: nobody's holiday notice answers it.
        'auto-submitted': 'auto-generated',
        'x-auto-response-suppress': 'All',
      },
    });
  },
};

const idOf = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 32);

const threadOf = (message: Message, host: string): string | null =>
  message.what === 'notification' ? `<firing-${idOf(message.notification.firingKey)}@${host}>` : null;

export function mailText({ title, reason, facts, cause, entries, more, url, linkLabel }: Words): string {
  const width = Math.min(Math.max(...facts.map(({ name }) => name.length), 0), 24);
  const blocks = [
    title,
    reason,
    facts.map(({ name, value }) => `${`${name}:`.padEnd(width + 2)}${value}`).join('\n'),
    cause ? `Likely cause (${cause.evidence}):\n${indented(cause.text)}\n${cause.url}`.trimEnd() : '',
    entries
      .map(
        (entry) =>
          `${TONES[entry.tone].dot} ${entry.title}${entry.detail ? ` - ${entry.detail}` : ''}\n   ${entry.url}`,
      )
      .join('\n'),
    more,
    url === '' ? '' : `${linkLabel}: ${url}`,
  ];
  return `${blocks.filter(Boolean).join('\n\n')}\n`;
}

const indented = (text: string) =>
  text
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');

const BAR: Record<Tone, string> = {
  critical: TONES.critical.color,
  warning: TONES.warning.color,
  info: TONES.info.color,
  resolved: TONES.resolved.color,
};

/** Styles stand at each element: mail programs read no others. No picture, so nothing is fetched when it is opened. */
export function mailHtml({
  tone,
  title,
  reason,
  facts,
  cause,
  entries,
  more,
  url,
  linkLabel,
}: Words): string {
  const font = 'font-family:-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif';
  const parts = [
    `<h1 style="font-size:18px;line-height:1.35;margin:0 0 8px">${escapeMarkup(title)}</h1>`,
    reason && `<p style="margin:0 0 12px;font-size:15px">${escapeMarkup(reason)}</p>`,
    facts.length > 0 &&
      `<table role="presentation" style="border-collapse:collapse;margin:0 0 12px;font-size:14px">${facts
        .map(
          ({ name, value }) =>
            `<tr><td style="padding:2px 16px 2px 0;color:#667085;vertical-align:top">${escapeMarkup(name)}</td><td style="padding:2px 0">${escapeMarkup(value)}</td></tr>`,
        )
        .join('')}</table>`,
    cause &&
      `<p style="margin:0 0 4px;font-size:14px"><strong>Likely cause:</strong> ${escapeMarkup(cause.evidence)}</p><pre style="margin:0 0 12px;padding:8px 12px;background:#f2f4f7;border-radius:6px;font-size:13px;white-space:pre-wrap;overflow-wrap:anywhere">${escapeMarkup(cause.text)}</pre>`,
    entries.length > 0 &&
      `<ul style="margin:0 0 12px;padding:0;list-style:none;font-size:14px">${entries
        .map(
          (entry) =>
            `<li style="margin:0 0 6px">${TONES[entry.tone].dot} ${linked(entry.url, entry.title)}${entry.detail ? `<span style="color:#667085"> · ${escapeMarkup(entry.detail)}</span>` : ''}</li>`,
        )
        .join('')}</ul>`,
    more && `<p style="margin:0 0 12px;font-size:14px;color:#667085">${escapeMarkup(more)}</p>`,
    url &&
      `<p style="margin:16px 0 0"><a href="${escapeMarkup(url)}" style="display:inline-block;padding:8px 14px;background:#1d2939;color:#ffffff;border-radius:6px;text-decoration:none;font-size:14px">${escapeMarkup(linkLabel)}</a></p>`,
  ];
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeMarkup(title)}</title></head><body style="margin:0;padding:16px;${font};color:#1d2939"><div style="max-width:640px;border-left:4px solid ${BAR[tone]};padding-left:16px">${parts.filter(Boolean).join('')}</div></body></html>`;
}

const linked = (url: string, label: string) =>
  url === ''
    ? escapeMarkup(label)
    : `<a href="${escapeMarkup(url)}" style="color:#175cd3">${escapeMarkup(label)}</a>`;

const escapeMarkup = (text: string) =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
