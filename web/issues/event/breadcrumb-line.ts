/** A breadcrumb as one sentence. Requests and page changes say theirs in data, so the line is built from it. */
import type { BreadcrumbView } from './payload.ts';

const KINDS = ['http', 'navigation', 'query', 'user', 'debug', 'error'] as const;
export type BreadcrumbKind = (typeof KINDS)[number] | 'other';

/** What sort of step it was, by its type or the first word of its category; both are a sender's words. */
export function breadcrumbKind({
  type,
  category,
}: Pick<BreadcrumbView, 'type' | 'category'>): BreadcrumbKind {
  const word = category.split('.')[0] ?? '';
  const known = (text: string) => KINDS.find((kind) => kind === text);
  if (word === 'ui') return known(type) ?? 'user';
  if (word === 'fetch' || word === 'xhr') return 'http';
  if (word === 'console') return 'debug';
  return known(type) ?? known(word) ?? 'other';
}

export interface BreadcrumbLine {
  text: string;
  /** What the sentence does not say yet. */
  rest: [string, unknown][];
}

export function breadcrumbLine({ category, type, message, data }: BreadcrumbView): BreadcrumbLine {
  const fields = new Map(data);
  const take = (...names: string[]) => {
    const name = names.find((each) => fields.has(each));
    if (name === undefined) return '';
    const value = fields.get(name);
    if (typeof value !== 'string' && typeof value !== 'number') return '';
    fields.delete(name);
    return String(value);
  };
  let text = message;
  if (!message && fields.has('url'))
    text = [
      take('method', 'http.request.method', 'http.method'),
      withQuery(take('url'), take('url.query', 'http.query')),
      arrow(take('status_code', 'http.response.status_code', 'http.status_code')),
    ]
      .filter(Boolean)
      .join(' ');
  else if (!message && (category === 'navigation' || type === 'navigation') && fields.has('to'))
    text = [take('from'), arrow(take('to'))].filter(Boolean).join(' ');
  // The console says its message a second time, as arguments.
  if (category === 'console' && fields.has('arguments') && message) fields.delete('arguments');
  if (fields.get('logger') === category) fields.delete('logger');
  return { text, rest: [...fields] };
}

/** SDKs tell the query apart from the address, some with its question mark. */
const withQuery = (url: string, query: string) =>
  query && !url.includes('?') ? `${url}?${query.replace(/^\?/, '')}` : url;

const arrow = (text: string) => (text ? `→ ${text}` : '');
