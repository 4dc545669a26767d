/**
 * Whom a comment mentions: pure. `@Ada Lovelace` is a member by the whole name, `#payments` a team by its slug; of two
 * names that begin alike the longer one is meant, and two people of one name both are. What names nobody is text.
 */

/** Places of a text that are looked at; the rest is text. */
const PLACES_MAX = 100;

export interface Mentions {
  /** As written, each once. */
  texts: string[];
  userIds: string[];
  teamIds: number[];
}

export function findMentions(
  text: string,
  people: ReadonlyMap<string, string>,
  teams: readonly { id: number; slug: string }[],
): Mentions {
  const byLength = [...people].toSorted(([, a], [, b]) => b.length - a.length);
  const texts = new Set<string>();
  const userIds = new Set<string>();
  const teamIds = new Set<number>();
  let places = 0;
  for (const { 0: sign, index } of text.matchAll(/(?<![\p{L}\p{N}_/&#@.-])[@#](?=[\p{L}\p{N}])/gu)) {
    if (++places > PLACES_MAX) break;
    const rest = text.slice(index + 1);
    if (sign === '#') {
      const slug = /^[a-z0-9_-]+/i.exec(rest)?.[0] ?? '';
      const team = teams.find((each) => each.slug === slug.toLowerCase());
      if (!team) continue;
      texts.add(`#${slug}`);
      teamIds.add(team.id);
      continue;
    }
    const name = byLength.find(([, each]) => beginsWith(rest, each))?.[1];
    if (name === undefined) continue;
    texts.add(`@${rest.slice(0, name.length)}`);
    for (const [id, each] of byLength) if (isSame(each, name)) userIds.add(id);
  }
  return { texts: [...texts], userIds: [...userIds], teamIds: [...teamIds] };
}

const isSame = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

/** A whole name: `@Ada` is none in `@Adam`. */
const beginsWith = (text: string, name: string) =>
  name !== '' &&
  isSame(text.slice(0, name.length), name) &&
  !/^[\p{L}\p{N}_]/u.test(text.slice(name.length, name.length + 2));
