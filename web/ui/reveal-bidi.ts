/**
 * Characters that turn the direction of text around can make source code read differently from what it does.
 * In code they are shown as what they are. https://www.unicode.org/reports/tr9/#Explicit_Directional_Embeddings
 */
export function revealBidi(text: string): string {
  return text.replaceAll(
    /[\u202a-\u202e\u2066-\u2069]/g,
    (sign) => `‹U+${sign.charCodeAt(0).toString(16).toUpperCase()}›`,
  );
}
