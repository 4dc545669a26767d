/** An issue as a few lines of Markdown, for a ticket or a chat. Its texts are hostile there too, so they are code. */
import type { IssueDetail } from '#contract/issues.ts';
import { counted } from '#web/ui/number.ts';

/** Code that nothing in the text can end: the fence is longer than any run of backticks in it. */
export function markdownCode(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = '`'.repeat(longest + 1);
  const space = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${space}${line}${space}${fence}`;
}

export function issueMarkdown(issue: IssueDetail, link: string): string {
  return [
    `**[${issue.shortId}](${link})** ${markdownCode(issue.title)}`,
    '',
    ...(issue.culprit ? [`- where: ${markdownCode(issue.culprit)}`] : []),
    `- ${counted(issue.events, 'event')}, ${counted(issue.users, 'user')}, ${issue.level}, ${issue.substate}`,
    `- first seen ${issue.firstSeen}${issue.firstRelease ? ` in ${markdownCode(issue.firstRelease)}` : ''}`,
    `- last seen ${issue.lastSeen}${issue.lastRelease ? ` in ${markdownCode(issue.lastRelease)}` : ''}`,
    '',
  ].join('\n');
}
