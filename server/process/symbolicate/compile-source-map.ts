/**
 * A source map as uploaded -> compiled-map.ts. Runs in a thread of its own (compile-worker.ts). A map that lies is refused
 * with a reason, or its lie left out; what it asks for is counted before memory is given. The mappings are decoded by
 * @jridgewell/trace-mapping. https://tc39.es/ecma426/
 */
import { decodedMappings, type EncodedSourceMap, TraceMap } from '@jridgewell/trace-mapping';
import type { FrameProblemCode } from '#server/record/symbolication.ts';
import type { CompiledMap, GeneratedText, Texts } from './compiled-map.ts';

/** A map that cannot be used. */
export class UnusableMap extends Error {
  readonly code: FrameProblemCode;
  constructor(code: FrameProblemCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Generated lines of one map, and segments of all: 24 bytes each. The largest maps seen have 3 million. */
const LINES_MAX = 2_000_000;
const SEGMENTS_MAX = 12_000_000;
/** Sources, and names: a large application has 20,000 and 200,000. */
const SOURCES_MAX = 200_000;
const NAMES_MAX = 2_000_000;
const SECTIONS_MAX = 20_000;

interface Part {
  map: EncodedSourceMap;
  line: number;
  column: number;
}

/** Throws UnusableMap. */
export function compileSourceMap(json: string, generated: Uint8Array | null): CompiledMap {
  const parts = partsOf(parseJson(json));
  const builder = new MapBuilder();
  for (const [at, part] of parts.entries()) builder.add(part, parts[at + 1]);
  return { ...builder.finish(), generated: generated && generatedText(generated) };
}

function parseJson(json: string): Record<string, unknown> {
  let map: unknown;
  try {
    // The prefix that keeps browsers from running it as a script.
    map = JSON.parse(json.replace(/^\)\]\}'?[^\n]*\n/, ''));
  } catch {
    throw invalid('it is not JSON');
  }
  if (!isRecord(map)) throw invalid('it is not a JSON object');
  return map;
}

/** Sections in their order; a map without any is one. */
function partsOf(map: Record<string, unknown>): Part[] {
  if (map.sections === undefined) return [{ map: plainMap(map), line: 0, column: 0 }];
  if (!Array.isArray(map.sections)) throw invalid('its sections are not a list');
  if (map.sections.length > SECTIONS_MAX)
    throw tooLarge(`it has ${map.sections.length} sections; at most ${SECTIONS_MAX} are read`);
  let last = { line: 0, column: 0 };
  return map.sections.map((section: unknown, at) => {
    if (!isRecord(section) || !isRecord(section.offset)) throw invalid(`section ${at} has no offset`);
    const { line, column } = section.offset;
    if (!isCount(line, LINES_MAX) || !isCount(column, 2 ** 31))
      throw invalid(`section ${at} begins at line ${String(line)}, column ${String(column)}`);
    if (line < last.line || (line === last.line && column < last.column))
      throw invalid(`section ${at} begins before the one in front of it`);
    last = { line, column };
    if (!isRecord(section.map))
      throw invalid(`section ${at} holds no map; maps at other addresses are not fetched`);
    if (section.map.sections !== undefined) throw invalid(`section ${at} holds sections, as no map may`);
    return { map: plainMap(section.map), line, column };
  });
}

function plainMap(map: Record<string, unknown>): EncodedSourceMap {
  if (map.version !== 3) throw invalid(`its version is ${JSON.stringify(map.version)?.slice(0, 20)}, not 3`);
  const { mappings, sources, names = [], sourcesContent, sourceRoot } = map;
  if (typeof mappings !== 'string') throw invalid('it has no mappings');
  if (!Array.isArray(sources)) throw invalid('it has no list of sources');
  const texts = (value: unknown) =>
    Array.isArray(value) ? value.map((one) => (typeof one === 'string' ? one : null)) : [];
  const ignoreList = map.ignoreList ?? map.x_google_ignoreList;
  return {
    version: 3,
    mappings,
    sources: texts(sources),
    names: texts(names).map((name) => name ?? ''),
    sourcesContent: texts(sourcesContent),
    ...(typeof sourceRoot === 'string' && { sourceRoot }),
    ignoreList: Array.isArray(ignoreList) ? ignoreList.filter((at) => Number.isInteger(at)) : [],
  };
}

class MapBuilder {
  readonly #names = new TextsBuilder();
  readonly #sourceNames = new TextsBuilder();
  readonly #contents = new TextsBuilder();
  readonly #ignored: number[] = [];
  readonly #held: number[] = [];
  readonly #contentLines: number[] = [];
  readonly #contentLineEnds: number[] = [];
  /** First segment of each line. */
  readonly #lines: number[] = [];
  readonly #columns = new Numbers();
  readonly #sources = new Numbers();
  readonly #sourceLines = new Numbers();
  readonly #sourceColumns = new Numbers();
  readonly #nameIndexes = new Numbers();

