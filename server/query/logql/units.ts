/** Durations, sizes and numbers as Go and Loki write them. NaN: the text is none. */

const NS_OF_UNIT: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
  d: 86_400e9,
  w: 604_800e9,
  y: 31_536_000e9,
};

const DURATION = /^([+-]?)((?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h|d|w|y))+)$/;
const PART = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h|d|w|y)/g;
/** Go knows no days. */
const GO_DURATION = /^[+-]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/;

/** Nanoseconds; units up to years. */
export function readDuration(text: string): number {
  const [, sign, parts] = DURATION.exec(text) ?? [];
  if (parts === undefined) return Number.NaN;
  let sum = 0;
  for (const [, amount, unit] of parts.matchAll(PART)) sum += Number(amount) * NS_OF_UNIT[unit!]!;
  return Math.round(sign === '-' ? -sum : sum);
}

/** Nanoseconds, as Go's time.ParseDuration reads them: the values of labels. */
export function readGoDuration(text: string): number {
  if (!GO_DURATION.test(text)) return Number.NaN;
  return /^[+-]?0$/.test(text) ? 0 : readDuration(text);
}

const BYTES_OF_UNIT: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1e3,
  kb: 1e3,
  ki: 1024,
  kib: 1024,
  m: 1e6,
  mb: 1e6,
  mi: 1024 ** 2,
  mib: 1024 ** 2,
  g: 1e9,
  gb: 1e9,
  gi: 1024 ** 3,
  gib: 1024 ** 3,
  t: 1e12,
  tb: 1e12,
  ti: 1024 ** 4,
  tib: 1024 ** 4,
  p: 1e15,
  pb: 1e15,
  pi: 1024 ** 5,
  pib: 1024 ** 5,
  e: 1e18,
  eb: 1e18,
  ei: 1024 ** 6,
  eib: 1024 ** 6,
};

/** `1.5 KiB`, `10MB`, `512`: whole bytes. */
export function readBytes(text: string): number {
  const [, amount, unit] = /^(\d[\d,]*(?:\.\d*)?|\.\d+)\s*([A-Za-z]*)$/.exec(text.trim()) ?? [];
  const factor = unit === undefined ? undefined : BYTES_OF_UNIT[unit.toLowerCase()];
  return factor === undefined ? Number.NaN : Math.floor(Number(amount!.replaceAll(',', '')) * factor);
}

const NUMBER = /^[+-]?(?:0[xX][\da-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)$/;
const INFINITE = /^([+-]?)inf(?:inity)?$/i;

/** Undefined: no number at all; NaN is one. */
export function readNumber(text: string): number | undefined {
  if (NUMBER.test(text)) {
    const isNegative = text.startsWith('-');
    const digits = text.replace(/^[+-]/, '');
    return isNegative ? -Number(digits) : Number(digits);
  }
  const infinite = INFINITE.exec(text);
  if (infinite) return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return /^nan$/i.test(text) ? Number.NaN : undefined;
}

/** A number as Go's strconv.FormatFloat(v, 'f', -1, 64) and Prometheus print it. */
export function printNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  if (Object.is(value, -0)) return '-0';
  const text = String(value);
  if (!text.includes('e')) return text;
  const [, sign, whole, fraction = '', exponent] = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text)!;
  const shift = Number(exponent);
  const digits = `${whole}${fraction}`;
  return shift > 0
    ? `${sign}${digits.padEnd(whole!.length + shift, '0')}`
    : `${sign}0.${'0'.repeat(-shift - whole!.length)}${digits}`;
}
