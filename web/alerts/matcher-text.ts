/** Matchers of a silence as people write them: `service=checkout, environment!=production`. */
import type { AlertMatcher } from '#contract/alerts.ts';

export function readMatchers(text: string): AlertMatcher[] {
  return text.split(',').flatMap((part) => {
    const at = part.indexOf('=');
    if (at <= 0) return [];
    const negated = part[at - 1] === '!';
    const name = part.slice(0, negated ? at - 1 : at).trim();
    return name === '' ? [] : [{ name, value: part.slice(at + 1).trim(), negated }];
  });
}
