/**
 * Where messages of a TCP connection begin and end, told for each message by itself, since senders say nothing of their
 * framing:
 *  F1  `LEN <…`: a count of bytes (RFC 6587, 3.4.1), then the message, whatever is in it.
 *  F2  Else a message ends at NUL (Python's SysLogHandler) or at a line feed (RFC 6587, 3.4.2).
 *  F3  A line feed ends a message with a priority only where the next one begins behind it, or nothing follows for a
 *      moment: a stack trace is one message.
 *  F4  Senders that put no end to their messages (winston-syslog): one begins at the header of RFC 5424 or RFC 3164,
 *      until an end has been seen on the connection.
 *  F5  What is longer than MESSAGE_BYTES_MAX is cut there and marked; the rest of it is passed over.
 * Every byte is looked at a bounded number of times, however the stream is cut into chunks.
 */

/** As much of a message as is kept. Messages are short; a mebibyte is a dump of something. */
export const MESSAGE_BYTES_MAX = 1024 * 1024;

/** The bytes are a view, good until the next push. */
export interface FramedMessage {
  bytes: Buffer;
  isCut: boolean;
}

/** Longest begin of a message that must be seen to know it: a count, a priority, a month and a day. */
const BEGIN_BYTES_MAX = 32;

/** Room that an idle connection may keep: the size of the chunks that arrive. */
const ROOM_KEPT_BYTES = 128 * 1024;

const NUL = 0x00;
const LINE_FEED = 0x0a;
const LESS_THAN = 0x3c;

const COUNT = /^([1-9]\d{0,8}) <\d{1,3}>/;
/** What may still become a count or a priority when more arrives. */
const UNDECIDED = /^(?:[1-9]\d{0,8}(?: (?:<\d{0,3})?)?|<\d{0,3})$/;
const BEGIN = /^(?:[1-9]\d{0,8} )?<\d{1,3}>/;
/** F4. */
const HEADER =
  /^<\d{1,3}>(?:1 (?:- |\d{4}-\d\d-\d\dT)|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d \d\d:)/;
/** The header that may come is longer than what has come. */
const UNDECIDED_HEADER = /^<(?:\d{0,3}|\d{1,3}>[\w :-]{0,15})$/;

export class Framing {
  /** Grows by doubling, so that a message that comes byte by byte costs no more than one that comes at once. */
  #buffer = Buffer.allocUnsafe(0);
  #start = 0;
  #end = 0;
  /** How far the message at #start has been searched for its end. */
  #searched = 0;
  /** Bytes of a message that was cut, still to come and passed over. */
  #passOver = 0;
  /** The rest of a cut message that has no count is passed over, to its end. */
  #passingOver: { hasPriority: boolean } | null = null;
  #hasSeenEnd = false;

  get heldBytes(): number {
    return this.#end - this.#start;
  }

  push(chunk: Buffer): FramedMessage[] {
    this.#append(chunk);
    return this.#take(false);
  }

  /** Nothing followed for a moment: what is no counted message is whole. */
  quiet(): FramedMessage[] {
    return this.#take(true);
  }

