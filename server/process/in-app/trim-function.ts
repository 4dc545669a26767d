/**
 * The bare name of a function as compilers and demanglers spell it: without return type, arguments, template
 * arguments, lambda numbers and linker suffixes. Runs on native frames and C# only, other names are clean.
 * Frozen with grouping v1: the trimmed name is hashed, so every oddity below is one that groups depend on.
 */
import { platformFamily } from './platform-family.ts';

export function trimFunction(name: string, platform: string | undefined): string {
  if (platform === 'csharp') return name.split(' (', 1)[0]!;
  return platformFamily(platform) === 'native' ? trimNative(name) : name;
}

/** Gcc, MSVC and clang number their lambdas, each in its own way. */
const LAMBDA = String.raw`\{lambda\(.*?\)#\d+\}|(?<![\p{L}\p{N}_])lambda_[a-f0-9]{32}(?![\p{L}\p{N}_])|\$_\d+(?![\p{L}\p{N}_])`;
const LAMBDAS = new RegExp(LAMBDA, 'gu');
const LAMBDA_AT_START = new RegExp(`^(?:${LAMBDA})`, 'u');
/** MSVC's hash of an anonymous namespace in inlined functions. */
const ANONYMOUS_NAMESPACE_HASH = /\?A0x[a-f0-9]{8}::/g;
const TRAILER = /(?:(?<![\p{L}\p{N}_])const|&)$/u;

/** Spellings whose brackets and spaces are part of the name, and what stands for them while brackets are cut. */
const SHIELDS: readonly (readonly [spelling: string, shield: string])[] = [
  ['operator<<', 'operator\u27e8\u27e8'],
  ['operator<', 'operator\u27e8'],
  ['operator()', 'operator\u25ef'],
  [' -> ', ' \u27ff '],
  ["`anonymous namespace'", '\u3014anonymousnamespace\u3015'],
];
const ARROW = '\u27ff';

/** Most names: nothing to trim, and no need to look closer. */
const PLAIN = /^[\w.:~]+$/;
const NOT_SO_PLAIN = /const$|lambda_[a-f0-9]{32}|::h[a-z0-9]{16}$/;

function trimNative(given: string): string {
  if (given === '<redacted>' || given === '<unknown>') return given;
  if (PLAIN.test(given) && !NOT_SO_PLAIN.test(given)) return given;
  let name = given.trim();
  // Objective-C methods keep their whole selector.
  if (/^[+-]?\[/.test(name)) return name;
  while (TRAILER.test(name)) name = name.replace(TRAILER, '').trimEnd();
  for (const [spelling, shield] of SHIELDS) name = name.replaceAll(spelling, shield);
  name = name.replace(LAMBDAS, 'lambda');
  name = name.replace(ANONYMOUS_NAMESPACE_HASH, `${SHIELDS[4]![1]}::`);
  name = replaceEnclosed(name, '(', ')', argumentsOf);
  name = replaceEnclosed(name, '<', '>', genericsOf);

  const token = nameToken(splitOutsideBrackets(name));
  name = token ? unshield(token) : given;
  // Rust's symbol hash, then the argument size of Windows' calling conventions.
  return name.replace(/::h[a-z0-9]{16}$/, '').replace(/^@?(.*?)@[0-9]+$/, '$1');
}

function argumentsOf(text: string): string {
  const inner = text.trim();
  return inner === 'anonymous namespace' || inner === 'operator' ? `(${inner})` : '';
}

/** `Vec<u8>` becomes `Vec<T>`; Rust's leading `<Type as Trait>` becomes `Type`, or the trait of a blanket impl. */
function genericsOf(text: string, start: number): string {
  if (text === 'lambda' || LAMBDA_AT_START.test(text)) return `<${text}>`;
  if (start > 0) return '<T>';
  return replaceEnclosed(text.replace(/^[A-Z] as /, ''), '<', '>', genericsOf).split(' as ', 1)[0]!;
}

/** Left of Swift's `->`, else the last token: what stands before it is the return type. */
function nameToken(tokens: string[]): string | undefined {
  // MSVC puts a space between a generic operator and its `<T>`.
  if (tokens.length > 1 && tokens.at(-1) === '<T>') {
    tokens.pop();
    tokens[tokens.length - 1] += ' <T>';
  }
  const arrow = tokens.indexOf(ARROW);
  return arrow >= 0 ? tokens.at(arrow - 1) : tokens.at(-1);
}

function unshield(token: string): string {
  return token
    .replaceAll('\u27e8', '<')
    .replaceAll('\u25ef', '()')
    .replaceAll(SHIELDS[3]![1], ' -> ')
    .replaceAll(SHIELDS[4]![1], "`anonymous namespace'");
}

/**
 * Replaces what stands between the outermost pairs of brackets, brackets included. After a closing bracket
 * without an opening one the rest is cut until the balance is even again: names depend on it.
 */
function replaceEnclosed(
  text: string,
  open: string,
  close: string,
  replacement: (inner: string, start: number) => string,
): string {
  if (!text.includes(open)) return text;
  let depth = 0;
  let pairStart = 0;
  let result = '';
  // By code points, as positions are only compared with zero and used to slice.
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (char === open) {
      if (depth === 0) pairStart = at;
      depth++;
    } else if (char === close) {
      depth--;
      if (depth === 0) result += replacement(text.slice(pairStart + 1, at), pairStart);
    } else if (depth === 0) {
      result += char;
    }
  }
  return result;
}

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '{': '}', '[': ']', '<': '>' };

/** Splits at white space that is not inside brackets; an unclosed bracket swallows the rest. */
function splitOutsideBrackets(text: string): string[] {
  const tokens: string[] = [];
  const expected: string[] = [];
  let token = '';
  let end = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (CLOSING[char] !== undefined) {
      expected.push(CLOSING[char]);
    } else if (expected.length > 0 && char === expected.at(-1)) {
      expected.pop();
      if (expected.length === 0) {
        token += text.slice(end, at + 1);
        end = at + 1;
      }
    } else if (expected.length === 0) {
      if (/\s/.test(char)) {
        if (token) tokens.push(token);
        token = '';
      } else {
        token += text.slice(end, at + 1);
      }
      end = at + 1;
    }
  }
  if (token) tokens.push(token);
  return tokens;
}
