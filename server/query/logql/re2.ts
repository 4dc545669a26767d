/** Users' regular expressions in our process: RE2, so that no expression and no text takes more than linear time. */
import { RE2JS, RE2JSException } from 're2js';
import { queryError } from './logql-error.ts';

export interface Regex {
  /** Found anywhere, or the whole text when it was compiled so. */
  test(text: string): boolean;
  /** The first place where it is found: groups by number, the whole at 0; undefined for one that took no part. */
  groups(text: string): (string | undefined)[] | undefined;
  /** Names of the groups that have one, with their numbers. */
  readonly names: readonly (readonly [name: string, group: number])[];
  /** Replaces all, `$1` and `${name}` as Go expands them. */
  replaceAll(text: string, replacement: (groups: (string | undefined)[]) => string): string;
}

const LITERAL = /^[^\\.+*?()|[\]{}^$]+$/;

/** Throws the refusal of the query when the expression is none. */
export function compileRegex(pattern: string, how: { whole?: boolean; dotAll?: boolean } = {}): Regex {
  // The pattern alone must be an expression, so that none closes our parentheses.
  compile(pattern, 0);
  const regex = compile(how.whole ? `^(?:${pattern})$` : pattern, how.dotAll ? RE2JS.DOTALL : 0);
  const literal = !LITERAL.test(pattern) ? undefined : pattern;
  const groupsOf = (matcher: ReturnType<RE2JS['matcher']>) =>
    Array.from({ length: matcher.groupCount() + 1 }, (_, group) => matcher.group(group) ?? undefined);
  return {
    test:
      literal === undefined
        ? (text) => regex.matcher(text).find()
        : how.whole
          ? (text) => text === literal
          : (text) => text.includes(literal),
    groups(text) {
      const matcher = regex.matcher(text);
      return matcher.find() ? groupsOf(matcher) : undefined;
    },
    names: Object.entries(regex.namedGroups()).sort(([, a], [, b]) => a - b),
    replaceAll(text, replacement) {
      const matcher = regex.matcher(text);
      let result = '';
      let at = 0;
      while (matcher.find()) {
        result += text.slice(at, matcher.start()) + replacement(groupsOf(matcher));
        at = matcher.end();
      }
      return result + text.slice(at);
    },
  };
}

function compile(pattern: string, flags: number): RE2JS {
  try {
    return RE2JS.compile(pattern, flags);
  } catch (error) {
    if (error instanceof RE2JSException) throw queryError(`parse error : ${error.message}`);
    throw error;
  }
}

/** `$1`, `${1}` and `${name}` in a replacement, as Go's regexp expands them; `$$` is a dollar. */
export function expand(replacement: string, groups: (string | undefined)[], names: Regex['names']): string {
  return replacement.replaceAll(/\$(?:(\$)|\{(\w+)\}|(\w+))/g, (_all, dollar, braced, bare) => {
    if (dollar) return '$';
    const name = (braced ?? bare) as string;
    const group = /^\d+$/.test(name) ? Number(name) : names.find(([known]) => known === name)?.[1];
    return group === undefined ? '' : (groups[group] ?? '');
  });
}
