/**
 * A source map as typed arrays: looked up by halving, moved between threads without a copy, and of a size that is known to
 * the byte, which is what a cache can be bounded by. Lines and columns count from 0; columns are UTF-16 units.
 */

/** Many texts behind each other. */
export interface Texts {
  bytes: Uint8Array;
  /** Where each ends. */
  ends: Uint32Array;
}

export interface CompiledMap {
  /** First segment of each generated line, and one more: the number of segments. */
  lines: Uint32Array;
  /** Of each segment: its generated column, ascending within a line. */
  columns: Uint32Array;
  /** -1: generated code that nobody wrote. */
  sources: Int32Array;
  sourceLines: Uint32Array;
  sourceColumns: Uint32Array;
  /** -1: none. */
  names: Int32Array;
  nameTexts: Texts;
  sourceNames: Texts;
  /** 1: on the map's ignoreList. */
  ignored: Uint8Array;
  /** 1: the map holds the source. */
  held: Uint8Array;
  contents: Texts;
  /** Where each line of each source begins in `contents`, and per source where its lines end in this list. */
  contentLines: Uint32Array;
  contentLineEnds: Uint32Array;
  /** The generated file; null when it is not known. */
  generated: GeneratedText | null;
}

export interface GeneratedText {
  /** ASCII, or UTF-16 when it is more than that: either way units are found by their column. */
  bytes: Uint8Array;
  unitBytes: 1 | 2;
  /** First unit of each line. */
  lines: Uint32Array;
}

export interface Place {
  source: number;
  line: number;
  column: number;
  name: string;
}

/** What the segment at or before a generated place says; null when the map knows nothing of it. */
export function placeAt(map: CompiledMap, line: number, column: number): Place | null {
  const segment = segmentAt(map, line, column);
  const source = segment < 0 ? -1 : map.sources[segment]!;
  if (source < 0) return null;
  return {
    source,
    line: map.sourceLines[segment]!,
    column: map.sourceColumns[segment]!,
    name: map.names[segment]! < 0 ? '' : textAt(map.nameTexts, map.names[segment]!),
  };
}

function segmentAt({ lines, columns }: CompiledMap, line: number, column: number): number {
  if (line < 0 || line >= lines.length - 1) return -1;
  let low = lines[line]!;
  let high = lines[line + 1]!;
  const first = low;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (columns[middle]! <= column) low = middle + 1;
    else high = middle;
  }
  return low > first ? low - 1 : -1;
}

const DECODER = new TextDecoder();

export function textAt({ bytes, ends }: Texts, at: number): string {
  return DECODER.decode(bytes.subarray(at === 0 ? 0 : ends[at - 1]!, ends[at]!));
}

/** Lines of a source on either side of one, and itself; null when the map does not hold it. */
export function sourceLines(
  map: CompiledMap,
  source: number,
  line: number,
  around: number,
): { before: string[]; line: string; after: string[] } | null {
  if (map.held[source] !== 1) return null;
  const first = source === 0 ? 0 : map.contentLineEnds[source - 1]!;
  const count = map.contentLineEnds[source]! - first;
  if (line >= count) return null;
  const lineAt = (at: number) => {
    const from = map.contentLines[first + at]!;
    const end = at + 1 < count ? map.contentLines[first + at + 1]! - 1 : map.contents.ends[source]!;
    // A minified "source" is one line of megabytes; nobody is shown more than its beginning.
    return DECODER.decode(map.contents.bytes.subarray(from, Math.min(end, from + LINE_BYTES_MAX))).replace(
      /\r$/,
      '',
    );
  };
  const range = (from: number, end: number) =>
    Array.from({ length: Math.max(0, end - from) }, (_, at) => lineAt(from + at));
  return {
    before: range(Math.max(0, line - around), line),
    line: lineAt(line),
    after: range(line + 1, Math.min(count, line + 1 + around)),
  };
}

/** Bytes of a source line that are looked at. */
const LINE_BYTES_MAX = 4_096;

/** The generated text before a place, at most so many units of its line. */
export function generatedBefore(
  { bytes, unitBytes, lines }: GeneratedText,
  line: number,
  column: number,
  unitsMax: number,
): { text: string; firstColumn: number } | null {
  if (line < 0 || line >= lines.length) return null;
  const start = lines[line]!;
  const end = Math.min(start + column, line + 1 < lines.length ? lines[line + 1]! : bytes.length / unitBytes);
  const from = Math.max(start, end - unitsMax);
  const part = Buffer.from(bytes.buffer, bytes.byteOffset + from * unitBytes, (end - from) * unitBytes);
  return { text: part.toString(unitBytes === 1 ? 'latin1' : 'utf16le'), firstColumn: from - start };
}

/** All of its arrays, to be moved or counted. */
export function buffersOf(map: CompiledMap): Uint8Array['buffer'][] {
  const { nameTexts, sourceNames, contents, generated, ...arrays } = map;
  const views = [...Object.values(arrays), ...[nameTexts, sourceNames, contents].flatMap(Object.values)];
  if (generated) views.push(generated.bytes, generated.lines);
  return [...new Set((views as Uint8Array[]).map((view) => view.buffer))];
}

/** About what an entry costs beside its arrays, bytes. */
const ENTRY_BYTES = 4_096;

export function bytesOf(map: CompiledMap): number {
  return buffersOf(map).reduce((sum, { byteLength }) => sum + byteLength, ENTRY_BYTES);
}
