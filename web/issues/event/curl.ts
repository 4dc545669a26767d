/**
 * The request of an event as a command to paste into a shell. Every value came from a stranger and ends up in
 * front of a shell prompt, so each one is quoted for POSIX shells, and control characters cannot break out.
 */
import type { RequestView } from './payload.ts';

/** Set by curl itself, or wrong for a body that was normalised. */
const LEFT_OUT = new Set(['host', 'content-length', 'connection', 'accept-encoding', 'transfer-encoding']);

/** Inside single quotes nothing is special but the single quote; a NUL cannot be passed at all. */
export function shellQuote(text: string): string {
  return `'${text.replaceAll('\0', '').replaceAll("'", String.raw`'\''`)}'`;
}

export function curlCommand(request: RequestView): string {
  const method = /^[A-Z]{1,20}$/.test(request.method) ? request.method : '';
  const body = bodyText(request);
  const parts = ['curl'];
  if (method && method !== (body === null ? 'GET' : 'POST')) parts.push(`--request ${method}`);
  // A name must be a token; a value must be one line, or it would become a second header.
  for (const [name, value] of request.headers)
    if (/^[\w!#$%&'*+.^`|~-]+$/.test(name) && !LEFT_OUT.has(name.toLowerCase()))
      parts.push(`--header ${shellQuote(`${name}: ${value.replaceAll(/[\r\n]+/g, ' ')}`)}`);
  if (request.cookies.length > 0 && !request.headers.some(([name]) => name.toLowerCase() === 'cookie'))
    parts.push(
      `--cookie ${shellQuote(request.cookies.map(([name, value]) => `${name}=${value}`).join('; '))}`,
    );
  if (body !== null) parts.push(`--data-raw ${shellQuote(body)}`);
  // Named, so that an address that begins with a dash is no option.
  parts.push(`--url ${shellQuote(fullUrl(request))}`);
  return parts.join(' \\\n  ');
}

export function fullUrl(request: RequestView): string {
  if (request.query.length === 0 || request.url.includes('?')) return request.url;
  return `${request.url}?${new URLSearchParams(request.query)}`;
}

function bodyText(request: RequestView): string | null {
  const { data } = request;
  if (data === null || data === '') return null;
  if (typeof data === 'string') return data;
  const type = request.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
  if (type.includes('x-www-form-urlencoded') && typeof data === 'object')
    return new URLSearchParams(Object.entries(data).map(([key, value]) => [key, String(value)])).toString();
  return JSON.stringify(data);
}
