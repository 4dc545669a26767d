/**
 * Which addresses from senders may become links. Event text is hostile: `javascript:`, `data:` and the like
 * must stay text, so only http and https pass, parsed the way the browser will parse them.
 */
export function safeUrl(text: string): string | null {
  if (!/^https?:\/\//i.test(text)) return null;
  try {
    const url = new URL(text);
    return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : null;
  } catch {
    return null;
  }
}
