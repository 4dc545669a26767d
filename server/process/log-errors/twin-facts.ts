/**
 * What an error is told by when it arrives twice, by an SDK and in a log: type, message and the calls that failed. Where
 * the two word it differently (a module before the type, a whole path or none) they are brought to one form.
 */
import type { EventPayload, StackFrame } from '#server/record/event.ts';

export interface TwinFacts {
  /** The last part of the name, lower case. Empty: not known, or a word that stands for any. */
  type: string;
  /** Front of the first line. */
  message: string;
  /** Of the calls that failed, the innermost first: the person's own, where there are any. */
  calls: string[];
  /** The innermost of them with its file and line: where a runtime and a text say the same. Empty: not known. */
  place: string;
}

const MESSAGE_CHARS = 160;
const CALLS_MAX = 3;
const ANY_TYPE = new Set(['error', 'exception', 'panic', 'throwable', 'fatal error', 'errorstring']);

/**
 * What an event is told by, worked out when it is asked for: of most events nobody asks. It holds a few texts of the
 * event and not the event.
 */
export class TwinSource {
  readonly #type: string;
  readonly #value: string;
  readonly #innermost: readonly Call[];
  #facts: TwinFacts | undefined;

  constructor(type: string, value: string, innermost: readonly Call[]) {
    this.#type = type;
    this.#value = value;
    this.#innermost = innermost;
  }

  get facts(): TwinFacts {
    this.#facts ??= {
      type: typeOf(this.#type),
      message: this.#value.split('\n', 1)[0]!.slice(0, MESSAGE_CHARS).trim(),
      calls: this.#innermost.map(({ name }) => bareCall(name)),
      place: placeOf(this.#innermost[0]),
    };
    return this.#facts;
  }
}

interface Call {
  name: string;
  filename: string;
  line: number | undefined;
}

/** Null: it has no exception. */
export function twinSourceOf(event: Pick<EventPayload, 'exception'>): TwinSource | null {
  const top = event.exception?.values.at(-1);
  return top
    ? new TwinSource(top.type ?? '', top.value ?? '', innermostOf(top.stacktrace?.frames ?? []))
    : null;
}

function typeOf(said: string): string {
  const name = said.slice(-100).toLowerCase();
  const type = name.slice(Math.max(name.lastIndexOf('.'), name.lastIndexOf('\\'), name.lastIndexOf(':')) + 1);
  return ANY_TYPE.has(type) ? '' : type;
}

function innermostOf(frames: readonly StackFrame[]): Call[] {
  const own: Call[] = [];
  for (let at = frames.length - 1; at >= 0 && own.length < CALLS_MAX; at -= 1)
    if (frames[at]!.in_app) own.push(callOf(frames[at]!));
  return own.length > 0 ? own : frames.slice(-CALLS_MAX).reverse().map(callOf);
}

const callOf = ({ function: name = '', filename = '', lineno: line }: StackFrame): Call => ({
  name,
  filename,
  line,
});

/** Paths differ between the two, the last part of them does not. */
function placeOf({ name, filename, line }: Call = { name: '', filename: '', line: undefined }): string {
  if (name === '' || filename === '' || line === undefined) return '';
  return `${bareCall(name)} ${/[^\\/]*$/.exec(filename)![0].slice(0, 100).toLowerCase()}:${line}`;
}

/** Errors of one type at one place of the code are one kind, whoever tells of them. Empty: not known. */
export const kindOf = ({ type, place }: TwinFacts) => (type === '' || place === '' ? '' : `${type} ${place}`);

/** `Cart.total`, `Cart#total`, `(*Cart).Total`, `new Cart`, `async total` -> the last name. */
function bareCall(name: string): string {
  const plain = name.slice(-200).replace(/<[^<>]{0,100}>$|\(.*$/, '');
  return /[^.#:\s>\\/]*$/.exec(plain.endsWith('>') ? name : plain)![0].toLowerCase();
}

/** Whether two may be the same error, whatever the time and place. */
export function agree(one: TwinFacts, other: TwinFacts): boolean {
  if (one.type !== '' && other.type !== '' && one.type !== other.type) return false;
  if (!sameMessage(one.message, other.message)) return false;
  if (one.calls.length === 0 || other.calls.length === 0)
    return one.message !== '' || one.type === other.type;
  return (
    one.calls.some((call) => call !== '' && other.calls.includes(call)) ||
    isNameless(one) ||
    isNameless(other)
  );
}

const isNameless = ({ calls }: TwinFacts) => calls.every((call) => call === '' || call === '?');

/** One may be cut, or have a word before it. */
function sameMessage(one: string, other: string): boolean {
  if (one === other || one === '' || other === '') return true;
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return short.length >= 8 && long.includes(short);
}
