/**
 * The template of a text: what varies from record to record becomes a placeholder, what the program's author wrote
 * stays. `user alice logged in from 10.0.0.1:5060` becomes `user <name> logged in from <host>`. Part of pattern v1,
 * frozen: a pure function of the text, with no memory of other texts.
 *
 * One pass over the char codes, left to right. A chunk is a run without spaces, quotes and brackets; by its shape
 * and its place it stays, is replaced, or is cut into parts that are.
 */
import { CLASS_OF, Class, indexOfCode, isDigit, isLower, isUpper, isWordChar } from './characters.ts';
import {
  bracketedAddressEnd,
  cronUserEnd,
  dateEnd,
  isClosing,
  isOpening,
  lettersEnd,
  pathEnd,
  plainBracketEnd,
  spacesEnd,
  timeTailEnd,
  unspacedEnd,
} from './extents.ts';
import { PLACEHOLDERS, type Placeholder, placeholderAt } from './placeholders.ts';
import {
  digitsEnd,
  IPV6_CHARS_MAX,
  isFile,
  isHexPairs,
  isHost,
  isIpv6,
  isUuid,
  numeral,
  randomRun,
} from './shapes.ts';
import { TemplateText } from './template-text.ts';
import { spacedUnit, UNIT_CHARS_MAX } from './units.ts';
import { hashLetter, meaningOf, WORD_HASH_START, Word } from './words.ts';

const [SPACE, ESCAPE, DOUBLE_QUOTE, QUOTE, BACKTICK, BACKSLASH] = [0x20, 0x1b, 0x22, 0x27, 0x60, 0x5c];
const [COLON, EQUALS, SLASH, DOT, DASH, AT, COMMA, PLUS] = [0x3a, 0x3d, 0x2f, 0x2e, 0x2d, 0x40, 0x2c, 0x2b];
const [LESS, GREATER, TILDE, UNDERSCORE] = [0x3c, 0x3e, 0x7e, 0x5f];
const [ROUND_OPEN, SQUARE_OPEN, SQUARE_CLOSE, CURLY_OPEN] = [0x28, 0x5b, 0x5d, 0x7b];

/** Keys whose values are text for people, and so have templates of their own. */
const TEXT_KEYS = new Set(
  'body detail err error event exception log message @message msg reason text'.split(' '),
);
/** Keys whose values are one of a few words that tell records apart. */
const WORD_KEYS = new Set('caller level log.level logger loglevel lvl method severity'.split(' '));
const SPECIAL_KEY_CHARS_MAX = 9;
/** A longer quotation before a colon is a sentence. */
const KEY_CHARS_MAX = 64;

const BOOLEANS = new Set('true false True False TRUE FALSE yes no null nil None'.split(' '));

/** Words with digits that are no values. */
const CONSTANTS = new Set(
  `amd64 arm64 base64 e2e ec2 ed25519 ext3 ext4 float32 float64 h2 http2 http3 i18n i386 i686 int16 int32 int64 int8 ipv4
  ipv6 k8s l10n log4j md5 mp3 mp4 oauth2 p50 p90 p95 p99 python2 python3 s3 sha1 sha2 sha256 sha384 sha512 slf4j sqlite3
  ssh1 ssh2 tls1 uint16 uint32 uint64 uint8 utf16 utf8 v1 v2 v3 win32 x64 x86`.split(/\s+/),
);

/** How an access log begins. */
const REMOTE_HOST = Uint16Array.from('<host> - ', (sign) => sign.charCodeAt(0));

/** A letters-only run that is no word for its length alone: `QmFzZVNpeHR5Rm91cg`. */
const RANDOM_LETTERS_MIN = 16;
const RANDOM_PART_MIN = 12;
/** Texts within texts: the message in the JSON in the message. */
const NESTING_MAX = 3;

/** One at a time: each call of `write` begins a new template. */
export class TemplateWriter {
  readonly text = new TemplateText();
  #source = '';
  #to = 0;
  /** Meanings of the word before and of the one before that, as long as only spaces are between. */
  #before = 0;
  #beforeTo = -1;
  #secondBefore = 0;
  /** The last chunk, for when it turns out to be a key. */
  #keyFrom = 0;
  #keyTo = 0;
  /** Quotes that nothing closes up to the end of what is being read, as bits. */
  #unclosed = 0;
  #nesting = 0;

