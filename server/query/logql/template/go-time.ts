/** Times as Go lays them out: by the example of Mon Jan 2 15:04:05.000 MST 2006. */
import { TemplateError, Time } from './values.ts';

const PIECE =
  /(2006|January|Jan|Monday|Mon|MST|Z07:00:00|Z07:00|Z0700|Z07|-07:00:00|-07:00|-0700|-07|[.,]0+(?!\d)|[.,]9+(?!\d)|002|01|02|03|04|05|06|15|PM|pm|_2|1|2|3|4|5)/g;
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

const NS_PER_S = 1_000_000_000n;
const two = (value: number) => String(value).padStart(2, '0');

/** Milliseconds that clocks of the zone are ahead of UTC at a moment. */
function offsetOf(zone: string, ms: number): number {
  const fixed = /^([+-])(\d{2}):(\d{2})$/.exec(zone);
  if (fixed) return (fixed[1] === '-' ? -1 : 1) * (Number(fixed[2]) * 60 + Number(fixed[3])) * 60_000;
  if (zone === 'UTC' || zone === '' || zone === 'Local') return 0;
  try {
    const parts = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    }).formatToParts(ms);
    const part = (type: string) => Number(parts.find((one) => one.type === type)?.value);
    const local = Date.UTC(
      part('year'),
      part('month') - 1,
      part('day'),
      part('hour'),
      part('minute'),
      part('second'),
    );
    return local - Math.floor(ms / 1000) * 1000;
  } catch {
    throw new TemplateError(`unknown time zone ${zone}`);
  }
}

export function formatTime(layout: string, { ns, zone }: Time): string {
  const wholeSeconds = ns / NS_PER_S - (ns % NS_PER_S < 0n ? 1n : 0n);
  const fraction = String(ns - wholeSeconds * NS_PER_S).padStart(9, '0');
  const ms = Number(wholeSeconds) * 1000;
  const offset = offsetOf(zone, ms);
  const local = new Date(ms + offset);
  if (Number.isNaN(local.getTime())) throw new TemplateError('the time is out of range');
  return layout.replaceAll(PIECE, (piece) => printPiece(piece, local, fraction, offset / 60_000));
}

function printPiece(piece: string, at: Date, fraction: string, offsetMinutes: number): string {
  const hour = at.getUTCHours();
  switch (piece) {
    case '2006':
      return String(at.getUTCFullYear()).padStart(4, '0');
    case '06':
      return two(at.getUTCFullYear() % 100);
    case 'January':
      return MONTHS[at.getUTCMonth()]!;
    case 'Jan':
      return MONTHS[at.getUTCMonth()]!.slice(0, 3);
    case '01':
      return two(at.getUTCMonth() + 1);
    case '1':
      return String(at.getUTCMonth() + 1);
    case 'Monday':
      return DAYS[at.getUTCDay()]!;
    case 'Mon':
      return DAYS[at.getUTCDay()]!.slice(0, 3);
    case '02':
      return two(at.getUTCDate());
    case '_2':
      return String(at.getUTCDate()).padStart(2, ' ');
    case '2':
      return String(at.getUTCDate());
    case '002':
      return String(
        Math.floor((at.getTime() - Date.UTC(at.getUTCFullYear(), 0, 1)) / 86_400_000) + 1,
      ).padStart(3, '0');
    case '15':
      return two(hour);
    case '03':
      return two(hour % 12 || 12);
    case '3':
      return String(hour % 12 || 12);
    case '04':
      return two(at.getUTCMinutes());
    case '4':
      return String(at.getUTCMinutes());
    case '05':
      return two(at.getUTCSeconds());
    case '5':
      return String(at.getUTCSeconds());
    case 'PM':
      return hour < 12 ? 'AM' : 'PM';
    case 'pm':
      return hour < 12 ? 'am' : 'pm';
    case 'MST':
      return offsetMinutes === 0 ? 'UTC' : zoneText(offsetMinutes, '');
    default:
      return piece.startsWith('.') || piece.startsWith(',')
        ? printFraction(piece, fraction)
        : piece.startsWith('Z') && offsetMinutes === 0
          ? 'Z'
          : zoneText(offsetMinutes, piece.includes(':') ? ':' : '', piece.length <= 3);
  }
}

function printFraction(piece: string, fraction: string): string {
  const digits = fraction.slice(0, piece.length - 1).padEnd(piece.length - 1, '0');
  if (piece[1] === '0') return piece[0] + digits;
  const trimmed = digits.replace(/0+$/, '');
  return trimmed === '' ? '' : piece[0] + trimmed;
}

