/**
 * A template while it is written: char codes in a buffer that is used again for the next one. Values of one kind in
 * a row become one placeholder, so that `1, 2, 3` and `4, 5` have the same template. Part of pattern v1, frozen.
 */
import { PLACEHOLDERS, type Placeholder } from './placeholders.ts';

/** Longer templates are cut; only text that nobody wrote for people makes them. */
export const TEMPLATE_CHARS_MAX = 4096;
/** For a placeholder that begins before the end. */
const ROOM = 16;

const SPACE = 0x20;
const [ROUND_OPEN, ROUND_CLOSE, SQUARE_OPEN] = [0x28, 0x29, 0x5b];

/** May stand between values of one list. */
const LIST_SIGNS = new Uint8Array(0x80);
for (const sign of ' ,;|:-./_+*#&~') LIST_SIGNS[sign.charCodeAt(0)] = 1;
/** `, ` and ` - ` */
const LIST_GAP_MAX = 3;

interface Placed {
  placeholder: Placeholder | undefined;
  from: number;
  to: number;
}

const NOTHING: Placed = { placeholder: undefined, from: -1, to: -1 };

export class TemplateText {
  readonly codes = new Uint16Array(TEMPLATE_CHARS_MAX + ROOM);
  length = 0;
  #last: Placed = NOTHING;
  #beforeLast: Placed = NOTHING;

  clear(): void {
    this.length = 0;
    this.#last = NOTHING;
    this.#beforeLast = NOTHING;
  }

  put(code: number): void {
    if (this.length < TEMPLATE_CHARS_MAX) this.codes[this.length++] = code;
  }

  copy(text: string, from: number, to: number): void {
    const codes = this.codes;
    const end = Math.min(to, from + TEMPLATE_CHARS_MAX - this.length);
    let length = this.length;
    for (let at = from; at < end; at++) codes[length++] = text.charCodeAt(at);
    this.length = length;
  }

  /** One space for any number of them; none at the start and behind a bracket, where they only align. */
  putSpace(): void {
    if (this.length === 0) return;
    const last = this.codes[this.length - 1]!;
    if (last !== SPACE && last !== ROUND_OPEN && last !== SQUARE_OPEN) this.put(SPACE);
  }

  place(placeholder: Placeholder): void {
    if (placeholder === this.#last.placeholder && this.#isListGap()) {
      this.length = this.#last.to;
      return;
    }
    if (this.length >= TEMPLATE_CHARS_MAX) return;
    const from = this.length;
    const { codes } = placeholder;
    for (let at = 0; at < codes.length; at++) this.codes[this.length++] = codes[at]!;
    this.#beforeLast = this.#last;
    this.#last = { placeholder, from, to: this.length };
  }

  /** The number just placed turns out to be of another kind, by the unit behind it. */
  placeInstead(placeholder: Placeholder): boolean {
    const last = this.#last;
    if (last.placeholder !== PLACEHOLDERS.num || last.to !== this.length) return false;
    this.length = last.from;
    this.#last = this.#beforeLast;
    this.place(placeholder);
    return true;
  }

  /**
   * Takes back a bracket that says the value before it once more, and says whether there was one:
   * `10.0.0.1 (db.example.com)`, `1536 bytes (1.5 KB)`; `10.0.0.1 ()` where the second is not known.
   */
  closes(bracket: number): boolean {
    const { codes, length } = this;
    const open = bracket === ROUND_CLOSE ? ROUND_OPEN : SQUARE_OPEN;
    const last = this.#last;
    if (last.to === length && length > 0) {
      const before = this.#beforeLast;
      if (
        before.placeholder !== last.placeholder ||
        last.from - before.to > 2 ||
        codes[last.from - 1] !== open
      )
        return false;
      this.#last = before;
      this.#beforeLast = NOTHING;
      this.length = before.to;
      return true;
    }
    if (last.to + 2 !== length || last.to < 0 || codes[length - 1] !== open || codes[length - 2] !== SPACE)
      return false;
    this.length = last.to;
    return true;
  }

  /** Nothing has been written but these char codes. */
  is(codes: Uint16Array): boolean {
    if (this.length !== codes.length) return false;
    for (let at = 0; at < codes.length; at++) if (this.codes[at] !== codes[at]) return false;
    return true;
  }

  end(): void {
    this.length = Math.min(this.length, TEMPLATE_CHARS_MAX);
    while (this.length > 0 && this.codes[this.length - 1] === SPACE) this.length--;
  }

  #isListGap(): boolean {
    if (this.length - this.#last.to > LIST_GAP_MAX) return false;
    for (let at = this.#last.to; at < this.length; at++) {
      const code = this.codes[at]!;
      if (code >= 0x80 || LIST_SIGNS[code] === 0) return false;
    }
    return true;
  }
}
