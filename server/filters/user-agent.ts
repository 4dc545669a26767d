/** Which browser a user agent is, and of which version, as far as it takes to call it old. */
import type { Browser } from './filter-rules.ts';

/** Characters looked at; real ones have some 200. */
const CHARS_MAX = 1_000;

/** In this order: nearly all say Safari, most say Chrome, and some say them both and another. */
const SIGNS: readonly [Browser, RegExp][] = [
  ['opera_mini', /Opera Mini\/(\d+)/],
  ['opera', /OPR\/(\d+)/],
  ['opera', /Opera.*Version\/(\d+)/],
  ['opera', /Opera[ /](\d+)/],
  ['edge', /Edg(?:e|A|iOS)?\/(\d+)/],
  ['ie', /MSIE (\d+)/],
  ['ie', /Trident\/.*rv:(\d+)/],
  ['firefox', /(?:Firefox|FxiOS)\/(\d+)/],
  ['chrome', /(?:Chrome|CriOS)\/(\d+)/],
  ['android', /Android (\d+).*Version\/[\d.]+ (?:Mobile )?Safari/],
  ['safari', /Version\/(\d+)[^)]*Safari/],
];

export function browserOf(userAgent: string): { browser: Browser; version: number } | null {
  const text = userAgent.slice(0, CHARS_MAX);
  for (const [browser, sign] of SIGNS) {
    const version = sign.exec(text)?.[1];
    if (version !== undefined) return { browser, version: Number(version) };
  }
  return null;
}
