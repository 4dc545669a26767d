/**
 * What a person called the function of a frame. A source map names the identifiers of single places, so the place to ask
 * about is where the function gets its generated name; failing that, where its caller calls it.
 */
import { type CompiledMap, generatedBefore, type Place, placeAt, sourceLines } from './compiled-map.ts';

/** Units before the frame in which its function is looked for. Functions are shorter; the search is by the millisecond. */
const SEARCHED_UNITS = 16_384;
const NAME_CHARS_MAX = 100;
/** `Object.t`, `new t`, `async t`, `t [as pay]`: the identifier is what counts. */
const IDENTIFIER = /(?:^|[.\s])([\p{ID_Start}$_][\p{ID_Continue}$]*)(?: \[as [^\]]*\])?$/u;

/** The name where the function around a generated place gets it; empty when that cannot be told. */
export function declaredName(map: CompiledMap, generatedName: string, line: number, column: number): string {
  const name = IDENTIFIER.exec(generatedName.slice(0, 4 * NAME_CHARS_MAX))?.[1] ?? '';
  if (!map.generated || name === '' || name.length > NAME_CHARS_MAX) return '';
  const before = generatedBefore(map.generated, line, column, SEARCHED_UNITS);
  const at = before ? lastDeclaration(before.text, name) : -1;
  if (!before || at < 0) return '';
  const place = placeAt(map, line, before.firstColumn + at);
  return place && namesFunction(map, place) ? place.name : '';
}

/**
 * A bundler writes a function into its only call: `receipt=function(e){…}(cart)` was `receipt = chargeCard(cart)`. So the
 * source, where the map holds it, has the last word on whether a function gets its name there.
 */
function namesFunction(map: CompiledMap, { source, line, column, name }: Place): boolean {
  const lines = sourceLines(map, source, line, 0);
  if (!lines) return true;
  const after = lines.line.slice(column).replace(name, '');
  return /^\s*(?:[(<]|extends\b|\{|[=:]\s*(?:async\b\s*)?(?:function\b|class\b|[(<]|[\w$]+\s*=>))/.test(
    after.slice(0, 200),
  );
}

/** Where in the text the name is given to a function for the last time; -1: nowhere. */
function lastDeclaration(text: string, name: string): number {
  for (let at = text.lastIndexOf(name); at >= 0; at = at === 0 ? -1 : text.lastIndexOf(name, at - 1)) {
    if (isPartOfName(text[at - 1]) || isPartOfName(text[at + name.length])) continue;
    const before = text.slice(Math.max(0, at - 12), at);
    const after = text.slice(at + name.length, at + name.length + 200);
    if (/(?:function\s*\*?|class)\s*$/.test(before)) return at;
    if (/^\s*[=:]\s*(?:async\b\s*)?(?:function\b|class\b|\([^()]{0,150}\)\s*=>|[\w$]+\s*=>)/.test(after))
      return at;
    // A method: `pay(e){`, and not a call, which nothing but a block of an if would follow like this.
    if (/(?:[{},;]|async|get|set|static|\*)\s*$/.test(before) && /^\s*\([^()]{0,150}\)\s*\{/.test(after))
      return at;
  }
  return -1;
}

const isPartOfName = (unit: string | undefined) => unit !== undefined && /[\w$]/.test(unit);
