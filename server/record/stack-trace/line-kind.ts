/**
 * What one line can be in a stack trace, told from the line alone, its prefix taken off. Which kinds may follow each
 * other is the business of `stack-joiner.ts`. Pure; it looks at the front of a line only, and no expression can run
 * back over what it has read more than once.
 */

export type LineKind =
  | 'blank'
  | 'indented'
  | 'other'
  // JVM, JavaScript, .NET
  | 'at'
  | 'cause'
  | 'error'
  | 'source-place'
  | 'caret'
  | 'brace'
  | 'node-version'
  | 'dotnet-log'
  // Python
  | 'python-start'
  | 'python-file'
  | 'python-chain'
  // Go
  | 'go-panic'
  | 'go-call'
  | 'goroutine'
  | 'go-file'
  | 'go-exit'
  // PHP
  | 'php-start'
  | 'php-frame'
  | 'php-end'
  // Ruby
  | 'ruby-error'
  | 'ruby-from'
  | 'ruby-frame'
  // Rust
  | 'rust-panic'
  | 'rust-start'
  | 'rust-note'
  | 'rust-causes';

/** No line of a stack trace is told by more. */
export const FRONT_CHARS = 1_024;

const SPACE = 0x20;
const TAB = 0x09;

export function lineKindOf(line: string): LineKind {
  const front = line.length > FRONT_CHARS ? line.slice(0, FRONT_CHARS) : line.trimEnd();
  if (front === '') return 'blank';
  const first = front.charCodeAt(0);
  return first === SPACE || first === TAB ? indentedKind(front) : plainKind(front, first);
}

/**
 * `at com.shop.Cart.total(Cart.java:12)`, `at Cart.total (/app/cart.js:3:9)`, `at /app/cart.js:3:9`. Each form has a
 * place or a name with a dot before its bracket: `at home (today)` is prose.
 */
