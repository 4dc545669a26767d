/**
 * What a project does not want to keep, as its settings have it. Everything is off until somebody turns it on: nothing
 * is dropped that nobody asked to be dropped. Lists are bounded (contract), since every event is held
 * against each of their lines.
 */
import { EXPECTED_KINDS, type ExpectedKind } from '#server/record/expected.ts';

export const BROWSERS = [
  'ie',
  'edge',
  'chrome',
  'firefox',
  'safari',
  'opera',
  'opera_mini',
  'android',
] as const;
export type Browser = (typeof BROWSERS)[number];

/** Lists of lines, each a pattern; an address is one, or a block of them. */
export const LISTS = ['messages', 'errorTypes', 'releases', 'addresses'] as const;
export type ListName = (typeof LISTS)[number];

/** Which log records with an exception become events of issues: by their level. */
export const LOG_ERRORS_FROM = ['all', 'warn', 'error', 'off'] as const;
export type LogErrorsFrom = (typeof LOG_ERRORS_FROM)[number];

export interface FilterRules extends Readonly<Record<ListName, readonly string[]>> {
  browserExtensions: boolean;
  localhost: boolean;
  webCrawlers: boolean;
  healthChecks: boolean;
  hydrationErrors: boolean;
  /** Lowest major version that is kept, per browser. */
  legacyBrowsers: Readonly<Partial<Record<Browser, number>>>;
  /** Expected errors that are not kept. */
  expected: readonly ExpectedKind[];
  /** Drops what is far beyond the usual of the hour. */
  spikeProtection: boolean;
  /** Events of one issue that are kept whole in a minute; the rest is counted. Null: all of them. */
  issueEventsPerMinute: number | null;
  logErrors: LogErrorsFrom;
}

export const NO_RULES: FilterRules = {
  browserExtensions: false,
  localhost: false,
  webCrawlers: false,
  healthChecks: false,
  hydrationErrors: false,
  legacyBrowsers: {},
  messages: [],
  errorTypes: [],
  releases: [],
  addresses: [],
  expected: [],
  spikeProtection: false,
  issueEventsPerMinute: null,
  logErrors: 'all',
};

/** As it was written, by this version or an older one; kinds that are no more are left out. */
export function readRules(json: string): FilterRules {
  const rules = { ...NO_RULES, ...(JSON.parse(json) as Partial<FilterRules>) };
  return { ...rules, expected: EXPECTED_KINDS.filter((kind) => rules.expected.includes(kind)) };
}
