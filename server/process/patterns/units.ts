/** Units of durations and sizes behind a number. Part of pattern v1, frozen. */
import { PLACEHOLDERS, type Placeholder } from './placeholders.ts';

const DURATIONS = 'ns us µs μs ms s sec secs msec msecs usec min mins hr hrs';
const DURATION_WORDS =
  'nanosecond microsecond millisecond second minute hour day nanoseconds microseconds milliseconds seconds minutes hours days';
const SIZES = 'B kB KB MB GB TB PB KiB MiB GiB TiB kb mb gb tb Kb Mb Gb';
const SIZE_WORDS = 'byte bytes Bytes';

/** Too short or too common a word to stand apart from its number. */
const ATTACHED_ONLY = { durations: 'm h d w y', sizes: 'b k K M G T P Ki Mi Gi Ti' };

function table(durations: string, sizes: string): Map<string, Placeholder> {
  return new Map([
    ...durations.split(' ').map((unit) => [unit, PLACEHOLDERS.time] as const),
    ...sizes.split(' ').map((unit) => [unit, PLACEHOLDERS.size] as const),
  ]);
}

const SPACED = table(`${DURATIONS} ${DURATION_WORDS}`, `${SIZES} ${SIZE_WORDS}`);
const ATTACHED = new Map([...SPACED, ...table(ATTACHED_ONLY.durations, ATTACHED_ONLY.sizes)]);
export const UNIT_CHARS_MAX = 12;

/** `12ms`, `3h`, `14.6GB` */
export function attachedUnit(letters: string): Placeholder | undefined {
  return ATTACHED.get(letters);
}

/** `12 ms`, `3 hours`, `512 bytes` */
export function spacedUnit(letters: string): Placeholder | undefined {
  return SPACED.get(letters);
}