function zoneText(minutes: number, separator: string, onlyHours = false): string {
  const size = Math.abs(minutes);
  const hours = `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}`;
  return onlyHours ? hours : `${hours}${separator}${two(size % 60)}`;
}

/** Groups that a piece of a layout reads. */
const READERS: Readonly<Record<string, string>> = {
  '2006': '(?<year>\\d{4})',
  '06': '(?<shortYear>\\d{2})',
  January: `(?<month>${MONTHS.join('|')})`,
  Jan: `(?<shortMonth>${MONTHS.map((month) => month.slice(0, 3)).join('|')})`,
  '01': '(?<monthNumber>\\d{2})',
  '1': '(?<monthNumber>\\d{1,2})',
  Monday: `(?:${DAYS.join('|')})`,
  Mon: `(?:${DAYS.map((day) => day.slice(0, 3)).join('|')})`,
  '02': '(?<day>\\d{2})',
  '2': '(?<day>\\d{1,2})',
  _2: '\\s?(?<day>\\d{1,2})',
  '15': '(?<hour>\\d{2})',
  '03': '(?<half>\\d{2})',
  '3': '(?<half>\\d{1,2})',
  '04': '(?<minute>\\d{2})',
  '4': '(?<minute>\\d{1,2})',
  '05': '(?<second>\\d{2})(?:[.,](?<fraction>\\d{1,9}))?',
  '5': '(?<second>\\d{1,2})(?:[.,](?<fraction>\\d{1,9}))?',
  PM: '(?<noon>AM|PM)',
  pm: '(?<noon>am|pm)',
  MST: '(?<zoneName>[A-Z]{3,4})',
};

export function parseTime(layout: string, zone: string, text: string): Time {
  const failed = (): never => {
    throw new TemplateError(`parsing time "${text.slice(0, 100)}" as "${layout}": cannot parse`);
  };
  let at = 0;
  let source = '^';
  const quote = (literal: string) => literal.replaceAll(/[\\.+*?()|[\]{}^$]/g, '\\$&');
  for (const piece of layout.matchAll(PIECE)) {
    source += quote(layout.slice(at, piece.index));
    const isFraction = /^[.,]/.test(piece[0]);
    // The seconds before it read the fraction too.
    if (!isFraction)
      source +=
        READERS[piece[0]] ??
        (piece[0].startsWith('Z')
          ? '(?<offset>Z|[+-]\\d{2}:?(?:\\d{2})?)'
          : '(?<offset>[+-]\\d{2}:?(?:\\d{2})?)');
    at = piece.index + piece[0].length;
  }
  let found: Record<string, string | undefined> | undefined;
  try {
    found = new RegExp(`${source}${quote(layout.slice(at))}$`).exec(text)?.groups;
  } catch {
    // A layout that names a part twice.
    return failed();
  }
  return found === undefined ? failed() : timeOf(found, zone, failed);
}

function timeOf(found: Record<string, string | undefined>, zone: string, failed: () => never): Time {
  const year = found.year ? Number(found.year) : found.shortYear ? shortYear(Number(found.shortYear)) : 0;
  const month = found.month
    ? MONTHS.indexOf(found.month)
    : found.shortMonth
      ? MONTHS.findIndex((name) => name.startsWith(found.shortMonth!))
      : Number(found.monthNumber ?? 1) - 1;
  const half = found.half === undefined ? undefined : Number(found.half) % 12;
  const hour =
    half === undefined ? Number(found.hour ?? 0) : half + (found.noon?.toLowerCase() === 'pm' ? 12 : 0);
  const [day, minute, second] = [
    Number(found.day ?? 1),
    Number(found.minute ?? 0),
    Number(found.second ?? 0),
  ];
  const date = new Date(Date.UTC(2000, month, day, hour, minute, second));
  date.setUTCFullYear(year);
  if (month > 11 || month < 0 || date.getUTCMonth() !== month || hour > 23 || minute > 59 || second > 59)
    return failed();
  const local = date.getTime();
  const stated = /^([+-])(\d{2}):?(\d{2})?$/.exec(found.offset ?? '');
  const statedZone = stated
    ? `${stated[1]}${stated[2]}:${stated[3] ?? '00'}`
    : found.offset === 'Z' || found.zoneName
      ? 'UTC'
      : zone;
  // Twice, for the hours around a change of the clocks.
  const guess = local - offsetOf(statedZone, local);
  const ms = local - offsetOf(statedZone, guess);
  return new Time(BigInt(ms) * 1_000_000n + BigInt((found.fraction ?? '').padEnd(9, '0') || '0'), statedZone);
}

const shortYear = (year: number) => (year >= 69 ? 1900 + year : 2000 + year);
