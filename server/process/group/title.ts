/**
 * The title and culprit of an event, as Sentry words them. Part of `process`, after `markInApp`.
 * Promises: pure; every field is a string, empty when not known; the text is the sender's and hostile.
 */
import { functionName } from '#server/process/in-app/stack-rules.ts';
import type { GroupingRules } from '#server/process/rules/grouping-rules.ts';
import type { EventPayload, ExceptionValue } from '#server/record/event.ts';
import { contextOf, type GroupingContext } from './context.ts';
import { crashFrame } from './crash-frame.ts';
import { culpritOf } from './culprit.ts';
import { isMessageInDisguise, mainException } from './exception.ts';
import { filledIn } from './fingerprint.ts';
import { readCsp } from './report.ts';
import { splitLines, strip, truncate } from './text.ts';

export interface EventTitle {
  title: string;
  culprit: string;
  /** Of the exception the event is named after. */
  exceptionType: string;
  exceptionValue: string;
  message: string;
  /** Facts behind the title: `type`, `value`, `filename`, `function`, `directive`, `uri`, `origin`. */
  metadata: Record<string, string>;
}

/** Characters of the first line that a title keeps, and of an exception's type. */
const LINE_CHARS_MAX = 256;
const TYPE_CHARS_MAX = 128;
/** Characters of an exception's value kept in the metadata. */
const VALUE_CHARS_MAX = 1024;

export function titleOf(event: EventPayload, rules?: GroupingRules): EventTitle {
  const context = contextOf(rules);
  const exception = isMessageInDisguise(event) ? undefined : mainException(event, context);
  const message = messageOf(event);
  const { title, metadata } = exception ? exceptionTitle(event, exception) : messageTitle(event, message);
  return {
    title: titleOfRule(event, context) || event.title || title,
    culprit: culpritOf(event),
    exceptionType: exception?.type ?? '',
    exceptionValue: exception?.value ?? '',
    message,
    metadata,
  };
}

/** What the rule that set the fingerprint says it should be called. */
function titleOfRule(event: EventPayload, context: GroupingContext): string {
  const title = context.rules?.fingerprint(event)?.title;
  return title ? firstLine(filledIn(title, event, context)) : '';
}

function exceptionTitle(
  event: EventPayload,
  exception: ExceptionValue,
): Pick<EventTitle, 'title' | 'metadata'> {
  const metadata: Record<string, string> = {};
  // A made-up exception's type says which platform made it up, nothing else.
  if (!exception.mechanism?.synthetic) metadata.type = truncate(exception.type || 'Error', TYPE_CHARS_MAX);
  if (exception.value) metadata.value = truncate(exception.value, VALUE_CHARS_MAX);
  const frame = crashFrame(event, ({ function: name }) => name !== undefined && !UNKNOWN.has(name));
  const filename = frame?.filename || frame?.abs_path;
  const name = frame && functionName(frame, event.platform);
  if (filename) metadata.filename = filename;
  if (name) metadata.function = name;

  const line = firstLine(exception.value ?? '');
  if (metadata.type !== undefined)
    return { title: line === '' ? metadata.type : `${metadata.type}: ${line}`, metadata };
  return { title: line || metadata.function || '<unknown>', metadata };
}

const UNKNOWN = new Set(['<redacted>', '<unknown>']);

function messageTitle(event: EventPayload, message: string): Pick<EventTitle, 'title' | 'metadata'> {
  const metadata: Record<string, string> = {};
  if (event.csp) {
    const { directive, blockedUri } = readCsp(event.csp);
    Object.assign(metadata, { directive, uri: blockedUri });
  }
  const host = event.hpkp?.hostname ?? event.expectct?.hostname ?? event.expectstaple?.hostname;
  if (typeof host === 'string') metadata.origin = host;
  if (event.type === 'nel' && event.request?.url) metadata.uri = event.request.url;
  return { title: firstLine(message) || '<unlabeled event>', metadata };
}

function firstLine(text: string): string {
  return truncate(splitLines(strip(text))[0] ?? '', LINE_CHARS_MAX);
}

function messageOf(event: EventPayload): string {
  const logged = event.logentry?.formatted || event.logentry?.message;
  if (logged) return logged;
  const feedback = event.type === 'feedback' ? event.contexts?.feedback?.message : undefined;
  return typeof feedback === 'string' ? feedback : reportMessage(event);
}

/** What a browser's report says in one sentence. */
function reportMessage(event: EventPayload): string {
  if (event.csp) return cspMessage(event.csp);
  const host = ({ hostname }: Record<string, unknown>) => `'${typeof hostname === 'string' ? hostname : ''}'`;
  if (event.hpkp) return `Public key pinning validation failed for ${host(event.hpkp)}`;
  if (event.expectct) return `Expect-CT failed for ${host(event.expectct)}`;
  if (event.expectstaple) return `Expect-Staple failed for ${host(event.expectstaple)}`;
  return '';
}

function cspMessage(csp: Record<string, unknown>): string {
  const { directive, blockedUri, inlineViolation } = readCsp(csp);
  if (inlineViolation) return `Blocked ${inlineViolation.replace('-', ' ')} 'script'`;
  const what = directive === 'img-src' ? 'image' : directive.replace(/-(?:src|elem|attr|action).*$/, '');
  if (blockedUri === "'self'") return `Blocked inline '${what}'`;
  return directive === 'form-action'
    ? `Blocked 'form' action to '${blockedUri}'`
    : `Blocked '${what}' from '${blockedUri}'`;
}
