/** An issue's title in its two parts: what kind of error, and what it says. */
export function splitTitle({ title, type }: { title: string; type: string }): {
  type: string;
  message: string;
} {
  if (type && title.startsWith(`${type}: `)) return { type, message: title.slice(type.length + 2) };
  if (type && title === type) return { type, message: '' };
  return { type: '', message: title };
}
