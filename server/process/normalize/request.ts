/** The HTTP request an event happened in. Pairs keep their order and repeats. */
import type { EventRequest } from '#server/record/event.ts';
import { BOUNDS } from './bounds.ts';
import { isRecord, type Reader } from './reader.ts';

export function readRequest(given: unknown, reader: Reader): EventRequest | undefined {
  const value = reader.record(given, 'request');
  if (!value) return undefined;
  const read: EventRequest = {};
  const method = reader.field(value.method, 'request.method', 32)?.toUpperCase();
  if (method) read.method = method;

  const [address, query, fragment] = splitUrl(reader.field(value.url, 'request.url', BOUNDS.dataChars));
  if (address) read.url = address;
  const queryString = readQuery(value.query_string ?? query, reader);
  if (queryString) read.query_string = queryString;
  const hash = reader.field(value.fragment, 'request.fragment', 1024) ?? fragment;
  if (hash) read.fragment = hash;

  const headers = reader.pairs(value.headers, 'request.headers', BOUNDS.headers);
  if (headers) read.headers = headers.map(([name, text]) => [canonicalHeader(name), text]);
  const cookies = readCookies(value.cookies ?? headerOf(read, 'cookie'), reader);
  if (cookies) read.cookies = cookies;
  if (value.data !== undefined && value.data !== null && value.data !== '')
    read.data = readBody(value.data, reader);
  if (isRecord(value.env)) {
    const environment = reader.dataRecord(value.env, 'request.env', 2);
    if (environment) read.env = environment;
  }
  return Object.keys(read).length > 0 ? read : undefined;
}

/** First value of a header, by any case of its name. */
export function headerOf(request: EventRequest | undefined, name: string): string | undefined {
  return request?.headers?.find(([header]) => header.toLowerCase() === name)?.[1];
}

function splitUrl(url: string | undefined): [string | undefined, string | undefined, string | undefined] {
  const match = /^([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(url ?? '');
  return [match?.[1] || undefined, match?.[2] || undefined, match?.[3] || undefined];
}

function readQuery(value: unknown, reader: Reader): [string, string][] | undefined {
  if (typeof value !== 'string') return reader.pairs(value, 'request.query_string', BOUNDS.headers);
  return reader.pairs(
    [...new URLSearchParams(value.slice(0, BOUNDS.dataChars))],
    'request.query_string',
    BOUNDS.headers,
  );
}

function readCookies(value: unknown, reader: Reader): [string, string][] | undefined {
  if (typeof value !== 'string') return reader.pairs(value, 'request.cookies', BOUNDS.headers);
  const pairs = value
    .slice(0, BOUNDS.dataChars)
    .split(';')
    .map((pair) => {
      const at = pair.indexOf('=');
      return at < 0 ? [pair.trim(), ''] : [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    });
  return reader.pairs(
    pairs.filter(([name]) => name !== ''),
    'request.cookies',
    BOUNDS.headers,
  );
}

/** A JSON body sent as text is kept as data, so that its fields can be read on the screen. */
function readBody(value: unknown, reader: Reader): unknown {
  if (typeof value === 'string' && /^\s*[{[]/.test(value) && value.length <= 65_536) {
    try {
      return reader.data(JSON.parse(value), 'request.data');
    } catch {
      // Not JSON after all: keep the text.
    }
  }
  return reader.data(value, 'request.data');
}

function canonicalHeader(name: string): string {
  return name.toLowerCase().replace(/(^|-)([a-z])/g, (whole) => whole.toUpperCase());
}
