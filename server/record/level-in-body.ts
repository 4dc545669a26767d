/** The level that stands at the front of a body that has no fields, as Loki finds its detected_level. */
import { severityNumberOf } from './log.ts';

/** Characters at the front of a body in which a level word stands, behind a time and perhaps a host. */
const FRONT_CHARS = 120;
/** In capitals anywhere near the front; in small letters only as `[error]`, `error:` or `<error>`. */
const CAPITALS =
  /(?<![A-Za-z0-9_])(TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|ERR|SEVERE|FATAL|CRITICAL|CRIT|EMERG|ALERT|PANIC)(?![A-Za-z0-9_])/;
const MARKED =
  /(?:[[<](trace|debug|info|notice|warn(?:ing)?|error|err|severe|fatal|critical|crit|emerg|alert|panic)[\]>]|(?:^|\s)(trace|debug|info|warn(?:ing)?|error|fatal|critical|panic):)/i;

/** 0 when the front of the body has no word of a level. */
export function levelInBody(body: string): number {
  const front = body.length > FRONT_CHARS ? body.slice(0, FRONT_CHARS) : body;
  const word = CAPITALS.exec(front)?.[1];
  if (word !== undefined) return severityNumberOf(word);
  const marked = MARKED.exec(front);
  return marked ? severityNumberOf((marked[1] ?? marked[2])!) : 0;
}
