/**
 * Bytes of standard input become lines. A line ends at LF, a CR before it goes; one that is too long is cut there and
 * the rest of it passed over. What is not UTF-8 becomes U+FFFD, and colours for terminals go.
 */

/** As much of a body as the server keeps. */
export const LINE_BYTES_MAX = 1024 * 1024;

export interface Line {
  text: string;
  isCut: boolean;
}

const LINE_FEED = 0x0a;
/** CSI sequences: colours, and moves of the cursor. ECMA-48, 5.4. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with a control character
const TERMINAL = /\u001b\[[0-?]{0,32}[ -/]{0,8}[@-~]/g;

export class LineSplitter {
  readonly #emit: (line: Line) => void;
  /** Of the line that has no end yet. */
  #parts: Buffer[] = [];
  #bytes = 0;
  #isCut = false;

  constructor(emit: (line: Line) => void) {
    this.#emit = emit;
  }

  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      this.#add(chunk.subarray(start, end));
      this.#end();
      start = end + 1;
    }
    // A copy: what stays must not hold the chunk.
    if (start < chunk.length) this.#add(Buffer.from(chunk.subarray(start)));
  }

  /** A last line without an end is a line. */
  end(): void {
    if (this.#bytes > 0) this.#end();
  }

  #add(part: Buffer): void {
    const room = LINE_BYTES_MAX - this.#bytes;
    if (part.length > room) this.#isCut = true;
    const kept = part.length > room ? part.subarray(0, room) : part;
    if (kept.length === 0) return;
    this.#parts.push(kept);
    this.#bytes += kept.length;
  }

  #end(): void {
    const bytes = this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts);
    const text = bytes.toString('utf8');
    const isCut = this.#isCut;
    this.#parts = [];
    this.#bytes = 0;
    this.#isCut = false;
    const plain = text.includes('\u001b[') ? text.replace(TERMINAL, '') : text;
    this.#emit({ text: plain.endsWith('\r') ? plain.slice(0, -1) : plain, isCut });
  }
}
