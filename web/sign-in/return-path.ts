/** Where to go after signing in: back, but never to another site, whatever the address says. */
export function returnPath(from: string | undefined): string {
  if (!from?.startsWith('/') || /^\/[/\\]/.test(from)) return '/issues';
  // Browsers drop tabs and line breaks inside addresses, which would bring "//" back.
  if (/[\p{Cc}\s]/u.test(from)) return '/issues';
  return /^\/(?:sign-in|setup|invite)\b/.test(from) ? '/issues' : from;
}
