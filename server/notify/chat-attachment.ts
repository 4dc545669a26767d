/**
 * The attachment that Mattermost and Rocket.Chat both took over from Slack: a title with a link, markdown, and fields. Names of
 * people and groups in it call nobody.
 */
import { escapeMarkdown, withoutCalls } from './markdown.ts';
import { cut, cutEscaped, TONES, type Words } from './words.ts';

export interface AttachmentLimits {
  /** Of the text of an attachment. */
  textMax: number;
  /** Of one value. */
  valueMax: number;
}

export function chatAttachment(words: Words, { textMax, valueMax }: AttachmentLimits) {
  const { tone, title, facts, url } = words;
  const heading = cut(withoutCalls(`${TONES[tone].dot} ${title}`), 300);
  return {
    fallback: heading,
    color: TONES[tone].color,
    // Read as plain text by both.
    title: heading,
    ...(url === '' ? {} : { title_link: url }),
    text: textOf(words, textMax),
    fields: facts.map(({ name, value }) => ({
      title: cut(nameOf(name), 100),
      value: cutEscaped(value, valueMax, escapeMarkdown),
      short: value.length <= 40,
    })),
  };
}

/** As it is, for it is read; but versions differ in whether they make a link of one. */
const nameOf = (name: string) => (name.includes('](') ? escapeMarkdown(name) : withoutCalls(name));

function textOf({ reason, cause, entries, more, url, linkLabel }: Words, textMax: number): string {
  const escaped = (text: string, charsMax: number) => cutEscaped(text, charsMax, escapeMarkdown);
  const link = url === '' ? [] : [`[${linkLabel}](${url})`];
  const lines = [
    ...(reason === '' ? [] : [escaped(reason, 600)]),
    ...(cause
      ? [
          `**Likely cause:** ${escaped(cause.evidence, 300)}`,
          `\`\`\`\n${withoutCalls(cut(cause.text.replaceAll('`', 'ˋ'), 900))}\n\`\`\``,
        ]
      : []),
    ...entries.map((entry) => {
      const label = escaped(entry.title, 160);
      const named = entry.url === '' ? label : `[${label}](${entry.url})`;
      return `${TONES[entry.tone].dot} ${named}${entry.detail === '' ? '' : ` · ${escaped(entry.detail, 120)}`}`;
    }),
    ...(more === '' ? [] : [more]),
  ];
  let room = textMax - (link[0]?.length ?? 0) - 1;
  const kept = lines.filter((each) => {
    room -= each.length + 1;
    return room >= 0;
  });
  return [...kept, ...link].join('\n');
}
