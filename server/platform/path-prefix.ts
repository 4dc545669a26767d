/** `/errors` of the public address `https://example.org/errors`; empty when there is none. */
export function pathPrefix(publicUrl: string): string {
  return publicUrl === '' ? '' : new URL(publicUrl).pathname.replace(/\/+$/, '');
}
