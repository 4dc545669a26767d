/** Keeps some of the disk free: asks the file system now and then, and throws when a write would go below. */
import type { Disk } from './disk.ts';

/** Bytes written and milliseconds gone after which the answer of the file system is old. */
const ANSWER_BYTES = 16_777_216;
const ANSWER_MS = 1_000;

export class OutOfSpace extends Error {}

export class FreeSpace {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #freeBytesMin: number;
  #askedMs = Number.NEGATIVE_INFINITY;
  #bytesSince = 0;

  constructor(disk: Disk, directory: string, freeBytesMin: number) {
    this.#disk = disk;
    this.#directory = directory;
    this.#freeBytesMin = freeBytesMin;
  }

  /** Before a write of so many bytes. */
  async check(bytes: number): Promise<void> {
    this.#bytesSince += bytes;
    if (this.#bytesSince >= ANSWER_BYTES || performance.now() - this.#askedMs >= ANSWER_MS)
      await this.ask(bytes);
  }

  /** The same, with a fresh answer. */
  async ask(bytes: number): Promise<void> {
    const free = await this.#disk.freeBytes(this.#directory);
    if (free - bytes < this.#freeBytesMin)
      throw new OutOfSpace(`${free} bytes are free and ${this.#freeBytesMin} are kept for the stores`);
    this.#askedMs = performance.now();
    this.#bytesSince = 0;
  }
}
