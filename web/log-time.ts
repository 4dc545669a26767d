/** Times of log records: nanoseconds as text, since no number holds them. */

const MS_DIGITS = 6;

export const millisecondsOf = (nanoseconds: string) => Number(nanoseconds.slice(0, -MS_DIGITS));

/** Making one costs as much as drawing a row. */
const formats = new Map<string, Intl.DateTimeFormat>();
function formatOf(name: 'row' | 'day' | 'zone', options: Intl.DateTimeFormatOptions, timeZone?: string) {
  const key = `${name} ${timeZone}`;
  const format = formats.get(key) ?? new Intl.DateTimeFormat('en-GB', { ...options, timeZone });
  formats.set(key, format);
  return format;
}

const CLOCK = { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const;

/** `22 Nov 17:18:03.042`, in the reader's zone unless told otherwise. */
export function rowTime(nanoseconds: string, timeZone?: string): string {
  return formatOf('row', { day: '2-digit', month: 'short', ...CLOCK, fractionalSecondDigits: 3 }, timeZone)
    .format(millisecondsOf(nanoseconds))
    .replace(',', '');
}

/** `22 Nov 2026, 17:18:03.042000017 GMT+1`. */
export function exactTime(nanoseconds: string, timeZone?: string): string {
  const at = millisecondsOf(nanoseconds);
  const day = formatOf('day', { day: 'numeric', month: 'short', year: 'numeric', ...CLOCK }, timeZone).format(
    at,
  );
  const zone = formatOf('zone', { timeZoneName: 'short' }, timeZone)
    .formatToParts(at)
    .find(({ type }) => type === 'timeZoneName')?.value;
  return `${day}.${nanoseconds.slice(-9)} ${zone ?? ''}`.trim();
}

/** For `<input type="datetime-local">`, which speaks the reader's zone without naming it. */
export function localInput(at: number): string {
  const shifted = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 19);
}
