/** What merging and taking apart say in the activity of an issue. */
export function mergeSentence(
  kind: 'merged' | 'unmerged',
  who: string,
  data: Readonly<Record<string, unknown>>,
): string {
  if (kind === 'merged') {
    const issues = Array.isArray(data.issues) ? data.issues : [];
    const names = issues.flatMap((issue) => (typeof issue?.shortId === 'string' ? [issue.shortId] : []));
    return `${who} merged ${names.length > 0 ? listed(names) : 'other issues'} into it`;
  }
  if (typeof data.into === 'string') return `${who} took ${data.into} out of it`;
  const from = typeof data.from === 'string' ? data.from : 'another issue';
  return data.isBack === true ? `${who} took it out of ${from} again` : `${who} took it out of ${from}`;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5);
  const more = names.length - shown.length;
  const last = more > 0 ? `${more} more` : shown.pop();
  return shown.length > 0 ? `${shown.join(', ')} and ${last}` : String(last);
}
