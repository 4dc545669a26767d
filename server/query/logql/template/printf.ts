/** Go's fmt.Sprintf for the values of a template. What does not fit is told in the text, as Go does. */
import { printFloat, printValue, Time, type Value } from './values.ts';

const VERB = /%([-+# 0]*)(\d+|\*)?(?:\.(\d+)?)?([a-zA-Z%])/g;
/** Characters of one padded value, and digits of one number. */
const WIDTH_MAX = 10_000;
const DIGITS_MAX = 100;

export function printf(format: string, args: readonly Value[]): string {
  let next = 0;
  const made = format.replaceAll(VERB, (all, flags: string, width, precision, verb: string) => {
    if (verb === '%') return '%';
    const columns = width === '*' ? Number(args[next++]) : Number(width ?? 0);
    if (next >= args.length) return `%!${verb}(MISSING)`;
    const hasPrecision = /\.\d*[a-zA-Z]$/.test(all);
    const text = printed(verb, args[next++], flags, hasPrecision ? Number(precision ?? 0) : undefined);
    return padded(text, Math.min(columns || 0, WIDTH_MAX), flags, verb);
  });
  return next < args.length
    ? `${made}%!(EXTRA ${args
        .slice(next)
        .map((arg) => `${goType(arg)}=${printValue(arg)}`)
        .join(', ')})`
    : made;
}

function padded(text: string, columns: number, flags: string, verb: string): string {
  const missing = columns - [...text].length;
  if (missing <= 0) return text;
  if (flags.includes('-')) return text + ' '.repeat(missing);
  const isNumber = /[dfFeEgGxXob]/.test(verb);
  if (!flags.includes('0') || !isNumber) return ' '.repeat(missing) + text;
  const sign = /^[+-]/.exec(text)?.[0] ?? '';
  return sign + '0'.repeat(missing) + text.slice(sign.length);
}

const goType = (value: Value): string =>
  typeof value === 'string'
    ? 'string'
    : typeof value === 'number'
      ? Number.isInteger(value)
        ? 'int'
        : 'float64'
      : typeof value === 'boolean'
        ? 'bool'
        : value instanceof Time
          ? 'time.Time'
          : 'interface {}';

function printed(verb: string, value: Value, flags: string, precision: number | undefined): string {
  const bad = () => `%!${verb}(${goType(value)}=${printValue(value)})`;
  switch (verb) {
    case 'v':
      return printValue(value);
    case 's':
      return typeof value === 'number' || typeof value === 'boolean'
        ? bad()
        : cut(printValue(value), precision);
    case 'q':
      return typeof value === 'number' ? bad() : JSON.stringify(cut(printValue(value), precision));
    case 't':
      return typeof value === 'boolean' ? String(value) : bad();
    case 'T':
      return goType(value);
    case 'd':
      return typeof value === 'number' && Number.isInteger(value)
        ? signed(BigInt(value).toString(), flags)
        : bad();
    case 'x':
    case 'X': {
      const hex =
        typeof value === 'string'
          ? Buffer.from(value).toString('hex')
          : typeof value === 'number' && Number.isInteger(value)
            ? value.toString(16)
            : bad();
      return verb === 'X' ? hex.toUpperCase() : hex;
    }
    case 'o':
    case 'b':
      return typeof value === 'number' && Number.isInteger(value)
        ? value.toString(verb === 'o' ? 8 : 2)
        : bad();
    case 'c':
      return typeof value === 'number' && value >= 0 && value <= 0x10ffff
        ? String.fromCodePoint(Math.trunc(value))
        : bad();
    default:
      return /[fFeEgG]/.test(verb) && typeof value === 'number'
        ? signed(float(verb, value, Math.min(precision ?? 6, DIGITS_MAX), precision !== undefined), flags)
        : bad();
  }
}

const cut = (text: string, precision: number | undefined) =>
  precision === undefined ? text : [...text].slice(0, precision).join('');

const signed = (text: string, flags: string) =>
  flags.includes('+') && !text.startsWith('-') ? `+${text}` : text;

function float(verb: string, value: number, digits: number, isStated: boolean): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  const twoDigits = (text: string) => text.replace(/e([+-])(\d)$/, 'e$10$2');
  if (verb === 'f' || verb === 'F') return value.toFixed(digits);
  if (verb === 'g' || verb === 'G')
    return isStated ? String(Number(value.toPrecision(digits || 1))) : printFloat(value);
  const text = twoDigits(value.toExponential(digits));
  return verb === 'E' ? text.toUpperCase() : text;
}
