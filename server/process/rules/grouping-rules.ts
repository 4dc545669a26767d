/**
 * The grouping rules of one project, made ready: inputs of grouping v1. Pure, and linear in the event; compiled rules are kept
 * by their text, so a project whose rules do not change compiles none. Rules that do not read (an older program saved them, or
 * a newer one) are passed over line by line: an event is never lost over a rule.
 */
import { RecentMap } from '#server/platform/recent-map.ts';
import { createStackRules, type StackRules } from '#server/process/in-app/stack-rules.ts';
import type { EventPayload } from '#server/record/event.ts';
import { fingerprintMatcher } from './fingerprint-match.ts';
import { type FingerprintRule, readFingerprintRules } from './fingerprint-rules.ts';
import { readyGlob, ruleGlob } from './rule-glob.ts';
import { readStackTraceRules } from './stack-trace-rules.ts';

export interface RuleTexts {
  fingerprint: string;
  stackTrace: string;
}

export interface GroupingRules {
  /** The rule that decides an event's fingerprint. Asked after `markInApp`; remembered for the event. */
  fingerprint(event: EventPayload): FingerprintRule | undefined;
  stack: StackRules;
}

/** Projects whose compiled rules are kept. */
const COMPILED_MAX = 100;
/** Distinct frames remembered per project, once or twice as many: some 1 KB each with fifty rules. */
const PROFILES_MAX = 1_024;

const compiled = new RecentMap<string, GroupingRules>(COMPILED_MAX);

/** Undefined: there are no rules, which costs nothing. */
export function groupingRules(texts: RuleTexts): GroupingRules | undefined {
  if (texts.fingerprint.trim() === '' && texts.stackTrace.trim() === '') return undefined;
  const key = `${texts.fingerprint}\0${texts.stackTrace}`;
  let rules = compiled.get(key);
  if (!rules) {
    rules = compileRules(texts);
    compiled.set(key, rules);
  }
  return rules;
}

function compileRules(texts: RuleTexts): GroupingRules {
  const stackRules = readStackTraceRules(texts.stackTrace).rules;
  const find = fingerprintMatcher(readFingerprintRules(texts.fingerprint).rules);
  const found = new WeakMap<EventPayload, { rule: FingerprintRule | undefined }>();
  return {
    fingerprint(event) {
      let known = found.get(event);
      if (!known) {
        known = { rule: find(event) };
        found.set(event, known);
      }
      return known.rule;
    },
    stack: createStackRules(
      stackRules.map((rule) => ({ ...rule, words: `rule ${rule.text}` })),
      {
        globs: {
          text: (pattern) => ruleGlob(pattern),
          path: (pattern) => readyGlob(pattern, { isPath: true }),
        },
        isAddition: true,
        profilesMax: PROFILES_MAX,
      },
    ),
  };
}
