/** Numbers in the fewest characters that still tell the truth; the full number belongs into a title. */

const COMPACT: readonly [from: number, unit: string][] = [
  [1e9, 'B'],
  [1e6, 'M'],
  [1e3, 'k'],
];

/** `999`, `1.2k`, `12.3k`, `123k`, `4.5M`: cut, never rounded up to a count that was not reached. */
export function compactNumber(value: number): string {
  const size = Math.abs(value);
  for (const [from, unit] of COMPACT) {
    if (size < from) continue;
    const scaled = value / from;
    const cut = Math.abs(scaled) >= 100 ? Math.trunc(scaled) : Math.trunc(scaled * 10) / 10;
    return `${cut}${unit}`;
  }
  return String(Math.round(value));
}

/** `1,234,567`. */
export function fullNumber(value: number): string {
  return value.toLocaleString('en-US');
}

const BYTES = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** Decimal units, as disks and cloud bills use: `999 B`, `1.5 kB`, `12 MB`. */
export function byteSize(bytes: number): string {
  let scaled = Math.abs(bytes);
  let unit = 0;
  while (scaled >= 999.5 && unit < BYTES.length - 1) {
    scaled /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || scaled >= 99.5 ? 0 : 1;
  return `${bytes < 0 ? '−' : ''}${scaled.toFixed(digits).replace(/\.0$/, '')} ${BYTES[unit]}`;
}

/** A share in percent: `<1 %` instead of a 0 that denies the few, `>99 %` instead of a 100 that hides them. */
export function percent(part: number, whole: number): string {
  if (whole <= 0 || part <= 0) return '0 %';
  if (part >= whole) return '100 %';
  const share = (part / whole) * 100;
  if (share < 1) return '<1 %';
  if (share > 99) return '>99 %';
  return `${Math.round(share)} %`;
}

/** `1 event`, `2 events`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${fullNumber(value)} ${value === 1 ? one : many}`;
}
