/**
 * Glob patterns of stack rules as predicates. `*` is any text, `?` one character, `[...]` one of a set; in
 * paths `*` and `?` stop at `/`, case does not matter, and a relative path is also tried from the root.
 * `**` as a whole path component is any number of components; elsewhere it is just `*` twice.
 * Bounded: literals and prefixes are compared as text; the rest become expressions of at most a few `*`.
 */
export type TextTest = (text: string) => boolean;

export function globTest(pattern: string): TextTest {
  if (!/[*?[\\]/.test(pattern)) return (text) => text === pattern;
  // The two plain shapes nearly every rule has. `*` does not cross a line break.
  const prefix = /^([^*?[\\]+)\*$/.exec(pattern)?.[1];
  if (prefix !== undefined && !prefix.endsWith('/'))
    return (text) => text.startsWith(prefix) && !text.includes('\n', prefix.length);
  const expression = new RegExp(`^${translate(pattern, false)}$`);
  return (text) => expression.test(text);
}

/** The texts given must be lower case with `/` as separator: see `normalizedPath`. */
export function pathGlobTest(pattern: string): TextTest {
  const lower = pattern.toLowerCase();
  const under = /^\/([^*?[\\]*)\/\*\*$/.exec(lower)?.[1];
  if (under !== undefined) {
    const absolute = `/${under}/`;
    const relative = `${under}/`;
    return (path) => path.startsWith(absolute) || path.startsWith(relative);
  }
  const anywhere = /^\*\*\/([^*?[\\]*)\/\*\*$/.exec(lower)?.[1];
  if (anywhere !== undefined) {
    const inner = `/${anywhere}/`;
    const first = `${anywhere}/`;
    return (path) => path.startsWith(first) || path.includes(inner);
  }
  const expression = new RegExp(`^${translate(lower, true)}$`);
  return (path) => expression.test(path) || (!path.startsWith('/') && expression.test(`/${path}`));
}

export function normalizedPath(path: string): string {
  return path.toLowerCase().replaceAll('\\', '/');
}

function translate(pattern: string, isPath: boolean): string {
  const any = isPath ? '[^/]' : '[^\\n]';
  let expression = '';
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at]!;
    if (char === '*' && pattern[at + 1] === '*') {
      const before = at === 0 ? 'start' : pattern[at - 1];
      const after = at + 2 >= pattern.length ? 'end' : pattern[at + 2];
      if ((before === 'start' || before === '/') && (after === '/' || after === 'end')) {
        if (before === 'start') expression += '(?:/?|[^\\n]*/)';
        else if (after === 'end') expression = `${expression.slice(0, -1)}/[^\\n]*`;
        else expression = `${expression.slice(0, -1)}(?:/|/[^\\n]*/)`;
        at += after === '/' ? 2 : 1;
        continue;
      }
      expression += `${any}*`;
      at++;
    } else if (char === '*') {
      expression += `${any}*`;
    } else if (char === '?') {
      expression += any;
    } else if (char === '[') {
      const end = pattern.indexOf(']', at + 2);
      const set = pattern.slice(at + 1, end).replace(/[\\\]^[]/g, '\\$&');
      expression += pattern[at + 1] === '!' ? `[^${set.slice(1)}]` : `[${set}]`;
      at = end;
    } else {
      expression += char.replace(/[\\^$.|?*+()[\]{}/]/g, char === '/' ? '/' : '\\$&');
    }
  }
  return expression;
}
