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

/** Null: it has no exception. */
export function twinFactsOf(event: Pick<EventPayload, 'exception'>): TwinFacts | null {
  const top = event.exception?.values.at(-1);
  if (!top) return null;
  const innermost = innermostOf(top.stacktrace?.frames ?? []);
  const name = (top.type ?? '').slice(-100).toLowerCase();
  const type = name.slice(Math.max(name.lastIndexOf('.'), name.lastIndexOf('\\'), name.lastIndexOf(':')) + 1);
  return {
    type: ANY_TYPE.has(type) ? '' : type,
    message: (top.value ?? '').split('\n', 1)[0]!.slice(0, MESSAGE_CHARS).trim(),
    calls: innermost.map(({ function: call = '' }) => bareCall(call)),
    place: placeOf(innermost[0]),
  };
}

function innermostOf(frames: readonly StackFrame[]): StackFrame[] {
  const own = frames.filter((frame) => frame.in_app);
  return (own.length > 0 ? own : frames).slice(-CALLS_MAX).reverse();
}

/** Paths differ between the two, the last part of them does not. */
function placeOf(frame: StackFrame | undefined): string {
  const { function: name = '', filename = '', lineno } = frame ?? {};
  if (name === '' || filename === '' || lineno === undefined) return '';
  return `${bareCall(name)} ${/[^\\/]*$/.exec(filename)![0].slice(0, 100).toLowerCase()}:${lineno}`;
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