  add({ map, line, column }: Part, next: Part | undefined): void {
    const firstSource = this.#held.length;
    const firstName = this.#names.length;
    if (firstSource + map.sources.length > SOURCES_MAX)
      throw tooLarge(`it has more than ${SOURCES_MAX} sources`);
    if (firstName + map.names.length > NAMES_MAX) throw tooLarge(`it has more than ${NAMES_MAX} names`);
    refuseCounts(map.mappings, line, this.#columns.length);
    this.#addSources(map);
    for (const name of map.names) this.#names.add(name);

    const decoded = decodedMappings(new TraceMap({ ...map, sourcesContent: [], sources: [] }));
    for (const [at, segments] of decoded.entries()) {
      const generatedLine = line + at;
      if (next && generatedLine > next.line) break;
      while (this.#lines.length <= generatedLine) this.#lines.push(this.#columns.length);
      for (const segment of segments) {
        const generatedColumn = segment[0] + (at === 0 ? column : 0);
        // The next section says what is behind its beginning.
        if (next && generatedLine === next.line && generatedColumn >= next.column) break;
        if (generatedColumn < 0) continue;
        const source = segment.length === 1 ? -1 : segment[1];
        const isTrue =
          segment.length > 1 &&
          source >= 0 &&
          source < map.sources.length &&
          segment[2]! >= 0 &&
          segment[3]! >= 0;
        const name =
          segment.length === 5 && segment[4] >= 0 && segment[4] < map.names.length ? segment[4] : -1;
        this.#columns.add(generatedColumn);
        this.#sources.add(isTrue ? firstSource + source : -1);
        this.#sourceLines.add(isTrue ? segment[2]! : 0);
        this.#sourceColumns.add(isTrue ? segment[3]! : 0);
        this.#nameIndexes.add(isTrue && name >= 0 ? firstName + name : -1);
      }
    }
  }

  #addSources(map: EncodedSourceMap): void {
    const root = map.sourceRoot ? `${map.sourceRoot.replace(/\/+$/, '')}/` : '';
    const ignored = new Set(map.ignoreList);
    for (const [at, source] of map.sources.entries()) {
      const name = source ?? '';
      this.#sourceNames.add(root && !/^(\/|[a-z][a-z0-9+.-]*:)/i.test(name) ? root + name : name);
      this.#ignored.push(ignored.has(at) ? 1 : 0);
      const content = map.sourcesContent?.[at] ?? null;
      this.#held.push(content === null ? 0 : 1);
      const from = this.#contents.byteLength;
      const bytes = this.#contents.add(content ?? '');
      if (content !== null) {
        this.#contentLines.push(from);
        for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, end + 1))
          this.#contentLines.push(from + end + 1);
      }
      this.#contentLineEnds.push(this.#contentLines.length);
    }
  }

  finish(): Omit<CompiledMap, 'generated'> {
    return {
      lines: Uint32Array.from([...this.#lines, this.#columns.length]),
      columns: this.#columns.take(Uint32Array),
      sources: this.#sources.take(Int32Array),
      sourceLines: this.#sourceLines.take(Uint32Array),
      sourceColumns: this.#sourceColumns.take(Uint32Array),
      names: this.#nameIndexes.take(Int32Array),
      nameTexts: this.#names.take(),
      sourceNames: this.#sourceNames.take(),
      ignored: Uint8Array.from(this.#ignored),
      held: Uint8Array.from(this.#held),
      contents: this.#contents.take(),
      contentLines: Uint32Array.from(this.#contentLines),
      contentLineEnds: Uint32Array.from(this.#contentLineEnds),
    };
  }
}

/** Lines and segments that the text will make, before it makes them: `;` a hundred million times is a short file. */
function refuseCounts(mappings: string, line: number, segmentsBefore: number): void {
  let lines = line;
  let segments = segmentsBefore;
  for (let at = 0; at < mappings.length; at += 1) {
    const unit = mappings.charCodeAt(at);
    if (unit === 59) lines += 1;
    else if (unit === 44) segments += 1;
  }
  if (lines > LINES_MAX) throw tooLarge(`it maps more than ${LINES_MAX} lines`);
  if (segments + lines > SEGMENTS_MAX) throw tooLarge(`it has more than ${SEGMENTS_MAX} mappings`);
}

/** A list of 32-bit numbers that grows. */
class Numbers {
  #values = new Int32Array(1024);
  length = 0;

  add(value: number): void {
    if (this.length === this.#values.length) {
      const more = new Int32Array(this.length * 2);
      more.set(this.#values);
      this.#values = more;
    }
    this.#values[this.length++] = value;
  }

  take<View>(type: { from(values: Int32Array): View }): View {
    return type.from(this.#values.subarray(0, this.length));
  }
}

class TextsBuilder {
  readonly #parts: Buffer[] = [];
  readonly #ends: number[] = [];
  byteLength = 0;

  get length(): number {
    return this.#ends.length;
  }

  add(text: string): Buffer {
    const bytes = Buffer.from(text);
    this.#parts.push(bytes);
    this.byteLength += bytes.byteLength;
    this.#ends.push(this.byteLength);
    return bytes;
  }

  take(): Texts {
    const bytes = new Uint8Array(this.byteLength);
    let at = 0;
    for (const part of this.#parts) {
      bytes.set(part, at);
      at += part.byteLength;
    }
    return { bytes, ends: Uint32Array.from(this.#ends) };
  }
}

function generatedText(file: Uint8Array): GeneratedText {
  const utf8 = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const text = utf8.toString();
  const isAscii = text.length === utf8.byteLength;
  const lines = [0];
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) lines.push(end + 1);
  // A copy of its own, since Node's small buffers share one.
  const bytes = isAscii ? new Uint8Array(utf8) : new Uint8Array(Buffer.from(text, 'utf16le'));
  return { bytes, unitBytes: isAscii ? 1 : 2, lines: Uint32Array.from(lines) };
}

const invalid = (why: string) => new UnusableMap('source_map_invalid', why);
const tooLarge = (why: string) => new UnusableMap('source_map_too_large', why);
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown, max: number): value is number =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= max;
