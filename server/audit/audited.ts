/** Which routes leave an entry: every one that writes, those that take much away, and the few exceptions with their reason. */

const WRITING = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** They change nothing: a question too long for an address. What is asked of data is not in the trail. */
const ASKING: ReadonlySet<string> = new Set([
  'POST /api/v1/query/sql',
  'POST /api/v1/projects/:slug/ownership/check',
  'POST /api/v1/projects/:slug/filters/preview',
  'POST /api/v1/projects/:slug/grouping/check',
  'POST /api/v1/projects/:slug/grouping/preview',
  'POST /api/v1/alerts/preview',
]);

/** Parts of uploads, hundreds of one build: what is put together of them has its entry. */
const PARTS = /\/chunk-upload\/?$/;

const TAKING: ReadonlySet<string> = new Set([
  'GET /api/v1/exports/:slug/:part',
  'GET /api/v1/logs/export',
  'GET /api/v1/audit/export',
]);

export function isAudited(method: string, url: string): boolean {
  const route = `${method} ${url}`;
  if (TAKING.has(route)) return true;
  // Other people's APIs for reading, such as Loki's, ask by POST too.
  return WRITING.has(method) && url.startsWith('/api/') && !ASKING.has(route) && !PARTS.test(url);
}
