/**
 * The text of a search as a page needs to know it: which terms it has, how to write one, and mistakes that can be
 * pointed at before asking the server. The server reads it for real; what its keys mean is the screens' business.
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

/** Parentheses and OR: then no term speaks for the whole. */
export const isGrouping = (term: Term) =>
  term.key === '' && !term.quoted && (term.value === 'OR' || /^[()]/.test(term.value));

/** `key:value`, quoted when the value needs it; a star is a wildcard even in quotes, so it is escaped. */
export function termText(key: string, value: string): string {
  const plain = value !== '' && !/[\s"\\()[\]*]/.test(value) && !/^[!<>]/.test(value);
  return `${key}:${plain ? value : `"${value.replaceAll(/["\\*]/g, String.raw`\$&`)}"`}`;
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
