/**
 * The path under which the program is reached: `/tandem` of `https://example.org/tandem`, or nothing. The server
 * writes it into the page (server/http/web.ts). Everything that the page asks for or links to stands under it; only
 * the router adds it by itself.
 */
export const PREFIX =
  typeof document === 'undefined'
    ? ''
    : (document.querySelector<HTMLMetaElement>('meta[name=tandem-prefix]')?.content ?? '');

/**
 * Where a page really is, when it was opened past the proxy, without the prefix: cookies are sent under it alone.
 * Null for a page that is where it should be.
 */
export function placeUnder(prefix: string, { pathname, search, hash }: Location): string | null {
  if (pathname === prefix || pathname.startsWith(`${prefix}/`)) return null;
  return prefix + pathname + search + hash;
}
