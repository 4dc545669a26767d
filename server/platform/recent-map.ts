/**
 * A bounded map of what was used lately, for answers that can be computed again. Two generations: when the younger is
 * full the older is dropped, and what is asked for in the older moves to the younger. So it holds between one and two
 * times its bound, and what is asked for again and again stays. A hit is one look-up and writes nothing, where a list
 * in the order of use is changed by each.
 */
export class RecentMap<Key, Value extends NonNullable<unknown>> {
  readonly #entriesMax: number;
  #young = new Map<Key, Value>();
  #old = new Map<Key, Value>();

  /** `entriesMax`: of one generation. */
  constructor(entriesMax: number) {
    this.#entriesMax = entriesMax;
  }

  get(key: Key): Value | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: Key, value: Value): void {
    if (this.#young.size >= this.#entriesMax && !this.#young.has(key)) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }
}
