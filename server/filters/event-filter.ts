/**
 * A project's rules, made ready: event in, reason to drop it out. Pure, and linear in the event: each rule is one look
 * at a few bounded texts. Compiled rules are kept by their text, so a project whose rules do not change compiles none.
 */
import { RecentMap } from '#server/platform/recent-map.ts';
import { expectedReason } from '#server/record/expected.ts';
import type { FilterReason } from '#server/record/outcome.ts';
import { addressTest } from './addresses.ts';
import type { EventFacts } from './event-facts.ts';
import { type FilterRules, NO_RULES, readRules } from './filter-rules.ts';
import { globTest } from './glob.ts';
import { CRAWLER, EXTENSION_MESSAGES, EXTENSION_SOURCE, HYDRATION, LOCAL_HOST } from './known-noise.ts';
import { browserOf } from './user-agent.ts';

export interface EventFilter {
  rules: FilterRules;
  /** Why this event is not to be kept; null: it is. */
  ofEvent(facts: EventFacts): FilterReason | null;
}

/** Projects whose compiled rules are kept: a batch has events of a few. */
const COMPILED_MAX = 500;
const compiled = new RecentMap<string, EventFilter>(COMPILED_MAX);

/** `json`: as the settings have it; null: the project has none. */
export function filterOf(json: string | null): EventFilter {
  if (json === null) return KEEP_ALL;
  const known = compiled.get(json);
  if (known) return known;
  const filter = compileRules(readRules(json));
  compiled.set(json, filter);
  return filter;
}

type Rule = [reason: FilterReason, matches: (facts: EventFacts) => boolean];

/** The first that matches is the reason: what is surest comes first. */
export function compileRules(rules: FilterRules): EventFilter {
  const active = [
    when(rules.addresses.length > 0, 'filtered_address', withAddresses(rules.addresses)),
    when(rules.localhost, 'filtered_localhost', isLocal),
    when(rules.webCrawlers, 'filtered_web_crawler', ({ userAgent }) => CRAWLER.test(userAgent.toLowerCase())),
    when(rules.browserExtensions, 'filtered_browser_extension', isOfExtension),
    when(
      Object.keys(rules.legacyBrowsers).length > 0,
      'filtered_legacy_browser',
      isLegacy(rules.legacyBrowsers),
    ),
    when(rules.hydrationErrors, 'filtered_hydration_error', ({ messages }) =>
      messages.some((message) => HYDRATION.test(message.slice(0, 4_000).toLowerCase())),
    ),
    ...listRules(rules),
  ].filter((rule) => rule !== null);
  const expected = new Set(rules.expected);
  return {
    rules,
    ofEvent(facts) {
      for (const [reason, matches] of active) if (matches(facts)) return reason;
      return facts.expected !== null && expected.has(facts.expected) ? expectedReason(facts.expected) : null;
    },
  };
}

const KEEP_ALL = compileRules(NO_RULES);

function when(isOn: boolean, reason: FilterReason, matches: Rule[1]): Rule | null {
  return isOn ? [reason, matches] : null;
}

function listRules({ releases, errorTypes, messages }: FilterRules): (Rule | null)[] {
  const release = globTest(...releases);
  const errorType = globTest(...errorTypes);
  const message = globTest(...messages);
  return [
    when(releases.length > 0, 'filtered_release', (facts) => facts.release !== '' && release(facts.release)),
    when(errorTypes.length > 0, 'filtered_error_type', (facts) => facts.errorTypes.some(errorType)),
    when(messages.length > 0, 'filtered_message', (facts) => facts.messages.some(message)),
  ];
}

function withAddresses(lines: readonly string[]): Rule[1] {
  const isOne = addressTest(lines);
  return ({ address }) => address !== '' && isOne(address);
}

function isLocal({ host, address }: EventFacts): boolean {
  return LOCAL_HOST.test(host) || address === '::1' || address.startsWith('127.');
}

function isOfExtension({ isBrowser, messages, source }: EventFacts): boolean {
  if (!isBrowser) return false;
  if (EXTENSION_SOURCE.test(source)) return true;
  return messages.some((message) => {
    const text = message.slice(0, 4_000).toLowerCase();
    return EXTENSION_MESSAGES.some((part) => text.includes(part));
  });
}

function isLegacy(lowest: FilterRules['legacyBrowsers']): Rule[1] {
  return ({ userAgent }) => {
    const used = browserOf(userAgent);
    return used !== null && used.version < (lowest[used.browser] ?? 0);
  };
}