const AT =
  /^at (?:(?=[^\s(]*[.$])[^\s()]*\(|(?:[^\s()]+ ){1,6}\((?:<anonymous>|native|index \d|eval at |[^\s()]\S*:\d)|<anonymous>|(?:async )?[^\s\d]\S*:\d+:\d+\)?(?: \{)?$|\S+ \([^()]{0,800}\) \[0x[0-9a-f]+\] in )/;
/** Of what was the same in the trace above, and of what Java and .NET put between causes. */
const MORE = /^(?:\.\.\. \d+ (?:more|common frames|lines matching)|--- End of |\[CIRCULAR REFERENCE)/;
const CAUSE = /^(?:Caused by: \S|Suppressed: \S|Wrapped by: \S|---> \S)/;
const PYTHON_START = /^(?:[+|] ?)?\s*(?:Exception Group )?Traceback \(most recent call last\):$/;
const PYTHON_FILE = /^(?:\| ?)?\s*File "[^"]{1,500}", line \d+(?:, in \S|$)/;
const GO_FILE = /^\t\S+\.(?:go|s):\d+(?: \+0x[0-9a-f]+)?$/;
const RUBY_FROM = /^from \S.*:\d+(?::in [`'].+)?$/;
const RUBY_FRAME = /^\S+\.(?:rb|erb|ru|rake|haml|slim):\d+:in [`'][^`']*'$/;

function indentedKind(front: string): LineKind {
  const text = front.trimStart();
  switch (text.charCodeAt(0)) {
    case 0x61: // a
      if (AT.test(text)) return 'at';
      break;
    case 0x2e: // .
    case 0x5b: // [
    case 0x2d: // -
      if (MORE.test(text)) return 'at';
      if (CAUSE.test(text)) return 'cause';
      break;
    case 0x43: // C
    case 0x53: // S
    case 0x57: // W
      if (CAUSE.test(text)) return 'cause';
      break;
    case 0x66: // f
      if (RUBY_FROM.test(text)) return 'ruby-from';
      break;
    case 0x74: // t
      if (text.startsWith('thrown in ')) return 'php-end';
      break;
    case 0x5e: // ^
    case 0x7e: // ~
      if (/^[\^~]+$/.test(text)) return 'caret';
      break;
  }
  if (PYTHON_FILE.test(text)) return 'python-file';
  if (PYTHON_START.test(text)) return 'python-start';
  if (GO_FILE.test(front)) return 'go-file';
  return RUBY_FRAME.test(text) ? 'ruby-frame' : 'indented';
}

/** `shop.PaymentFailed: no`, `Uncaught RangeError: …`, `Exception in thread "main" java.lang.Error`. */
const ERROR =
  /^(?:Exception in thread "[^"]{0,200}" |Unhandled exception\. |Uncaught |\[)?(?:[A-Za-z_$][\w$]*[./])*[\w$]*(?:Error|Exception|Throwable|Failure|Failed|Fault|Warning|Interrupt|Exit|Group|Refused|Timeout)(?: \[[A-Z_0-9]+\]| \([^)]{0,300}\))?(?::|$)/;
/** `/app/shop.js:3` alone, as Node puts it above the line of source that threw. */
const SOURCE_PLACE = /^(?:file:\/\/|node:|\/|[A-Za-z]:\\)\S*:\d+$/;
const NODE_VERSION = /^Node\.js v\d+\.\d+\.\d+/;
const DOTNET_LOG = /^(?:fail|crit): [\w.`+[\]]+\[\d+\]$/;
const PYTHON_CHAIN =
  /^(?:During handling of the above exception, another exception occurred|The above exception was the direct cause of the following exception):$/;
const GO_PANIC = /^(?:panic: |fatal error: |unexpected fault address |SIG[A-Z]+: |http: panic serving )/;
const GOROUTINE = /^(?:goroutine \d+(?: gp=\S+ m=\S+(?: mp=\S+)?)? \[[^\]]{1,100}\]:$|runtime stack:$)/;
const GO_EXIT = /^exit status \d+$/;
const PHP_START = /^(?:(?:PHP )?Stack trace:|\[stacktrace\])$/i;
const PHP_FRAME = /^(?:#\d+ \S|PHP +\d+\. )/;
const RUBY_ERROR = /^\S+:\d+:in [`'].*\([A-Z][\w:]*\)$/;
const RUST_PANIC = /^(?:[A-Z]{4,5} [\w:]{1,60}: )?thread '.{0,200}'(?: \(\d+\))? panicked at /;
/** What PHP and Rails write where others have the name of an error alone. */
const NAMED =
  /^(?:(?:PHP )?(?:Fatal|Recoverable fatal) error: {1,2}Uncaught \S|[A-Z]\w{0,100}(?:::[A-Z]\w{0,100}){0,8} \(.{0,900}\):$)/;
/** `github.com/shop/db.(*Pool).Query` alone, above its place: zap, pkg/errors. */
const GO_CALL = /^(?:[\w.~-]{1,100}\/){0,12}[\w-]{1,100}\.(?:\(\*?[\w.[\]]{1,100}\)\.)?[\w.[\]]{1,200}$/;
const RUST_NOTE = /^note: (?:run with `RUST_BACKTRACE|Some details are omitted)/;

function plainKind(front: string, first: number): LineKind {
  switch (first) {
    case 0x23: // #
      return PHP_FRAME.test(front) ? 'php-frame' : 'other';
    case 0x22: // "
    case 0x7d: // }
      return /^"?\}/.test(front) ? 'brace' : 'other';
    case 0x5e: // ^
      return /^\^+$/.test(front) ? 'caret' : 'other';
    case 0x7b: // {
      return 'other';
  }
  if (front.startsWith('Caused by:')) return front === 'Caused by:' ? 'rust-causes' : 'cause';
  if (front.startsWith('--- End of ')) return 'at';
  if (PYTHON_START.test(front)) return 'python-start';
  if (PYTHON_CHAIN.test(front)) return 'python-chain';
  if (GO_PANIC.test(front)) return 'go-panic';
  if (GOROUTINE.test(front)) return 'goroutine';
  if (PHP_START.test(front)) return 'php-start';
  if (PHP_FRAME.test(front)) return 'php-frame';
  if (RUST_PANIC.test(front)) return 'rust-panic';
  return laterKind(front);
}

function laterKind(front: string): LineKind {
  if (front === 'stack backtrace:' || front === 'Stack backtrace:') return 'rust-start';
  if (RUST_NOTE.test(front)) return 'rust-note';
  if (GO_EXIT.test(front)) return 'go-exit';
  if (NODE_VERSION.test(front)) return 'node-version';
  if (DOTNET_LOG.test(front)) return 'dotnet-log';
  if (SOURCE_PLACE.test(front)) return 'source-place';
  if (RUBY_ERROR.test(front)) return 'ruby-error';
  if (RUBY_FRAME.test(front)) return 'ruby-frame';
  if (ERROR.test(front)) return 'error';
  // Most lines end here: two looks at a line are cheaper than the expressions.
  if (!front.includes(' ')) return GO_CALL.test(front) ? 'go-call' : 'other';
  return (front.endsWith('):') || front.includes('Uncaught ')) && NAMED.test(front) ? 'error' : 'other';
}