  /** Nothing follows any more: what is there is all there is. */
  end(): FramedMessage[] {
    const messages = this.#take(true);
    const count = COUNT.exec(this.#beginAt(this.#start));
    if (count) this.#advance(String(count[1]).length + 1);
    if (this.heldBytes > 0) messages.push(this.#emit(this.#end, true));
    return messages;
  }

  #take(isQuiet: boolean): FramedMessage[] {
    const messages: FramedMessage[] = [];
    for (;;) {
      this.#skip();
      if (this.heldBytes === 0) break;
      if (this.#passingOver) {
        if (!this.#passOverRest(this.#passingOver.hasPriority, isQuiet)) break;
        continue;
      }
      const message = this.#next(isQuiet);
      if (message === null) break;
      messages.push(message);
    }
    this.#release();
    return messages;
  }

  /** What stands between messages, and what is passed over. */
  #skip(): void {
    const passed = Math.min(this.#passOver, this.heldBytes);
    this.#passOver -= passed;
    this.#advance(passed);
    if (this.#passOver === 0 && !this.#passingOver)
      while (this.heldBytes > 0 && isBetween(this.#buffer[this.#start]!)) this.#advance(1);
  }

  /** The message at #start, or null when it is not whole. */
  #next(isQuiet: boolean): FramedMessage | null {
    const begin = this.#beginAt(this.#start);
    const count = COUNT.exec(begin);
    if (count) return this.#counted(count[1]!.length + 1, Number(count[1]));
    if (!isQuiet && UNDECIDED.test(begin)) return null;
    const hasPriority = begin.startsWith('<');
    const end = this.#findEnd(hasPriority, isQuiet);
    if (end >= 0 && end - this.#start <= MESSAGE_BYTES_MAX) return this.#emit(end, false);
    if (this.heldBytes <= MESSAGE_BYTES_MAX) return null;
    this.#passingOver = { hasPriority };
    return this.#emit(this.#start + MESSAGE_BYTES_MAX, true);
  }

  #beginAt(at: number): string {
    return this.#buffer.toString('latin1', at, Math.min(this.#end, at + BEGIN_BYTES_MAX));
  }

  /** F1 */
  #counted(prefix: number, length: number): FramedMessage | null {
    const kept = Math.min(length, MESSAGE_BYTES_MAX);
    if (this.heldBytes < prefix + kept) return null;
    this.#advance(prefix);
    this.#hasSeenEnd = true;
    this.#passOver = length - kept;
    return this.#emit(this.#start + kept, length > kept);
  }

  /** F2 to F4: where the message ends, or -1. */
  #findEnd(hasPriority: boolean, isQuiet: boolean): number {
    const mayRunOn = hasPriority && !this.#hasSeenEnd;
    const from = Math.max(this.#searched, this.#start);
    for (let at = from; at < this.#end; at++) {
      const byte = this.#buffer[at];
      if (byte === NUL) return this.#ended(at);
      if (byte === LINE_FEED) {
        const follows = this.#beginAt(at + 1);
        if (!hasPriority || BEGIN.test(follows)) return this.#ended(at);
        // F3: the last line may be followed by another that has not come yet.
        if (!isQuiet && (follows === '' || UNDECIDED.test(follows))) return this.#waitAt(at);
      } else if (byte === LESS_THAN && mayRunOn && at > this.#start) {
        const follows = this.#beginAt(at);
        if (HEADER.test(follows)) return at;
        if (!isQuiet && UNDECIDED_HEADER.test(follows)) return this.#waitAt(at);
      }
    }
    return isQuiet ? this.#end : this.#waitAt(this.#end);
  }

  /** More must come before it is known whether the message ends here. */
  #waitAt(at: number): -1 {
    this.#searched = at;
    return -1;
  }

  #ended(at: number): number {
    this.#hasSeenEnd = true;
    return at;
  }

  /** F5, without a count. False when the end has not come. */
  #passOverRest(hasPriority: boolean, isQuiet: boolean): boolean {
    const end = this.#findEnd(hasPriority, isQuiet);
    if (end >= 0) this.#passingOver = null;
    this.#advance((end >= 0 ? end : this.#searched) - this.#start);
    return end >= 0;
  }

  #emit(end: number, isCut: boolean): FramedMessage {
    const bytes = this.#buffer.subarray(this.#start, end);
    this.#advance(end - this.#start);
    return { bytes, isCut };
  }

  #advance(count: number): void {
    if (count === 0) return;
    this.#start += count;
    this.#searched = this.#start;
    if (this.#start < this.#end) return;
    this.#start = 0;
    this.#end = 0;
    this.#searched = 0;
  }

  /** A connection that once had a long message must not keep its room. */
  #release(): void {
    if (this.#buffer.length <= ROOM_KEPT_BYTES || this.heldBytes * 4 > this.#buffer.length) return;
    this.#buffer = Buffer.from(this.#buffer.subarray(this.#start, this.#end));
    this.#searched -= this.#start;
    this.#end -= this.#start;
    this.#start = 0;
  }

  #append(chunk: Buffer): void {
    const held = this.heldBytes;
    if (this.#end + chunk.length > this.#buffer.length) {
      // Moved to the front where that makes room for half as much again, else to a buffer twice the size.
      const needed = held + chunk.length;
      const target = needed * 2 <= this.#buffer.length ? this.#buffer : Buffer.allocUnsafe(needed * 2);
      this.#buffer.copy(target, 0, this.#start, this.#end);
      this.#buffer = target;
      this.#searched -= this.#start;
      this.#start = 0;
      this.#end = held;
    }
    chunk.copy(this.#buffer, this.#end);
    this.#end += chunk.length;
  }
}

/** Ends of messages before, and empty ones. */
function isBetween(byte: number): boolean {
  return byte === NUL || byte === LINE_FEED || byte === 0x0d || byte === 0x20;
}
