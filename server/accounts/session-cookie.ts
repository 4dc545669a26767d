/** Finds the session cookie among a request's cookies. */

/** `name=value` of the first cookie of this name, still encoded; undefined when there is none. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  return header
    ?.split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${name}=`));
}