  write(source: string, from: number, to: number): void {
    this.text.clear();
    this.#source = source;
    this.#to = to;
    this.#before = this.#secondBefore = 0;
    this.#beforeTo = -1;
    this.#keyFrom = this.#keyTo = from;
    this.#unclosed = 0;
    this.#nesting = 0;
    this.#read(from, to);
    this.text.end();
    this.#source = '';
  }

  #read(from: number, to: number): void {
    const source = this.#source;
    let at = from;
    while (at < to) {
      const code = source.charCodeAt(at);
      const kind = CLASS_OF[code]!;
      if (kind >= Class.underscore) at = this.#chunk(at, at, to);
      else if (kind === Class.joiner) at = this.#joiner(at, to, code);
      else if (kind === Class.sign) at = this.#sign(at, to, code);
      else if (code === ESCAPE) at = this.#colour(at, to);
      else {
        this.text.putSpace();
        at = this.#oddName(at, to);
      }
    }
  }

  /** Behind `invalid user` anything can stand that somebody typed: `$ADMIN$`, or nothing at all. */
  #oddName(at: number, to: number): number {
    const isNext =
      at === this.#beforeTo &&
      (this.#before & Word.user) !== 0 &&
      (this.#secondBefore & Word.credential) !== 0;
    const kind = CLASS_OF[this.#source.charCodeAt(at + 1)]!;
    if (!isNext || at + 1 >= to || (kind !== Class.space && kind !== Class.joiner)) return at + 1;
    this.text.place(PLACEHOLDERS.name);
    let end = spacesEnd(this.#source, at + 1, to);
    if (
      end > at + 1 &&
      (this.#source.startsWith('from ', end) || this.#source.charCodeAt(end) === SQUARE_OPEN)
    )
      return at + 1;
    while (end < to && CLASS_OF[this.#source.charCodeAt(end)] !== Class.space) end++;
    return end;
  }

  #readNested(from: number, to: number): void {
    if (this.#nesting === NESTING_MAX) {
      this.text.place(PLACEHOLDERS.str);
      return;
    }
    const unclosed = this.#unclosed;
    this.#unclosed = 0;
    this.#nesting++;
    this.#read(from, to);
    this.#nesting--;
    this.#unclosed = unclosed;
  }

  #sign(at: number, to: number, code: number): number {
    const source = this.#source;
    if (code === EQUALS) return this.#assignment(at, to);
    if (code === DOUBLE_QUOTE || code === QUOTE || code === BACKTICK) return this.#quotation(at, to, code);
    if (code === LESS) return this.#less(at, to);
    if (isClosing(code)) {
      if (this.text.closes(code)) return at + 1;
    } else if (code === SQUARE_OPEN) {
      const end = bracketedAddressEnd(source, at, to);
      if (end !== 0) {
        this.text.place(PLACEHOLDERS.host);
        return end;
      }
    } else if (code === ROUND_OPEN && this.text.length === 0) {
      const end = cronUserEnd(source, at, to);
      if (end !== 0) {
        this.text.put(code);
        this.text.place(PLACEHOLDERS.name);
        return end;
      }
    }
    this.text.put(code);
    return at + 1;
  }

  /** The template of a template is itself; and `<1 sec` is a value as `2 sec` is. */
  #less(at: number, to: number): number {
    const source = this.#source;
    const placeholder = placeholderAt(source, at);
    if (placeholder !== undefined) {
      this.text.place(placeholder);
      return at + placeholder.codes.length;
    }
    if (isDigit(source.charCodeAt(at + 1))) {
      const end = unspacedEnd(source, at + 1, to);
      if (end === to || source.charCodeAt(end) !== GREATER) return at + 1;
    }
    this.text.put(LESS);
    return at + 1;
  }

  /** Colours of terminals are no text: `ESC[1;31m`. */
  #colour(from: number, to: number): number {
    const source = this.#source;
    let at = from + 1;
    if (source.charCodeAt(at) !== SQUARE_OPEN) return at;
    at++;
    while (at < to && (isDigit(source.charCodeAt(at)) || source.charCodeAt(at) === 0x3b)) at++;
    return Math.min(at + 1, to);
  }

  /** A sign that begins a path, an address or a number, or stands for itself. */
  #joiner(at: number, to: number, code: number): number {
    const source = this.#source;
    const before = at > 0 ? source.charCodeAt(at - 1) : SPACE;
    const next = at + 1 < to ? source.charCodeAt(at + 1) : SPACE;
    if (code === SLASH) {
      const end = this.#slash(at, to, before, next);
      if (end !== 0) return end;
    } else if (code === BACKSLASH) {
      const end = this.#backslash(at, to, next);
      if (end !== 0) return end;
    } else if (!isWordChar(before)) {
      if (code === DOT && (next === SLASH || (next === DOT && source.charCodeAt(at + 2) === SLASH)))
        return this.#path(at, to);
      if (code === TILDE && next === SLASH) return this.#path(at, to);
      if (isDigit(next)) {
        if (code === TILDE) return at + 1;
        if (code === DASH || code === PLUS) return this.#chunk(at, at + 1, to);
        if (code === DOT && before === SPACE) return this.#chunk(at, at + 1, to);
      }
      if (code === DASH && next === DOT && isDigit(source.charCodeAt(at + 2)) && before === SPACE)
        return this.#chunk(at, at + 2, to);
      if (code === COLON && next === COLON) {
        const end = unspacedEnd(source, at, Math.min(to, at + IPV6_CHARS_MAX));
        if (isIpv6(source, at, end)) {
          this.text.place(PLACEHOLDERS.host);
          return end;
        }
      }
    }
    this.text.put(code);
    return at + 1;
  }

  /** `/var/log`, `GET / HTTP/1.1`, and `/10.0.0.1:80` as Java writes addresses. */
  #slash(at: number, to: number, before: number, next: number): number {
    const source = this.#source;
    if (before === LESS) return 0;
    if (isDigit(next)) {
      const end = unspacedEnd(source, at + 1, to);
      if (numeral(source, at + 1, end) === PLACEHOLDERS.host) {
        this.text.put(SLASH);
        this.text.place(PLACEHOLDERS.host);
        return end;
      }
    }
    if (isWordChar(next) || next === DOT || (next === SLASH && before === SPACE)) return this.#path(at, to);
    const isRoot = CLASS_OF[next] === Class.space && before === SPACE && at > 3;
    if (!isRoot || !isUpper(source.charCodeAt(at - 2)) || !isUpper(source.charCodeAt(at - 3))) return 0;
    this.text.place(PLACEHOLDERS.path);
    return at + 1;
  }

  /** `\\server\share`, and quotes within quotes: `\"app\"`. */
  #backslash(at: number, to: number, next: number): number {
    const source = this.#source;
    if (next === BACKSLASH && isWordChar(source.charCodeAt(at + 2))) return this.#path(at, to);
    if (next !== DOUBLE_QUOTE && next !== QUOTE) return 0;
    const bit = next === DOUBLE_QUOTE ? 8 : 16;
    if ((this.#unclosed & bit) === 0) {
      for (let end = at + 2; end + 1 < to; end++) {
        if (source.charCodeAt(end) !== BACKSLASH) continue;
        if (source.charCodeAt(end + 1) === next) {
          this.text.place(PLACEHOLDERS.str);
          return end + 2;
        }
        end++;
      }
      this.#unclosed |= bit;
    }
    this.text.put(BACKSLASH);
    this.text.put(next);
    return at + 2;
  }

  #path(from: number, to: number): number {
    this.text.place(PLACEHOLDERS.path);
    return Math.max(pathEnd(this.#source, from, to), from + 1);
  }

  /** Reads a chunk whose first letter or digit is at `start`; `from` is there or at the sign before it. */
  #chunk(from: number, start: number, to: number): number {
    const source = this.#source;
    if (this.text.is(REMOTE_HOST)) {
      // The user of an access log: `10.0.0.1 - alice [22/Nov/2026 …`.
      const end = unspacedEnd(source, from, to);
      if (source.startsWith(' [', end)) {
        this.text.put(DASH);
        return end;
      }
    }
    let hash = WORD_HASH_START;
    let digits = 0;
    let joiners = 0;
    let slashes = 0;
    let colons = 0;
    let ats = 0;
    let isHex = true;
    let at = start;
    for (; at < to; at++) {
      const code = source.charCodeAt(at);
      const kind = CLASS_OF[code]!;
      if (kind >= Class.letter) {
        hash = hashLetter(hash, code);
        if (kind === Class.digit) digits++;
        else if (kind === Class.letter) isHex = false;
        continue;
      }
      if (kind === Class.underscore) {
        joiners++;
        isHex = false;
        continue;
      }
      if (kind !== Class.joiner || at === start) break;
      const nextCode = at + 1 < to ? source.charCodeAt(at + 1) : SPACE;
      const next = CLASS_OF[nextCode]!;
      if (code === COLON) {
        if (digits === 0 && nextCode === SLASH && source.charCodeAt(at + 2) === SLASH) {
          this.text.place(PLACEHOLDERS.url);
          return Math.max(unspacedEnd(source, at, to), at + 3);
        }
        if (nextCode === BACKSLASH && at === start + 1) return this.#path(from, to);
        if (next === Class.digit) {
          // `port:1` is a key and its value, `db-1:5432` one thing.
          if (digits === 0 && joiners === 0 && !isHex) break;
        } else if (!isHex || (nextCode !== COLON && next !== Class.hexLetter)) break;
        colons++;
      } else if (code === SLASH) {
        if (next < Class.underscore && nextCode !== DOT) break;
        slashes++;
      } else if (code === AT) {
        if (next < Class.underscore) break;
        ats++;
      } else if (code === BACKSLASH) break;
      else if (next < Class.underscore && !(code === nextCode && (code === TILDE || code === DASH))) break;
      else joiners++;
    }
    this.#keyFrom = from;
    this.#keyTo = at;
    if (digits === 0 && slashes + colons + ats === 0) return this.#word(from, at, to, hash, joiners);
    if (digits === at - start) return this.#number(from, at, to);
    return this.#value(from, start, at, to, slashes, colons, ats);
  }

  #word(from: number, end: number, to: number, hash: number, joiners: number): number {
    const source = this.#source;
    const after = end < to ? source.charCodeAt(end) : SPACE;
    if (end - from === 3 && joiners === 0 && (after === SPACE || after === COMMA)) {
      const dateTo = dateEnd(source, from, to);
      if (dateTo !== 0) {
        this.text.place(PLACEHOLDERS.time);
        return dateTo;
      }
    }
    const meaning = joiners === 0 ? meaningOf(hash) : 0;
    const found = this.#nameHere(from, end, to, meaning, joiners) ?? this.#oddWord(from, end, joiners);
    if (found === undefined) this.text.copy(source, from, end);
    else this.text.place(found);
    this.#secondBefore = this.#follows(from) ? this.#before : 0;
    this.#before = meaning;
    this.#beforeTo = end;
    return end;
  }

  /** A word by itself that is a value. */
  #oddWord(from: number, end: number, joiners: number): Placeholder | undefined {
    const source = this.#source;
    if (end - from === 9 && source.startsWith('localhost', from)) return PLACEHOLDERS.host;
    if (joiners > 0 && isHost(source, from, end)) return PLACEHOLDERS.host;
    if (joiners > 0 && hasRandomRun(source, from, end)) return PLACEHOLDERS.id;
    if (joiners === 0 && end - from >= RANDOM_LETTERS_MIN) return randomRun(source, from, end);
    // `visible:true`
    if (
      from > 1 &&
      end - from <= 5 &&
      source.charCodeAt(from - 1) === COLON &&
      isWordChar(source.charCodeAt(from - 2))
    )
      return BOOLEANS.has(source.slice(from, end)) ? PLACEHOLDERS['*'] : undefined;
    return undefined;
  }

  /** Only a space is between the word before and here; behind `user` and `host` a colon, too. */
  #follows(from: number): boolean {
    const source = this.#source;
    if (source.charCodeAt(from - 1) !== SPACE) return false;
    if (this.#beforeTo + 1 === from) return true;
    const isColon = this.#beforeTo + 2 === from && source.charCodeAt(this.#beforeTo) === COLON;
    return isColon && (this.#before & (Word.user | Word.host)) !== 0;
  }

  /** A word that is the name of somebody or something, by the words before it. */
  #nameHere(
    from: number,
    end: number,
    to: number,
    meaning: number,
    joiners: number,
  ): Placeholder | undefined {
    const before = this.#before;
    if ((before & (Word.user | Word.host | Word.preposition)) === 0 || !this.#follows(from)) return undefined;
    const source = this.#source;
    const after = end < to ? source.charCodeAt(end) : SPACE;
    if (after === EQUALS || after === ROUND_OPEN) return undefined;
    const isUnknown = (meaning & Word.known) === 0;
    const isInvalid = (this.#secondBefore & Word.credential) !== 0;
    if (before & Word.user) {
      const isEnd = end === this.#to || source.startsWith(' from ', end) || source.startsWith(' [', end);
      if (meaning & Word.glue && !(isInvalid && isEnd)) return undefined;
      if (isUnknown || meaning & Word.account || this.#secondBefore & (Word.preposition | Word.credential))
        return PLACEHOLDERS.name;
      // `user monitor from`, but `user connected from`.
      return source.startsWith(' from ', end) && !source.endsWith('ed', end) ? PLACEHOLDERS.name : undefined;
    }
    if (meaning & Word.glue) return undefined;
    if (before & Word.host) return isUnknown ? PLACEHOLDERS.host : undefined;
    if (meaning & Word.account || isInvalid) return PLACEHOLDERS.name;
    return isUnknown && joiners === 0 && end - from > 1 && isLower(source.charCodeAt(from))
      ? PLACEHOLDERS.name
      : undefined;
  }

  /** Digits alone, and the unit a space behind them. */
  #number(from: number, end: number, to: number): number {
    if (this.#before & Word.user && this.#follows(from)) {
      this.text.place(PLACEHOLDERS.name);
      return end;
    }
    this.text.place(PLACEHOLDERS.num);
    return this.#unit(end, to);
  }

  #unit(from: number, to: number): number {
    const source = this.#source;
    if (from + 1 >= to || source.charCodeAt(from) !== SPACE) return from;
    const end = lettersEnd(source, from + 1, to, UNIT_CHARS_MAX);
    if (end === from + 1 || (end < to && source.charCodeAt(end) === EQUALS)) return from;
    const unit = spacedUnit(source.slice(from + 1, end));
    return unit !== undefined && this.text.placeInstead(unit) ? end : from;
  }

  /** A chunk with digits, or with `/`, `:` or `@` inside. */
  #value(
    from: number,
    start: number,
    end: number,
    to: number,
    slashes: number,
    colons: number,
    ats: number,
  ): number {
    const source = this.#source;
    const { text } = this;
    if (this.#before & (Word.user | Word.host) && this.#follows(from)) {
      text.place(this.#before & Word.user ? PLACEHOLDERS.name : PLACEHOLDERS.host);
      return end;
    }
    if (isDigit(source.charCodeAt(start))) {
      const found = numeral(source, start, end);
      if (found !== undefined) {
        text.place(found);
        if (found === PLACEHOLDERS.num) return this.#unit(end, to);
        return found === PLACEHOLDERS.time ? timeTailEnd(source, end, to) : end;
      }
    }
    text.copy(source, from, start);
    if (slashes === 0 && isVersion(source, start, end)) {
      text.copy(source, start, start + 1);
      text.place(PLACEHOLDERS.num);
      return end;
    }
    if (slashes > 0 && isPath(source, start, end, slashes)) return this.#path(start, to);
    const found = this.#shape(start, end, colons, ats);
    if (found !== undefined) text.place(found);
    else if (colons > 2 && isIpv6(source, indexOfCode(source, COLON, start, end) + 1, end)) {
      // `en0:fe80:…`
      this.#parts(start, indexOfCode(source, COLON, start, end) + 1);
      text.place(PLACEHOLDERS.host);
    } else this.#parts(start, end);
    return end;
  }

  #shape(from: number, to: number, colons: number, ats: number): Placeholder | undefined {
    const source = this.#source;
    if (ats === 1 && isEmail(source, from, to)) return PLACEHOLDERS.email;
    if (isUuid(source, from, to)) return PLACEHOLDERS.uuid;
    if (isHexPairs(source, from, to)) return to - from === 17 ? PLACEHOLDERS.mac : PLACEHOLDERS.hex;
    if (colons > 1 && isIpv6(source, from, to)) return PLACEHOLDERS.host;
    if (isHost(source, from, to)) return PLACEHOLDERS.host;
    return isFile(source, from, to) ? PLACEHOLDERS.path : undefined;
  }

  /** What is no value as a whole: `worker-3:12`, `HTTP/1.1`, `Foo.java:12`. */
  #parts(from: number, to: number): void {
    const source = this.#source;
    const { text } = this;
    let at = from;
    while (at < to) {
      if (at + 36 <= to && isUuid(source, at, at + 36)) {
        text.place(PLACEHOLDERS.uuid);
        at += 36;
        continue;
      }
      let digits = 0;
      let letters = 0;
      let joiners = 0;
      let end = at;
      for (; end < to; end++) {
        const code = source.charCodeAt(end);
        const kind = CLASS_OF[code]!;
        if (kind === Class.digit) digits++;
        else if (kind >= Class.letter) letters++;
        else if (code === DASH || code === UNDERSCORE || code === TILDE) joiners++;
        else break;
      }
      if (end === at) {
        text.put(source.charCodeAt(at));
        at++;
        continue;
      }
      if (digits === 0) this.#letters(at, end);
      else if (letters === 0) this.#numbers(at, end);
      else {
        const number = joiners === 0 && isDigit(source.charCodeAt(at)) ? numeral(source, at, end) : undefined;
        if (number === undefined) this.#mixed(at, end, joiners);
        else text.place(number);
      }
      at = end;
    }
  }

  #letters(from: number, to: number): void {
    const random = to - from >= RANDOM_LETTERS_MIN ? randomRun(this.#source, from, to) : undefined;
    if (random === undefined) this.text.copy(this.#source, from, to);
    else this.text.place(random);
  }

  #numbers(from: number, to: number): void {
    let at = from;
    while (at < to) {
      const end = digitsEnd(this.#source, at, to);
      if (end > at) this.text.place(PLACEHOLDERS.num);
      else this.text.put(this.#source.charCodeAt(at));
      at = Math.max(end, at + 1);
    }
  }

  /** Letters and digits: an id as a whole, whichever of them vary. */
  #mixed(from: number, to: number, joiners: number): void {
    const source = this.#source;
    if (joiners > 0) {
      this.text.place(PLACEHOLDERS.id);
      return;
    }
    if (source.charCodeAt(from) === 0x30 && (source.charCodeAt(from + 1) | 0x20) === 0x78) {
      this.text.place(PLACEHOLDERS.hex);
      return;
    }
    if (to - from <= 7 && CONSTANTS.has(source.slice(from, to).toLowerCase()))
      this.text.copy(source, from, to);
    else this.text.place(randomRun(source, from, to) ?? PLACEHOLDERS.id);
  }

  #quotation(at: number, to: number, quote: number): number {
    const source = this.#source;
    const before = at > 0 ? source.charCodeAt(at - 1) : SPACE;
    // The apostrophe of `can't` opens nothing.
    const close = quote !== DOUBLE_QUOTE && isWordChar(before) ? -1 : this.#closing(at, to, quote);
    if (close === -1) {
      this.text.put(quote);
      return at + 1;
    }
    const colon = spacesEnd(source, close + 1, to);
    const isBeforeValue =
      colon < to && (source.charCodeAt(colon) === COLON || source.startsWith('=>', colon));
    if (isBeforeValue && close - at <= KEY_CHARS_MAX && this.#isKeyPlace())
      return this.#pair(at, close, colon, to);
    if (
      this.text.length === 0 ||
      this.#isAfterHeader() ||
      isRequest(source, at + 1, close) ||
      this.#isSentence(at + 1, close)
    ) {
      this.text.put(quote);
      this.#readNested(at + 1, close);
      this.text.put(quote);
    } else this.text.place(PLACEHOLDERS.str);
    return close + 1;
  }

  /** What is written in quotes behind `file.go:12] ` is the message itself. */
  #isAfterHeader(): boolean {
    const { codes, length } = this.text;
    return length > 1 && codes[length - 1] === SPACE && codes[length - 2] === SQUARE_CLOSE;
  }

  #isKeyPlace(): boolean {
    const { codes, length } = this.text;
    const last = length > 0 && codes[length - 1] === SPACE ? codes[length - 2] : codes[length - 1];
    return length === 0 || last === CURLY_OPEN || last === COMMA;
  }

  /** Three words or more, all of them a program's: no value. */
  #isSentence(from: number, to: number): boolean {
    const source = this.#source;
    let words = 0;
    let hash = WORD_HASH_START;
    let letters = 0;
    for (let at = from; at <= to; at++) {
      const code = at < to ? source.charCodeAt(at) : SPACE;
      if (code >= 0x80 || isDigit(code)) return false;
      if (isWordChar(code)) {
        hash = hashLetter(hash, code);
        letters++;
      } else if (code === SPACE || code === COMMA || code === DOT || code === COLON) {
        if (letters === 0) continue;
        if (letters > 1 && (meaningOf(hash) & (Word.known | Word.glue)) === 0) return false;
        words++;
        letters = 0;
        hash = WORD_HASH_START;
      } else if (code !== QUOTE) return false;
    }
    return words >= 3;
  }

  /** Where the quote that opened at `from` is closed; -1 when it is not. */
  #closing(from: number, to: number, quote: number): number {
    const bit = quote === DOUBLE_QUOTE ? 1 : quote === QUOTE ? 2 : 4;
    if (this.#unclosed & bit) return -1;
    const source = this.#source;
    for (let at = from + 1; at < to; at++) {
      const code = source.charCodeAt(at);
      if (code === BACKSLASH) at++;
      else if (
        code === quote &&
        (quote === DOUBLE_QUOTE || at + 1 === to || !isWordChar(source.charCodeAt(at + 1)))
      )
        return at;
    }
    // Nor is any that opens later: without this, a line of quotes would be read once for each.
    this.#unclosed |= bit;
    return -1;
  }

  /** `"key": value`, as in JSON and in what Python and Node print. */
  #pair(from: number, close: number, colon: number, to: number): number {
    const source = this.#source;
    const { text } = this;
    const quote = source.charCodeAt(from);
    text.put(quote);
    this.#readNested(from + 1, close);
    text.put(quote);
    // Ruby writes `"key"=>value`.
    const valueFrom = source.charCodeAt(colon) === COLON ? colon + 1 : colon + 2;
    text.copy(source, colon, valueFrom);
    const at = spacesEnd(source, valueFrom, to);
    if (at > valueFrom) text.put(SPACE);
    if (at >= to) return to;
    const code = source.charCodeAt(at);
    if (code === CURLY_OPEN) return at;
    if (code === DOUBLE_QUOTE || code === QUOTE) return this.#quotedValue(at, to, code, from + 1, close);
    text.place(PLACEHOLDERS['*']);
    if (code === SQUARE_OPEN) return this.#arrayEnd(at, to);
    let end = at;
    while (end < to && source.charCodeAt(end) !== COMMA && !isClosing(source.charCodeAt(end))) end++;
    while (end > at && CLASS_OF[source.charCodeAt(end - 1)] === Class.space) end--;
    return Math.max(end, at + 1);
  }

  /** A value in quotes: a text of its own, a word that stays, or anything. */
  #quotedValue(at: number, to: number, quote: number, keyFrom: number, keyTo: number): number {
    const close = this.#closing(at, to, quote);
    if (close !== -1 && this.#isSpecialKey(keyFrom, keyTo)) {
      this.text.put(quote);
      this.#readNested(at + 1, close);
      this.text.put(quote);
    } else this.text.place(PLACEHOLDERS['*']);
    return close === -1 ? to : close + 1;
  }

  #isSpecialKey(from: number, to: number): boolean {
    if (to - from > SPECIAL_KEY_CHARS_MAX || to - from < 3) return false;
    const key = this.#source.slice(from, to).toLowerCase();
    return TEXT_KEYS.has(key) || WORD_KEYS.has(key);
  }

  /** The list is one value, whatever its length. */
  #arrayEnd(from: number, to: number): number {
    const source = this.#source;
    let depth = 0;
    for (let at = from; at < to; at++) {
      const code = source.charCodeAt(at);
      if (isOpening(code)) depth++;
      else if (isClosing(code)) {
        if (--depth === 0) return at + 1;
      } else if (code === DOUBLE_QUOTE) {
        const close = this.#closing(at, to, code);
        if (close === -1) return to;
        at = close;
      }
    }
    return to;
  }

  /** `key=value` and `key = value`. The key stays, the value goes, also when there is none: `user=`. */
  #assignment(at: number, to: number): number {
    const source = this.#source;
    const { text } = this;
    let keyTo = at;
    while (keyTo > 0 && source.charCodeAt(keyTo - 1) === SPACE) keyTo--;
    const keyEnd = keyTo > 0 ? source.charCodeAt(keyTo - 1) : SPACE;
    text.put(EQUALS);
    const next = at + 1 < to ? source.charCodeAt(at + 1) : SPACE;
    const isKey = isWordChar(keyEnd) || keyEnd === DOUBLE_QUOTE || isClosing(keyEnd);
    if (!isKey || next === EQUALS || next === GREATER || next === TILDE) return at + 1;

    const value = spacesEnd(source, at + 1, to);
    if (value > at + 1) {
      text.put(SPACE);
      return value < to ? this.#assigned(value, to, keyTo, true) : to;
    }
    return this.#assigned(value, to, keyTo, false);
  }

  #assigned(at: number, to: number, keyTo: number, isApart: boolean): number {
    const source = this.#source;
    const { text } = this;
    const code = at < to ? source.charCodeAt(at) : SPACE;
    const keyFrom = this.#keyTo === keyTo ? this.#keyFrom : keyTo;
    if (code === DOUBLE_QUOTE || code === QUOTE) return this.#quotedValue(at, to, code, keyFrom, keyTo);
    if (code === CURLY_OPEN || code === ROUND_OPEN) return at;
    if (code === SQUARE_OPEN || code === LESS) {
      const end = code === LESS ? angleEnd(source, at, to) : plainBracketEnd(source, at, to);
      if (end === 0) return at;
      text.place(PLACEHOLDERS['*']);
      return end;
    }
    if (isApart) {
      // `a= b=1`: the next key, not a value; `a= , b`: nothing.
      const end = unspacedEnd(source, at, to);
      if (end === at || indexOfCode(source, EQUALS, at, end) !== -1) return at;
    }
    if (this.#isSpecialKey(keyFrom, keyTo)) return at;
    const end = unspacedEnd(source, at, to);
    text.place(PLACEHOLDERS['*']);
    return end < to && isOpening(source.charCodeAt(end))
      ? Math.max(plainBracketEnd(source, end, to), end)
      : end;
  }
}

