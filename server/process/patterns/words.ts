/**
 * What a word means for the word behind it, and whether it is a word of programs at all. Part of pattern v1, frozen.
 * A word is known by a hash of its letters that the scanner computes while it reads them, so looking it up makes no
 * string; two words of one hash would be one word for ever, which harms nobody.
 */
import { VOCABULARY } from './vocabulary.ts';

export const Word = {
  /** Programs write it themselves. */
  known: 1,
  /** The name of a person or an account comes next: `user alice`. */
  user: 2,
  /** The name of a machine comes next: `host db-1`. */
  host: 4,
  /** A name may come next: `password for alice`. */
  preposition: 8,
  /** The preposition behind it makes a name of nearly anything: `password for mail`. */
  credential: 16,
  /** An account of many systems, and an English word or a program besides. */
  account: 32,
  /** Never a name itself: `user not found`, `user session expired`. */
  glue: 64,
} as const;

const MEANINGS: readonly [number, string][] = [
  [Word.known, VOCABULARY],
  [Word.user, 'user username account'],
  [Word.host, 'host hostname'],
  [Word.preposition, 'for by as'],
  [Word.credential, 'password passwd publickey credentials failures login logon invalid unknown illegal'],
  [
    Word.account,
    `admin administrator backup deploy ftp git guest mysql nagios nobody oracle postgres root test ubuntu user webmaster`,
  ],
  [
    Word.glue,
    `a account accounts agent agents already an and are as at authentication authorization be been being by can cannot
    could count data did does error errors event exists failed failure for from group groups had has have id ids illegal
    in input invalid is key level limit list logged login logout may message messages mode must name names no not of on
    or output password permission permissions profile registration request requests role roles session sessions should
    space the to token types type unknown user users was were will with would`,
  ],
];

export const WORD_HASH_START = 0x811c9dc5 | 0;

/** The hash of a word one letter longer; capitals count as small letters. */
export function hashLetter(hash: number, code: number): number {
  return Math.imul(hash ^ (code | 0x20), 0x01000193);
}

/** Power of two, four times the words: a look-up meets one or two slots. */
const SLOTS = 32_768;
const HASHES = new Int32Array(SLOTS);
const FLAGS = new Uint8Array(SLOTS);

for (const [flag, words] of MEANINGS) for (const word of words.trim().split(/\s+/)) add(word, flag);

function add(word: string, flag: number): void {
  const hash = hashOf(word);
  const slot = slotOf(hash);
  HASHES[slot] = hash;
  FLAGS[slot] = FLAGS[slot]! | flag;
}

function hashOf(word: string): number {
  let hash = WORD_HASH_START;
  for (let at = 0; at < word.length; at++) hash = hashLetter(hash, word.charCodeAt(at));
  return hash;
}

function slotOf(hash: number): number {
  let slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
  while (FLAGS[slot] !== 0 && HASHES[slot] !== hash) slot = (slot + 1) & (SLOTS - 1);
  return slot;
}

/** Of `Word`; 0 for a word never heard of. */
export function meaningOf(hash: number): number {
  return FLAGS[slotOf(hash)]!;
}
