/** What to offer while one types `@` or `#` in a comment: pure. */

export interface Mentionable {
  /** As it is inserted: `@Ada Lovelace`, `#payments`. */
  text: string;
  detail: string;
}

/** Offered at once. */
const OFFERED_MAX = 6;
/** Words of a name; whoever types more does not look for one. */
const TYPED_CHARS_MAX = 40;

export interface MentionSuggestions {
  /** Where the sign stands. */
  from: number;
  items: readonly Mentionable[];
}

const NONE: MentionSuggestions = { from: 0, items: [] };

export function suggestMentions(
  text: string,
  caret: number,
  known: readonly Mentionable[],
): MentionSuggestions {
  const before = text.slice(Math.max(0, caret - TYPED_CHARS_MAX - 1), caret);
  const found = /(?:^|[\s(])([@#][^@#\n]*)$/u.exec(before);
  if (!found) return NONE;
  const typed = found[1]!.toLowerCase();
  const [sign, words] = [typed[0]!, typed.slice(1)];
  const items = known
    .filter(({ text: name }) => name[0] === sign)
    .map((each) => ({ each, at: placeOf(each.text.slice(1).toLowerCase(), words) }))
    .filter(({ at }) => at >= 0)
    .toSorted((a, b) => a.at - b.at)
    .map(({ each }) => each)
    .slice(0, OFFERED_MAX);
  const isWhole = items.some(({ text: name }) => name.toLowerCase() === typed);
  return isWhole ? NONE : { from: caret - typed.length, items };
}

/** Where a word of the name begins as it was typed; -1: none does. */
function placeOf(name: string, typed: string): number {
  if (name.startsWith(typed)) return 0;
  const at = name.search(new RegExp(`[\\s_-]${typed.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}`));
  return at < 0 ? -1 : at + 1;
}

/** The text with the mention in place of what was typed, and where one goes on. */
export function takeMention(text: string, caret: number, from: number, { text: name }: Mentionable) {
  const next = `${text.slice(0, from)}${name} `;
  return { text: next + text.slice(caret).replace(/^ /, ''), caret: next.length };
}
