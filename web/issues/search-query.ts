/** The search of issues: which status it asks for, and the term that finds a tag. */
import { isGrouping, readTerms, type Term, termText } from '#web/ui/search-terms.ts';

export type StatusFilter = 'unresolved' | 'resolved' | 'archived' | 'all';
const STATUSES: readonly string[] = ['unresolved', 'resolved', 'archived'];

const isStatus = (term: Term) => term.key === 'is' && !term.negated && STATUSES.includes(term.value);

/** Which of the status chips the text stands for; null when it says something the chips cannot. */
export function statusOf(text: string): StatusFilter | null {
  const terms = readTerms(text);
  const found = terms.filter(isStatus);
  if (found.length > 1 || terms.some(isGrouping)) return null;
  return (found[0]?.value as StatusFilter | undefined) ?? 'all';
}

export function withStatus(text: string, status: StatusFilter): string {
  let rest = text;
  for (const term of readTerms(text).filter(isStatus).toReversed())
    rest = `${rest.slice(0, term.from)}${rest.slice(term.to)}`;
  const kept = rest.replaceAll(/\s+/g, ' ').trim();
  return [status === 'all' ? '' : `is:${status}`, kept].filter(Boolean).join(' ');
}

/** Keys of the search itself: a tag of the same name needs to say that it is one. */
const RESERVED = new Set(
  'age assigned assignedorsuggested assignedto assignee bookmarks culprit events firstrelease firstseen has id is issue lastrelease lastseen message priority project received subscribed timesseen timestamp title type user users usersseen value'.split(
    ' ',
  ),
);

/** The term that finds events with a tag. */
export function tagTermText(tag: string, value: string): string {
  const plain = /^[a-z_@][\w.@/-]*$/i.test(tag) && !RESERVED.has(tag.toLowerCase().replaceAll('_', ''));
  if (plain) return termText(tag, value);
  return termText(
    /^[^\]"\s]+$/.test(tag) ? `tags[${tag}]` : `"${tag.replaceAll(/["\\*]/g, String.raw`\$&`)}"`,
    value,
  );
}
