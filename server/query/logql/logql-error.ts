/** Refusals of LogQL. Clients show the text as it is, so it stands alone and begins as Loki's does. */
import { Rejection } from '#server/platform/rejection.ts';

/** What cannot be parsed: where, from line 1 and column 1, and why. */
export function parseError(text: string, at: number, what: string): Rejection {
  const before = text.slice(0, at);
  const line = before.split('\n').length;
  const column = at - (before.lastIndexOf('\n') + 1) + 1;
  return new Rejection('query_invalid', 400, `parse error at line ${line}, col ${column}: ${what}`);
}

/** What parses and cannot be answered. */
export function queryError(what: string): Rejection {
  return new Rejection('query_invalid', 400, what);
}

/** What would need more than one query may use. */
export function tooLarge(what: string): Rejection {
  return new Rejection('query_too_large', 400, what);
}
