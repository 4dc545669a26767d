/** SHOP-12: the project's slug in capitals and the number of the issue in it. What people say and paste. */

export const shortId = (slug: string, number: number) => `${slug.toUpperCase()}-${number}`;

/** Slug (lower case) and number; null when the text is not a short id. A slug may hold dashes itself. */
export function parseShortId(text: string): { slug: string; number: number } | null {
  const [, slug, number] = /^(.{1,100})-(\d{1,15})$/.exec(text) ?? [];
  return slug === undefined ? null : { slug: slug.toLowerCase(), number: Number(number) };
}