/** `<nil>`, `<unset>` */
function angleEnd(text: string, from: number, to: number): number {
  const limit = Math.min(to, from + 40);
  for (let at = from; at < limit; at++) if (text.charCodeAt(at) === GREATER) return at + 1;
  return 0;
}

function isEmail(text: string, from: number, to: number): boolean {
  return indexOfCode(text, DOT, indexOfCode(text, AT, from, to) + 2, to) !== -1;
}

/** `v1.2.3-beta.1`; the `v` stays. */
function isVersion(text: string, from: number, to: number): boolean {
  if ((text.charCodeAt(from) | 0x20) !== 0x76) return false;
  const major = digitsEnd(text, from + 1, to);
  return (
    major > from + 1 &&
    major + 1 < to &&
    text.charCodeAt(major) === DOT &&
    isDigit(text.charCodeAt(major + 1))
  );
}

/** `cus_PaBcDeFgHiJkLm` */
function hasRandomRun(text: string, from: number, to: number): boolean {
  let start = from;
  for (let at = from; at <= to; at++) {
    if (at < to && CLASS_OF[text.charCodeAt(at)]! >= Class.letter) continue;
    if (at - start >= RANDOM_PART_MIN && randomRun(text, start, at) !== undefined) return true;
    start = at + 1;
  }
  return false;
}

/** `GET /cart HTTP/1.1` */
function isRequest(text: string, from: number, to: number): boolean {
  let at = from;
  while (at < to && isUpper(text.charCodeAt(at))) at++;
  if (at - from < 3 || at - from > 7 || text.charCodeAt(at) !== SPACE) return false;
  return text.charCodeAt(at + 1) === SLASH || placeholderAt(text, at + 1) === PLACEHOLDERS.path;
}

/** `a/b/c`, `a/b.txt`, `default/web-7d4b9c`, but `and/or`, `HTTP/1.1`, `3/5`. */
function isPath(text: string, from: number, to: number, slashes: number): boolean {
  if (slashes > 1) return true;
  let at = from;
  while (text.charCodeAt(at) !== SLASH) at++;
  let hasDigit = false;
  let hasLetter = false;
  const isName = !isDigit(text.charCodeAt(from));
  for (at++; at < to; at++) {
    const code = text.charCodeAt(at);
    if (code === DOT && at + 1 < to && !isDigit(text.charCodeAt(at + 1))) return true;
    if (isDigit(code)) hasDigit = true;
    else if (isLower(code)) hasLetter = true;
  }
  return isName && hasDigit && hasLetter;
}
