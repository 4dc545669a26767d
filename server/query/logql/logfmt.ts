/**
 * Lines in logfmt: `key=value key="quoted \"value\"" flag`. What is no pair is passed over; strictly it is an error
 * and ends the line.
 */

export interface LogfmtLine {
  /** In their order; a key without a value has an empty one. */
  pairs: [key: string, value: string][];
  /** The first thing that was no pair; only when it was read strictly. */
  error?: string;
}

const SPACE = 0x20;

export function logfmtPairs(line: string, strict: boolean): LogfmtLine {
  const pairs: [string, string][] = [];
  let at = 0;
  const failed = (what: string): LogfmtLine => ({
    pairs,
    error: `logfmt syntax error at pos ${at + 1} : ${what}`,
  });
  const skipWord = () => {
    while (at < line.length && line.charCodeAt(at) > SPACE) at += 1;
  };
  while (at < line.length) {
    if (line.charCodeAt(at) <= SPACE) {
      at += 1;
      continue;
    }
    const begin = at;
    while (at < line.length && line.charCodeAt(at) > SPACE && line[at] !== '=' && line[at] !== '"') at += 1;
    const key = line.slice(begin, at);
    if (key === '' || line[at] === '"') {
      if (strict) return failed(`unexpected '${line[at]}'`);
      skipWord();
      continue;
    }
    if (line[at] !== '=') {
      pairs.push([key, '']);
      continue;
    }
    at += 1;
    if (line[at] === '"') {
      const end = endOfQuoted(line, at);
      const quoted = end === -1 ? undefined : unquote(line.slice(at, end));
      if (quoted === undefined) {
        if (strict) return failed(end === -1 ? 'unterminated quoted value' : 'invalid quoted value');
        if (end === -1) skipWord();
        else at = end;
        continue;
      }
      at = end;
      pairs.push([key, quoted]);
      continue;
    }
    const value = at;
    while (at < line.length && line.charCodeAt(at) > SPACE && line[at] !== '=' && line[at] !== '"') at += 1;
    if (line[at] === '=' || line[at] === '"') {
      if (strict) return failed(`unexpected '${line[at]}'`);
      skipWord();
      continue;
    }
    pairs.push([key, line.slice(value, at)]);
  }
  return { pairs };
}

/** The place after the closing quote, -1 when there is none. */
function endOfQuoted(line: string, from: number): number {
  for (let at = from + 1; at < line.length; at += 1) {
    if (line[at] === '\\') at += 1;
    else if (line[at] === '"') return at + 1;
  }
  return -1;
}

/** The escapes of JSON; undefined when it has others. */
function unquote(text: string): string | undefined {
  if (!text.includes('\\')) return text.slice(1, -1);
  try {
    // A raw tab or line break is no JSON, but is meant as it is.
    return JSON.parse(text.replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r'));
  } catch {
    return undefined;
  }
}
