/**
 * Telegram, by a bot. https://core.telegram.org/bots/api#sendmessage
 * Formatted as HTML: of others' text only `&`, `<` and `>` mean anything there (#html-style). A text has 4096 characters at most
 * after its entities are read.
 */
import * as z from 'zod';
import { type ChannelKind, NotDelivered } from './channel.ts';
import { optionalText, secretText, text, webAddress } from './field.ts';
import { withoutCalls } from './markdown.ts';
import { boundedWait } from './ways.ts';
import { cut as cutTo, TONES, type Words, wordsOf } from './words.ts';

const TEXT_MAX = 4_096;
const CAUSE_MAX = 900;

const settings = z.object({
  token: secretText({
    label: 'Bot token',
    placeholder: '123456:ABC-DEF…',
    hint: 'From @BotFather. The bot must be a member of the chat.',
  }),
  chatId: text({
    label: 'Chat',
    placeholder: '-1001234567890 or @channelname',
    hint: 'The number of the chat, or the name of a public channel.',
  }),
  topicId: optionalText({ label: 'Topic', hint: 'Number of a topic of a group that has topics.' }),
  apiUrl: webAddress({
    label: 'Bot API',
    initial: 'https://api.telegram.org',
    hint: 'Another one, if you run your own Bot API server.',
  }),
});

export const telegram: ChannelKind<z.output<typeof settings>> = {
  kind: 'telegram',
  label: 'Telegram',
  settings,
  collapses: true,
  async send(message, { token, chatId, topicId, apiUrl }, way) {
    const body = {
      chat_id: chatId,
      ...(/^\d+$/.test(topicId) ? { message_thread_id: Number(topicId) } : {}),
      text: telegramText(wordsOf(message)),
      parse_mode: 'HTML',
      link_preview_options: { is_disabled: true },
    };
    try {
      return await way.post({
        url: `${apiUrl.replace(/\/+$/, '')}/bot${encodeURIComponent(token).replaceAll('%3A', ':')}/sendMessage`,
        body: JSON.stringify(body),
      });
    } catch (error) {
      throw withTelegramsWait(error);
    }
  },
};

/** They ask for a wait in the answer, not in a header. https://core.telegram.org/bots/api#responseparameters */
function withTelegramsWait(error: unknown): unknown {
  if (!(error instanceof NotDelivered)) return error;
  const seconds = /"retry_after":\s*(\d{1,6})/.exec(error.reply.text)?.[1];
  return seconds === undefined
    ? error
    : new NotDelivered(error.reply, { retryAfterMs: boundedWait(Number(seconds) * 1_000), cause: error });
}

/** Names in it call nobody. */
const cut = (content: string, charsMax: number) => cutTo(withoutCalls(content), charsMax);

/** Each line with the length that Telegram counts: without its tags. */
function telegramText({ tone, title, reason, facts, cause, entries, more, url, linkLabel }: Words): string {
  const first = line('<b>', `${TONES[tone].dot} ${cut(title, 600)}`, '</b>');
  const last = url === '' ? null : line(`<a href="${escapeMarkup(url)}">`, linkLabel, '</a>');
  const between = [
    ...(reason === '' ? [] : [line('', cut(reason, 600), '')]),
    ...facts.map(({ name, value }) => {
      const label = cut(name, 100);
      const shown = cut(value, 300);
      return {
        html: `<b>${escapeMarkup(label)}:</b> ${escapeMarkup(shown)}`,
        length: label.length + shown.length + 2,
      };
    }),
    ...(cause
      ? [
          line('<b>Likely cause:</b> ', cut(cause.evidence, 300), ''),
          line('<pre>', cut(cause.text, CAUSE_MAX), '</pre>'),
        ]
      : []),
    ...entries.map((entry) => {
      const label = cut(entry.title, 160);
      const named =
        entry.url === ''
          ? escapeMarkup(label)
          : `<a href="${escapeMarkup(entry.url)}">${escapeMarkup(label)}</a>`;
      return { html: `${TONES[entry.tone].dot} ${named}`, length: label.length + 3 };
    }),
    ...(more === '' ? [] : [line('', more, '')]),
  ];
  let room = TEXT_MAX - first.length - (last?.length ?? 0) - 20;
  const kept = between.filter(({ length }) => {
    room -= length + 1;
    return room >= 0;
  });
  return [first, ...kept, ...(last ? [last] : [])].map(({ html }) => html).join('\n');
}

const line = (before: string, content: string, after: string) => ({
  html: before + escapeMarkup(content) + after,
  length: content.length + 20,
});

const escapeMarkup = (content: string) =>
  content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
