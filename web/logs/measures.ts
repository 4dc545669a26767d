/** What can be measured of the lines, in words, and its figures with the unit that the name of the field tells. */
import type { LogMeasure } from '#contract/logs.ts';
import { byteSize, fullNumber } from '#web/ui/number.ts';

export const MEASURES: readonly { value: LogMeasure; label: string }[] = [
  { value: 'count', label: 'Count' },
  { value: 'rate', label: 'Rate per second' },
  { value: 'distinct', label: 'Different values' },
  { value: 'sum', label: 'Sum' },
  { value: 'avg', label: 'Average' },
  { value: 'min', label: 'Smallest' },
  { value: 'max', label: 'Largest' },
  { value: 'p50', label: 'p50, the median' },
  { value: 'p90', label: 'p90' },
  { value: 'p95', label: 'p95' },
  { value: 'p99', label: 'p99' },
];

export const needsField = (measure: LogMeasure) => measure !== 'count' && measure !== 'rate';

/** Parts of the whole add up to it, so that bars may stand on each other. */
export const isAdditive = (measure: LogMeasure) => ['count', 'rate', 'sum'].includes(measure);

export function measureWords(measure: LogMeasure, field: string): string {
  if (measure === 'count') return 'Lines';
  if (measure === 'rate') return 'Lines per second';
  if (measure === 'distinct') return `Different values of ${field}`;
  const name = MEASURES.find(({ value }) => value === measure)!.label.replace(', the median', '');
  return `${name} of ${field}`;
}

type Unit = 'none' | 'bytes' | 'ns' | 'us' | 'ms' | 's';

const UNITS: readonly [RegExp, Unit][] = [
  [/(?:^|[._-])(?:ns|nanos(?:econds)?)$|Nanos$/i, 'ns'],
  [/(?:^|[._-])(?:us|micros(?:econds)?)$|Micros$/i, 'us'],
  [/(?:^|[._-])(?:ms|msec|millis(?:econds)?)$|Ms$|Millis$/, 'ms'],
  [/(?:^|[._-])(?:s|sec|secs|seconds)$|Seconds$/, 's'],
  [/(?:^|[._-])(?:bytes|bytes_total)$|Bytes$/i, 'bytes'],
];

/** By the end of its name, as `duration_ms` and `body.bytes`; a bare `duration` may be anything. */
export const unitOf = (field: string): Unit => UNITS.find(([pattern]) => pattern.test(field))?.[1] ?? 'none';

const MS_OF = { ns: 1e-6, us: 1e-3, ms: 1, s: 1000 } as const;

/** Short: for an axis and rows. */
export function shortFigure(value: number, measure: LogMeasure, field: string): string {
  const unit = unitFor(measure, field);
  if (unit === 'bytes') return byteSize(value);
  if (unit !== 'none') return duration(value * MS_OF[unit]);
  return plain(value) + (measure === 'rate' ? '/s' : '');
}

/** In a sentence: whole numbers whole, all else as on an axis. */
export function toldFigure(value: number, measure: LogMeasure, field: string): string {
  const isWhole = unitFor(measure, field) === 'none' && Number.isInteger(value);
  return isWhole ? fullNumber(value) : shortFigure(value, measure, field);
}

/** Exact: with every digit that was told, and the unit as sent. */
export function exactFigure(value: number, measure: LogMeasure, field: string): string {
  const unit = unitFor(measure, field);
  const digits = value.toLocaleString('en-US', { maximumSignificantDigits: 15 });
  if (measure === 'rate') return `${digits} per second`;
  return unit === 'none' ? digits : `${digits} ${unit}`;
}

const unitFor = (measure: LogMeasure, field: string): Unit =>
  needsField(measure) && measure !== 'distinct' ? unitOf(field) : 'none';

/** Three digits that count, and all of a whole number below a million. */
function plain(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return fullNumber(value);
  return value.toLocaleString('en-US', { maximumSignificantDigits: 3, notation: 'compact' });
}

const STEPS: readonly [fromMs: number, ofMs: number, name: string][] = [
  [2 * 3_600_000, 3_600_000, 'h'],
  [2 * 60_000, 60_000, 'min'],
  [1000, 1000, 's'],
  [1, 1, 'ms'],
  [1e-3, 1e-3, 'µs'],
];

function duration(ms: number): string {
  if (ms === 0) return '0 ms';
  const [, of, name] = STEPS.find(([from]) => Math.abs(ms) >= from) ?? [0, 1e-6, 'ns'];
  return `${(ms / of).toLocaleString('en-US', { maximumSignificantDigits: 3 })} ${name}`;
}
