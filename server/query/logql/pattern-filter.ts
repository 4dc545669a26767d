/**
 * The template of a pattern as the text of a line filter: `user <name> from <host>` is `|> "user <_> from <_>"`. A
 * template is not the line with holes in it: spaces that align are one, lists are one value, lines below the first
 * are left out. So some spellings are tried on lines that have the pattern, the closest first.
 */
const PLACE = '<_>';
/** Placeholders of templates, and what in a line looks like one. */
const HOLE = /<(?:[a-zA-Z_][a-zA-Z0-9_]*|\*)>/g;
/** Characters of a template; a longer one ends with a place. */
const PATTERN_CHARS_MAX = 1_000;

/** Finds all of the lines when any spelling does; otherwise the first line alone decides, and last nothing. */
export function patternFilter(template: string, lines: readonly string[]): string {
  const spelled = spellings(template);
  return (
    spelled.find((pattern) => finds(pattern, lines)) ??
    spelled.find((pattern) => finds(pattern, lines.slice(0, 1))) ??
    spelled[0]!
  );
}

function spellings(template: string): string[] {
  const isLong = template.length > PATTERN_CHARS_MAX;
  const text = template.slice(0, PATTERN_CHARS_MAX).trimEnd();
  const plain = holes(text.replaceAll('\n', PLACE));
  const loose = holes(text.replaceAll(/\s+/g, PLACE));
  const looser = holes(text.replaceAll(/[^\p{L}\p{N}<>_*]+/gu, PLACE));
  const all = [plain, loose, looser].flatMap((one) => [
    one,
    holes(`${one}${PLACE}`),
    holes(`${PLACE}${one}`),
    holes(`${PLACE}${one}${PLACE}`),
  ]);
  // Nothing but a place finds every line, which says nothing.
  const telling = all.filter((one) => one !== PLACE);
  const usable = isLong ? telling.filter((one) => one.endsWith(PLACE)) : telling;
  return usable.length > 0 ? [...new Set(usable)] : [PLACE];
}

/** Every placeholder a place; places beside each other are one, as the filter wants it. */
const holes = (text: string) => text.replaceAll(HOLE, PLACE).replaceAll(/(?:<_>){2,}/g, PLACE);

/** As the line filter finds: the whole line, at least one character for each place. The first fit is as good as any. */
export function finds(pattern: string, lines: readonly string[]): boolean {
  const literals = pattern.split(PLACE);
  const [first, last] = [literals[0]!, literals.at(-1)!];
  if (literals.length === 1) return lines.every((line) => line === pattern);
  return lines.every((line) => {
    if (!line.startsWith(first) || !line.endsWith(last)) return false;
    let at = first.length;
    for (const literal of literals.slice(1, -1)) {
      const found = line.indexOf(literal, at + 1);
      if (found === -1) return false;
      at = found + literal.length;
    }
    return line.length - last.length > at;
  });
}
