/**
 * What filters look at, taken from a normalised event while it is at hand: a few texts, none longer than a bound. The
 * same is taken from an event that is stored, so that a rule can be tried on what came before it.
 */
import type { EventPayload, ExceptionValue } from '#server/record/event.ts';
import type { ExpectedKind } from '#server/record/expected.ts';
import { expectedKind } from './expected-error.ts';

export interface EventFacts {
  /** Of a browser's page. */
  isBrowser: boolean;
  /** `Type: value` and the value of every exception, and the message. */
  messages: string[];
  /** With the module where one is said: `django.http.Http404` beside `Http404`. */
  errorTypes: string[];
  /** Where the code lies that threw; empty: not known. */
  source: string;
  userAgent: string;
  /** Of the person. */
  address: string;
  /** Of the page or the request. */
  host: string;
  release: string;
  expected: ExpectedKind | null;
}

/** Exceptions of one event, the newest: with 200 patterns of 500 characters the worst event takes some 50 ms. */
const EXCEPTIONS_MAX = 10;

export function factsOf(event: EventPayload): EventFacts {
  const exceptions = event.exception?.values.slice(-EXCEPTIONS_MAX) ?? [];
  const messages = new Set<string>();
  for (const { type, value } of exceptions) {
    if (type && value) messages.add(`${type}: ${value}`);
    if (value) messages.add(value);
    if (type && !value) messages.add(type);
  }
  for (const text of [event.logentry?.formatted, event.logentry?.message]) if (text) messages.add(text);
  return {
    isBrowser: event.platform.startsWith('javascript') || event.type === 'csp',
    messages: [...messages],
    errorTypes: exceptions.flatMap(({ type, module }) =>
      type ? (module ? [type, `${module}.${type}`] : [type]) : [],
    ),
    source: event.csp ? sourceOfReport(event.csp) : sourceOf(exceptions.at(-1)),
    userAgent: headerOf(event, 'user-agent'),
    address: event.user?.ip_address ?? '',
    host: hostOf(event.request?.url ?? ''),
    release: event.release ?? '',
    expected: expectedKind(event),
  };
}

/** The newest frame that has a place: the browser's own have none. */
function sourceOf(exception: ExceptionValue | undefined): string {
  for (const { abs_path, filename } of exception?.stacktrace?.frames.toReversed() ?? []) {
    const path = abs_path ?? filename;
    if (path && path !== '<anonymous>' && path !== '[native code]') return path;
  }
  return '';
}

/**
 * What a page's policy stopped was asked for by the code of `source_file`. Where that is not told, what was stopped may
 * itself be a part of an extension; browsers tell its scheme alone.
 */
function sourceOfReport({ source_file, blocked_uri }: Record<string, unknown>): string {
  if (typeof source_file === 'string' && source_file !== '') return asAddress(source_file);
  return typeof blocked_uri === 'string' ? asAddress(blocked_uri) : '';
}

const asAddress = (text: string) => (/^[a-z][a-z-]*$/.test(text) ? `${text}://` : text);

function headerOf(event: EventPayload, name: string): string {
  return event.request?.headers?.find(([header]) => header.toLowerCase() === name)?.[1] ?? '';
}

function hostOf(url: string): string {
  return URL.parse(url)?.hostname ?? '';
}
