/**
 * Microsoft Teams, by the webhook of a workflow ("When a Teams webhook request is received"), with an adaptive card of version 1.4.
 * https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
 * Text of others stands in text runs alone: they know no markdown (https://adaptivecards.io/explorer/TextRun.html), whereas
 * text blocks and facts do. A message may have 28 KB as Teams counts it, in UTF-16
 * (https://learn.microsoft.com/microsoftteams/limits-specifications-teams): what does not fit is left out from below.
 */
import * as z from 'zod';
import type { ChannelKind } from './channel.ts';
import { secretAddress } from './field.ts';
import { cut, TONES, type Tone, type Words, wordsOf } from './words.ts';

/** 28 KB in UTF-16, with room for what Teams puts around it. */
const CHARS_MAX = 13_000;
const TEXT_MAX = 1_500;

const settings = z.object({
  webhookUrl: secretAddress({
    label: 'Webhook URL',
    placeholder: 'https://….logic.azure.com/workflows/…',
    hint: 'In Teams: the channel’s … → Workflows → Send webhook alerts to a channel.',
  }),
});

export const teams: ChannelKind<z.output<typeof settings>> = {
  kind: 'teams',
  label: 'Microsoft Teams',
  settings,
  collapses: true,
  send: (message, { webhookUrl }, way) =>
    way.post({
      url: webhookUrl,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: teamsBody(wordsOf(message)),
    }),
};

const COLORS: Record<Tone, string> = {
  critical: 'attention',
  warning: 'warning',
  info: 'accent',
  resolved: 'good',
};

function teamsBody(words: Words): string {
  const paragraphs = paragraphsOf(words);
  for (;;) {
    const text = JSON.stringify(envelope(words, paragraphs));
    if (text.length <= CHARS_MAX || paragraphs.length <= 1) return text;
    paragraphs.pop();
  }
}

const envelope = ({ title, url, linkLabel }: Words, body: unknown[]) => ({
  type: 'message',
  // What the list of chats and a phone show.
  summary: cut(title, 200),
  attachments: [
    {
      contentType: 'application/vnd.microsoft.card.adaptive',
      contentUrl: null,
      content: {
        $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
        type: 'AdaptiveCard',
        version: '1.4',
        msteams: { width: 'Full' },
        body,
        ...(url === '' ? {} : { actions: [{ type: 'Action.OpenUrl', title: cut(linkLabel, 75), url }] }),
      },
    },
  ],
});

function paragraphsOf({ tone, title, reason, facts, cause, entries, more }: Words): unknown[] {
  const runs = (...inlines: object[]) => ({ type: 'RichTextBlock', inlines, spacing: 'small' });
  const run = (text: string, look: object = {}) => ({ type: 'TextRun', text: cut(text, TEXT_MAX), ...look });
  const open = (url: string) => (url === '' ? {} : { selectAction: { type: 'Action.OpenUrl', url } });
  return [
    runs(run(title, { weight: 'bolder', size: 'medium', color: COLORS[tone] })),
    ...(reason === '' ? [] : [runs(run(reason))]),
    ...facts.map(({ name, value }) => runs(run(`${cut(name, 100)}: `, { weight: 'bolder' }), run(value))),
    ...(cause
      ? [
          runs(run('Likely cause: ', { weight: 'bolder' }), run(cause.evidence)),
          runs(run(cause.text, { fontType: 'monospace', ...open(cause.url) })),
        ]
      : []),
    ...entries.map((entry) =>
      runs(
        run(`${TONES[entry.tone].dot} `),
        run(cut(entry.title, 250), open(entry.url)),
        ...(entry.detail === '' ? [] : [run(` · ${cut(entry.detail, 200)}`, { isSubtle: true })]),
      ),
    ),
    ...(more === '' ? [] : [runs(run(more, { isSubtle: true }))]),
  ];
}
