/**
 * One line of others' text among markdown: its marks stand for themselves, and no name in it calls anybody. Only marks that mean
 * something where they stand are escaped, so that a phone that shows the source still shows a readable line.
 */

/** Anywhere in a line. Without brackets there is no link and no image. CommonMark 6.1: a backslash makes them plain. */
const MARKS = /[\\`*_[\]~|]/g;
/** Only where a line begins: headings, quotes, lists. */
const LEADING = /^(\d{0,9})(?=[.)])|^(?=[#>+-])/;

/**
 * `@here`, `<!channel>`, `<@1234>`: a space without width goes between mark and name, and it is no name then. Within a word, as in
 * `shop@2.4.0`, it never was one, and stays as it is for whoever copies it.
 */
const CALL = /(?<!\w)@(?=[\w])|<(?=[!@#:/ta])/g;
const NO_WIDTH = '\u200b';

export const escapeMarkdown = (line: string): string =>
  withoutCalls(line.replaceAll(MARKS, (mark) => `\\${mark}`).replace(LEADING, '$1\\'));

/** For displays without markdown that still look for names. */
export const withoutCalls = (text: string): string => text.replaceAll(CALL, (mark) => mark + NO_WIDTH);
