/** Char codes in the classes that templates are made by. Part of pattern v1, frozen. */

/** Compared by size: from `underscore` on parts of words, from `letter` on letters and digits, from `hexLetter` on hex. */
export const Class = {
  /** Stands as it is and ends a chunk: brackets, commas, pipes … */
  sign: 0,
  space: 1,
  /** Joins what is on both sides of it: `-` `.` `/` `:` `@` `$` `+` `\`. */
  joiner: 2,
  underscore: 3,
  /** Other than a to f; those of all alphabets. Ideographs, which stand without spaces, are signs, and so is Hangul. */
  letter: 4,
  hexLetter: 5,
  digit: 6,
} as const;

/** Punctuation, arrows, currencies, ideographs, halves of what is beyond. */
const FIRST_BEHIND_ALPHABETS = 0x2000;

function classes(): Uint8Array {
  const table = new Uint8Array(0x10000).fill(Class.letter, 0x80, FIRST_BEHIND_ALPHABETS);
  for (const sign of '¡¢£¤¥¦§¨©«¬®¯°±²³´¶·¸¹»¼½¾¿×÷') table[sign.charCodeAt(0)] = Class.sign;
  table.fill(Class.space, 0, 0x21);
  table[0x7f] = Class.space;
  for (let code = 0x41; code <= 0x5a; code++) {
    const letterClass = code <= 0x46 ? Class.hexLetter : Class.letter;
    table[code] = letterClass;
    table[code + 0x20] = letterClass;
  }
  table.fill(Class.digit, 0x30, 0x3a);
  table['_'.charCodeAt(0)] = Class.underscore;
  for (const sign of '-./:@$+\\~') table[sign.charCodeAt(0)] = Class.joiner;
  for (const space of [0x85, 0xa0, 0x2028, 0x2029, 0x3000, 0xfeff]) table[space] = Class.space;
  return table;
}

/** Letter, digit or underscore. */
export function isWordChar(code: number): boolean {
  return CLASS_OF[code]! >= Class.underscore;
}

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

export function isUpper(code: number): boolean {
  return code >= 0x41 && code <= 0x5a;
}

export function isLower(code: number): boolean {
  return code >= 0x61 && code <= 0x7a;
}

/** Like `indexOf`, but it stops at `to`, so that a line of hostile text is not read to its end for each word. */
export function indexOfCode(text: string, wanted: number, from: number, to: number): number {
  for (let at = from; at < to; at++) if (text.charCodeAt(at) === wanted) return at;
  return -1;
}

export const CLASS_OF: Uint8Array = classes();
