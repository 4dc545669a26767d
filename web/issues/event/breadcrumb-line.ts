/** A breadcrumb as one sentence. Requests and page changes say theirs in data, so the line is built from it. */
import type { BreadcrumbView } from './payload.ts';

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
      take('method', 'http.method'),
      take('url'),
      arrow(take('status_code', 'http.response.status_code')),
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

const arrow = (text: string) => (text ? `→ ${text}` : '');
