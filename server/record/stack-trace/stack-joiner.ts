/**
 * Joins the lines of a stack trace that arrive one by one: Python, the JVM, JavaScript, Go, PHP, Ruby, .NET and Rust.
 * A machine over kinds of lines (`line-kind.ts`): pure, linear, and bounded in what it holds. Every line comes out
 * once and in order. A line joins only when it can be nothing else, or when a line behind it proves it: what waits for
 * its proof is given out by itself when the proof does not come.
 */
import { levelInBody } from '#server/record/level-in-body.ts';
import { FRONT_CHARS, type LineKind, lineKindOf } from './line-kind.ts';
import { splitPrefix } from './line-prefix.ts';
import { type Mode, mayStandBelowHeading, type Step, stepOf } from './step.ts';

/** Of one record. The deepest traces of the JVM are 1,024 frames for each cause. */
export const JOINED_LINES_MAX = 2_000;
/** Of one record, characters; a quarter of the longest body that is kept. */
export const JOINED_CHARS_MAX = 262_144;
/** Lines that wait for their proof: blank ones, messages of several lines, excerpts of source. */
const UNPROVEN_LINES_MAX = 6;
/** Warnings and worse are what a logger writes above a stack trace. */
const HEADING_SEVERITY_MIN = 13;

interface Held<Item> {
  item: Item;
  length: number;
  /** Of the line's prefix. */
  shape: string;
  /** Its front without it. */
  rest: string;
  kind: LineKind;
}

function heldOf<Item>(item: Item, text: string): Held<Item> {
  const { shape, rest } = splitPrefix(text);
  const kind = lineKindOf(rest);
  return { item, length: text.length, shape, rest: rest.slice(0, FRONT_CHARS), kind };
}

export interface JoinerOptions<Item> {
  /** Gets the items of one record, one or more. */
  emit(items: Item[]): void;
  /** False for neighbours that cannot be of one record: of other sources, or far apart in time. */
  belong?(previous: Item, next: Item): boolean;
}

export class StackJoiner<Item> {
  readonly #emit: (items: Item[]) => void;
  readonly #belong: (previous: Item, next: Item) => boolean;
  /** The record so far; its first #proven lines are certain. */
  #held: Held<Item>[] = [];
  #proven = 0;
  #chars = 0;
  #mode: Mode = 'line';
  /** Of the prefixes of the lines. */
  #shape = '';

  constructor({ emit, belong = () => true }: JoinerOptions<Item>) {
    this.#emit = emit;
    this.#belong = belong;
  }

  /** Lines that have not come out yet. */
  get heldLines(): number {
    return this.#held.length;
  }

  push(item: Item, text: string): void {
    this.#take([heldOf(item, text)]);
  }

  /** Nothing follows, or nothing came for a while. */
  flush(): void {
    while (this.#held.length > 0) this.#take(this.#close());
  }

  #take(queue: Held<Item>[]): void {
    for (let next = queue.shift(); next; next = queue.shift()) this.#push(next, queue);
  }

  #push(next: Held<Item>, queue: Held<Item>[]): void {
    if (this.#held.length === 0) {
      this.#open(next);
      return;
    }
    const step = this.#step(next);
    if (step === null) {
      // What waited for its proof may begin a record of its own. Each time the first of it is settled, so this ends.
      const rest = this.#close();
      if (rest.length > 0) queue.unshift(...rest, next);
      else this.#open(next);
      return;
    }
    const isFull = this.#held.length >= JOINED_LINES_MAX || this.#chars + next.length > JOINED_CHARS_MAX;
    if (isFull) this.#emitAll();
    this.#mode = step.mode;
    this.#held.push(next);
    this.#chars += next.length + 1;
    if (step.verdict === 'joins' || isFull) this.#proven = this.#held.length;
  }

  /** Gives out what is certain; the rest comes back. */
  #close(): Held<Item>[] {
    const rest = this.#held.splice(this.#proven);
    this.#emitAll();
    return rest;
  }

  #emitAll(): void {
    this.#emit(this.#held.map(({ item }) => item));
    this.#held = [];
    this.#proven = 0;
    this.#chars = 0;
  }

  #open(first: Held<Item>): void {
    this.#held = [first];
    this.#proven = 1;
    this.#chars = first.length;
    this.#mode = openingMode(first);
    this.#shape = first.shape;
  }

  #step(next: Held<Item>): Step {
    const waiting = this.#held.length - this.#proven;
    const { shape, kind, rest: text } = next;
    const line = { kind, text, isPrefixed: shape !== '', isAfterWaiting: waiting > 0 };
    let step = stepOf(this.#mode, line);
    const isBelowHeading = step === null && this.#mode === 'line' && mayStandBelowHeading(kind);
    if (isBelowHeading && isHeading(this.#held[0]!)) {
      step = stepOf('heading', line);
      // What stands below a heading may have prefixes of another shape, or none.
      this.#shape = shape;
    }
    if (step === null || (step.verdict === 'waits' && waiting >= UNPROVEN_LINES_MAX)) return null;
    return this.#isOfShape(shape) && this.#belong(this.#held.at(-1)!.item, next.item) ? step : null;
  }

  /**
   * A logger that writes a time before its message writes none before the lines of the stack trace below it; others
   * write one before each.
   */
  #isOfShape(shape: string): boolean {
    if (this.#shape === shape) return true;
    if (shape !== '' || this.#held.length > 1) return false;
    this.#shape = '';
    return true;
  }
}

function openingMode({ kind, rest }: Pick<Held<unknown>, 'kind' | 'rest'>): Mode {
  switch (kind) {
    case 'error':
    case 'cause':
    case 'rust-causes':
      return 'error';
    case 'source-place':
    case 'dotnet-log':
    case 'go-panic':
    case 'ruby-error':
      return kind;
    case 'python-start':
    case 'python-file':
      return 'python';
    case 'goroutine':
      return 'go';
    case 'rust-panic':
      // Since 1.73 the message has a line of its own.
      return rest.trimEnd().endsWith(':') ? 'rust-message' : 'rust';
    case 'at':
      return 'frames';
    default:
      return 'line';
  }
}

/** What a logger wrote above a stack trace: a warning or worse with a time, as Python's default, or in plain words. */
function isHeading({ shape, rest }: Pick<Held<unknown>, 'shape' | 'rest'>): boolean {
  const front = rest.slice(0, HEADING_CHARS);
  if (SPEAKS_OF_EXCEPTION.test(front)) return true;
  const isLogged = shape !== '' || TIMED.test(front) || PYTHON_DEFAULT.test(front);
  return isLogged && levelInBody(rest) >= HEADING_SEVERITY_MIN;
}

/** Looked at for a heading, characters. */
const HEADING_CHARS = 200;
const SPEAKS_OF_EXCEPTION = /^(?:Uncaught |Unhandled |(?:Task )?[Ee]xception )/;
const TIMED = /\d\d:\d\d:\d\d/;
const PYTHON_DEFAULT = /^(?:WARNING|ERROR|CRITICAL):[\w.]+:/;
