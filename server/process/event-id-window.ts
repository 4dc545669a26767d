/**
 * The event ids stored last: an SDK that did not hear our answer sends again, and the event must count once.
 * Ids are kept as 64 mixed bits of project and id in two open-addressed tables, the older of which is dropped
 * when the younger is full, so memory is bounded and nothing is ever moved. After a start the window is filled
 * from the telemetry store.
 */

/** Ids of the younger table; the window holds between one and two times as many. 16 bytes of table per id. */
export const WINDOW_IDS = 262_144;

export class EventIdWindow {
  #young = new IdTable();
  #old = new IdTable();

  has(project: number, eventId: string): boolean {
    const [high, low] = mix(project, eventId);
    return this.#young.has(high, low) || this.#old.has(high, low);
  }

  add(project: number, eventId: string): void {
    if (this.#young.size >= WINDOW_IDS) {
      this.#old = this.#young;
      this.#young = new IdTable();
    }
    const [high, low] = mix(project, eventId);
    this.#young.add(high, low);
  }
}

/** A set of pairs of 32-bit numbers that doubles up to its bound, filled to a half at most. */
class IdTable {
  size = 0;
  #slots = new Uint32Array(2 * 4096);

  has(high: number, low: number): boolean {
    const at = this.#find(this.#slots, high, low);
    return this.#slots[at] !== 0 || this.#slots[at + 1] !== 0;
  }

  add(high: number, low: number): void {
    if (this.has(high, low)) return;
    if (this.size * 4 >= this.#slots.length) this.#grow();
    this.#put(this.#slots, high, low);
    this.size += 1;
  }

  #grow(): void {
    const slots = new Uint32Array(this.#slots.length * 2);
    for (let at = 0; at < this.#slots.length; at += 2)
      if (this.#slots[at] !== 0 || this.#slots[at + 1] !== 0)
        this.#put(slots, this.#slots[at]!, this.#slots[at + 1]!);
    this.#slots = slots;
  }

  #put(slots: Uint32Array, high: number, low: number): void {
    const at = this.#find(slots, high, low);
    slots[at] = high;
    slots[at + 1] = low;
  }

  /** Where the pair is, or the empty place where it would go. */
  #find(slots: Uint32Array, high: number, low: number): number {
    const mask = slots.length / 2 - 1;
    for (let slot = low & mask; ; slot = (slot + 1) & mask) {
      const at = slot * 2;
      if ((slots[at] === 0 && slots[at + 1] === 0) || (slots[at] === high && slots[at + 1] === low))
        return at;
    }
  }
}

/** All 128 bits of the id matter: time-ordered ids share their first 48. */
function mix(project: number, eventId: string): [number, number] {
  let high = project | 0;
  let low = Math.imul(project, 0x9e3779b1);
  for (let at = 0; at < 32; at += 8) {
    const word = Number.parseInt(eventId.slice(at, at + 8), 16) | 0;
    high = Math.imul(high ^ word, 0x85ebca6b);
    high = (high << 13) | (high >>> 19);
    low = Math.imul(low ^ word ^ (high >>> 7), 0xc2b2ae35);
    low = (low << 15) | (low >>> 17);
  }
  high ^= high >>> 16;
  // The pair 0,0 marks an empty slot.
  return [high >>> 0, low >>> 0 || 1];
}
