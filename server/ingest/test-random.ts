/** For tests: chance that is the same in every run (mulberry32), so that a failing input can be met again. */
export interface Random {
  /** From 0 to below 1. */
  next(): number;
  /** A whole number from 0 to below `end`. */
  below(end: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  bytes(length: number): Buffer;
  hex(length: number): string;
}

export function seededRandom(seed: number): Random {
  let state = seed;
  const random: Random = {
    next() {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
    },
    below: (end) => Math.floor(random.next() * end),
    chance: (probability) => random.next() < probability,
    pick: (list) => list[random.below(list.length)]!,
    bytes: (length) => Buffer.from(Array.from({ length }, () => random.below(256))),
    hex: (length) => Array.from({ length }, () => random.below(16).toString(16)).join(''),
  };
  return random;
}
