/**
 * The labels of one line on its way through a pipeline. A label of the stream or the metadata is never overwritten by
 * a parser: what is parsed under its name is called `<name>_extracted`. Of two parsed labels of one name the first
 * stays; what a format sets replaces all.
 */
import { type BaseLabels, type Labels, labelsOf } from './labels.ts';

export const ERROR = '__error__';
export const ERROR_DETAILS = '__error_details__';

/** Where the labels of a result come from. */
export interface LabelsByOrigin {
  stream: Labels;
  metadata: Labels;
  parsed: Labels;
}

export class LineLabels {
  readonly base: BaseLabels;
  /** Set by formats and parsers. */
  readonly #set: Labels = labelsOf();
  /** Taken from the base. */
  readonly #gone = new Set<string>();
  readonly #extracted = new Set<string>();
  /** Of labels that were renamed. */
  readonly #origins = new Map<string, keyof LabelsByOrigin>();
  #error = '';
  #errorDetails = '';

  constructor(base: BaseLabels) {
    this.base = base;
  }

  get(name: string): string | undefined {
    if (name === ERROR) return this.#error || undefined;
    if (name === ERROR_DETAILS) return this.#errorDetails || undefined;
    const own = this.#set[name];
    if (own !== undefined) return own;
    return this.#gone.has(name) ? undefined : (this.base.stream[name] ?? this.base.metadata[name]);
  }

  /** By a parser. */
  extract(name: string, value: string): void {
    const free =
      this.base.stream[name] !== undefined || this.base.metadata[name] !== undefined
        ? `${name}_extracted`
        : name;
    if (this.#extracted.has(free)) return;
    this.#extracted.add(free);
    this.set(free, value);
  }

  /** By a format. */
  set(name: string, value: string): void {
    if (name === ERROR) this.#error = value;
    else if (name === ERROR_DETAILS) this.#errorDetails = value;
    else {
      this.#set[name] = value;
      this.#origins.delete(name);
    }
  }

  /** A label keeps its origin under another name. Does nothing when there is none. */
  rename(from: string, to: string): void {
    const value = this.get(from);
    if (value === undefined) return;
    const origin = this.#originOf(from);
    this.set(to, value);
    this.#origins.set(to, origin);
    if (to !== from) this.remove(from);
  }

  #originOf(name: string): keyof LabelsByOrigin {
    if (this.#set[name] !== undefined) return this.#origins.get(name) ?? 'parsed';
    return this.base.stream[name] === undefined ? 'metadata' : 'stream';
  }

  remove(name: string): void {
    if (name === ERROR) this.#error = '';
    else if (name === ERROR_DETAILS) this.#errorDetails = '';
    else {
      delete this.#set[name];
      this.#gone.add(name);
    }
  }

  fail(error: string, details: string): void {
    this.#error = error;
    this.#errorDetails = details;
  }

  get error(): string {
    return this.#error;
  }

  /** Names of what is there, the error not among them. */
  names(): string[] {
    const { stream, metadata } = this.base;
    const names = new Set(Object.keys(this.#set));
    for (const name in stream) if (!this.#gone.has(name)) names.add(name);
    for (const name in metadata) if (!this.#gone.has(name)) names.add(name);
    return [...names];
  }

  byOrigin(): LabelsByOrigin {
    const found: LabelsByOrigin = { stream: labelsOf(), metadata: labelsOf(), parsed: labelsOf() };
    for (const name of this.names()) found[this.#originOf(name)][name] = this.get(name)!;
    if (this.#error) found.parsed[ERROR] = this.#error;
    if (this.#errorDetails) found.parsed[ERROR_DETAILS] = this.#errorDetails;
    return found;
  }

  /** All in one, the error among them. */
  all(): Labels {
    const labels = labelsOf();
    const { stream, metadata } = this.base;
    for (const name in metadata) if (!this.#gone.has(name)) labels[name] = metadata[name]!;
    for (const name in stream) if (!this.#gone.has(name)) labels[name] = stream[name]!;
    for (const name in this.#set) labels[name] = this.#set[name]!;
    if (this.#error) labels[ERROR] = this.#error;
    if (this.#errorDetails) labels[ERROR_DETAILS] = this.#errorDetails;
    return labels;
  }

  /** Some of them, where they are there and not empty. */
  only(names: readonly string[]): Labels {
    const labels = labelsOf();
    for (const name of names) {
      const value = this.get(name);
      if (value) labels[name] = value;
    }
    return labels;
  }
}
