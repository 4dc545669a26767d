/** The type and message of an error in a line above its stack: alone, or behind what a logger wrote before it. */

export interface NamedError {
  type: string;
  message: string;
}

/** Looked at, characters. */
const LINE_CHARS_MAX = 1_024;
const LEVELS = new Set([
  ...['ERROR', 'WARN', 'WARNING', 'INFO', 'DEBUG', 'TRACE', 'FATAL', 'CRITICAL', 'SEVERE', 'NOTICE'],
  ...['Error in', 'level', 'error', 'warn', 'warning', 'info', 'debug', 'fatal', 'critical'],
]);

export const isLevelWord = (word: string) => LEVELS.has(word);

const FRONT =
  /^(?:Exception in thread "[^"]{0,200}" |Unhandled exception\. |(?:error: |\w+ )?Uncaught (?:\(in promise\) )?|\[)/;
const SUFFIX =
  '(?:Error|Exception|Throwable|Failure|Failed|Fault|Refused|Timeout|Interrupt|Rejection|Exit|Abort|Group)';
/** At the front of the line: a name with dots, or one that sounds like an error, and perhaps a message. */
const QUALIFIED =
  /^((?:[A-Za-z_$][\w$]*[./])+[A-Z_$][\w$]*(?:`\d)?)(?: \[[A-Z_0-9]+\]| \((?:0x[0-9A-Fa-f]+|\d+)\))?(?::\s*(.*)|)$/s;
const ERROR_LIKE = new RegExp(
  `^((?:[\\w$]+[./])*[\\w$]*${SUFFIX}\\d?)(?: \\[[A-Z_0-9]+\\]| \\([^)]{0,200}\\))?(?::\\s*(.*)|)$`,
  's',
);
/** `PaymentRefused: no` right above a frame. */
const CAPITAL = /^([A-Z][a-z][\w$]{0,120})(?: \[[A-Z_0-9]+\])?: (.*)$/s;
/** Behind what a logger wrote: `12:00 checkout failed Error: no`. */
const INSIDE = new RegExp(
  `(?:^|[\\s"=:\\]-])((?:[A-Za-z_$][\\w$]*[./])*[A-Z][\\w$]*${SUFFIX})(?: \\[[A-Z_0-9]+\\])?(?:: (.*)|$)`,
  's',
);

/** `isNext`: the line below is a frame, so that a name alone is enough. */
export function typeInLine(line: string, isNext: boolean): NamedError | null {
  const text = line.slice(0, LINE_CHARS_MAX).replace(FRONT, '');
  const match =
    QUALIFIED.exec(text) ??
    ERROR_LIKE.exec(text) ??
    (isNext ? CAPITAL.exec(text) : null) ??
    INSIDE.exec(text);
  if (!match || LEVELS.has(match[1]!)) return null;
  return { type: match[1]!, message: match[2] ?? '' };
}
