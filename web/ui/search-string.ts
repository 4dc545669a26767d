/** The part of an address after the question mark: plain names and texts, so that people can read and write it. */
export function parseSearch(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}

export function printSearch(search: Record<string, unknown>): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(search))
    if (value !== undefined && value !== null) parameters.set(key, String(value));
  const text = parameters.toString();
  return text && `?${text}`;
}
