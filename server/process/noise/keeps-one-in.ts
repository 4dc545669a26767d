/**
 * Which records a sampling rule keeps: decided by what they are, so that a record sent again or prepared again after a
 * crash is decided the same way. By its trace where it has one: then a trace is whole or not there, in all patterns with
 * the same rate, and what is kept of one in a hundred is kept of one in ten too.
 */

export interface Sampled {
  /** Normalized; empty: it has none. */
  traceId: string;
  body: string;
  /** Its own time as sent, nanoseconds; undefined: it says none. */
  time: string | undefined;
  /** Its place in the request: what tells records without a time apart. */
  sequence: number;
}

/** Characters of a body that are looked at: lines of a pattern differ early, and seldom only beyond. */
const BODY_CHARS = 512;
/** Nanoseconds since 1970. */
const TIME_CHARS = 20;

export function isKept(record: Sampled, oneIn: number): boolean {
  return hashOf(record) % oneIn === 0;
}

/** FNV-1a over char codes, mixed: neighbouring ids differ in their last digit only. */
function hashOf({ traceId, body, time, sequence }: Sampled): number {
  let hash = 0x811c9dc5;
  const read = (text: string, charsMax: number) => {
    const end = Math.min(text.length, charsMax);
    for (let at = 0; at < end; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  };
  if (traceId !== '') read(traceId, traceId.length);
  else {
    read(body, BODY_CHARS);
    if (time !== undefined) read(time, TIME_CHARS);
    else hash = Math.imul(hash ^ sequence, 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
