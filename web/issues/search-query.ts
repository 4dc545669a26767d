/**
 * The text of the search bar as the page needs to know it: which terms it has, which status it asks for, how to
 * add a term, and mistakes that can be pointed at before asking the server. The server reads it for real.
 */
export interface Term {
  /** Characters of the text this term covers. */
  from: number;
  to: number;
  negated: boolean;
  /** Empty for free text. */
  key: string;
  /** Without its quotes. */
  value: string;
  quoted: boolean;
  /** A quote that was never closed. */
  open: boolean;
}

export type StatusFilter = 'unresolved' | 'resolved' | 'archived' | 'all';
const STATUSES: readonly string[] = ['unresolved', 'resolved', 'archived'];

const TERM =
  /(?<not>!?)(?:(?<key>(?:tags\[[^\]\x22\s]+\]|[\w.@/-]+)):(?!\/\/))?(?:"(?<quoted>(?:[^"\\]|\\.)*)(?<close>"?)|(?<list>\[[^\]]*\]?)|(?<plain>[^\s"]*))/y;

export function readTerms(text: string): Term[] {
  const terms: Term[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text[at] ?? '')) {
      at += 1;
      continue;
    }
    TERM.lastIndex = at;
    const found = TERM.exec(text);
    const groups = found?.groups ?? {};
    const to = Math.max(at + 1, TERM.lastIndex);
    const quoted = groups.quoted;
    terms.push({
      from: at,
      to,
      negated: groups.not === '!',
      key: groups.key ?? '',
      value: quoted === undefined ? (groups.list ?? groups.plain ?? '') : quoted.replaceAll(/\\(.)/g, '$1'),
      quoted: quoted !== undefined,
      open: quoted !== undefined && groups.close !== '"',
    });
    at = to;
  }
  return terms;
}

const isStatus = (term: Term) => term.key === 'is' && !term.negated && STATUSES.includes(term.value);

/** Parentheses and OR: then a status inside them does not speak for the whole. */
const isGrouping = (term: Term) =>
  term.key === '' && !term.quoted && (term.value === 'OR' || /^[()]/.test(term.value));

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

/** `key:value`, quoted when the value needs it; a star is a wildcard even in quotes, so it is escaped. */
export function termText(key: string, value: string): string {
  const plain = value !== '' && !/[\s"\\()[\]*]/.test(value) && !/^[!<>]/.test(value);
  return `${key}:${plain ? value : `"${value.replaceAll(/["\\*]/g, String.raw`\$&`)}"`}`;
}

/** Keys of the search itself: a tag of the same name needs to say that it is one. */
const RESERVED = new Set(
  'age culprit events firstseen has id is issue lastseen message project timesseen title type user users usersseen value'.split(
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

/** What is wrong at which character, or null. Only what no server could read otherwise. */
export function findProblem(text: string): { column: number; message: string } | null {
  for (const term of readTerms(text)) {
    if (term.open) return { column: term.from + 1, message: 'This quotation mark is never closed.' };
    if (term.key && term.value === '' && !term.quoted)
      return { column: term.to + 1, message: `Say what ${term.key} should be, as in ${term.key}:value.` };
  }
  return null;
}

/** The server names the place in its sentence; the page draws it. */
export function columnIn(message: string): number | null {
  const found = /column (\d+)/.exec(message);
  return found?.[1] ? Number(found[1]) : null;
}
