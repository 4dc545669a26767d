/** The body of a log record as a person reads it. */

/** What is longer is text as it came: laying out megabytes of JSON would stop the page. */
const JSON_CHARS_MAX = 200_000;

/** With line breaks and indents when it is a JSON object or list, else null. */
export function prettyJson(body: string): string | null {
  const text = body.trim();
  if (text.length > JSON_CHARS_MAX || !/^[[{]/.test(text)) return null;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return null;
  }
}
