/**
 * A stand-in for Sentry's and GlitchTip's web API, for what cannot be installed beside a test: addresses, shapes and paging
 * as docs.sentry.io/api and GlitchTip's published schema have them. Bugsink is tested by itself (import-bugsink.slow.test.ts).
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const TRACKER_TOKEN = 'sntrys_stand-in';

export interface Tracker {
  url: string;
  token: string;
  /** Addresses that were asked, with what stands behind the question mark. */
  asked: string[];
  /** Answers instead of the stand-in, when it gives true. */
  instead: ((request: IncomingMessage, response: ServerResponse, path: string) => boolean) | null;
  close(): Promise<void>;
}

export interface TrackerIssue {
  issue: Record<string, unknown> & { id: string };
  detail: Record<string, unknown>;
  /** Undefined: the tracker has no such address. */
  hashes?: string[];
  /** Stored JSON by event id, the newest first. */
  events: Record<string, Record<string, unknown>>;
}

export interface TrackerContent {
  kind: 'sentry' | 'glitchtip';
  project: Record<string, unknown> & { id: string; slug: string };
  keys: Record<string, unknown>[];
  releases: Record<string, unknown>[];
  issues: TrackerIssue[];
}

/** Items of one page: small, so that there are several. */
const PAGE = 2;

export async function startTracker(content: TrackerContent): Promise<Tracker> {
  const tracker: Tracker = {
    url: '',
    token: TRACKER_TOKEN,
    asked: [],
    instead: null,
    close: () => stop(server),
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://x');
    tracker.asked.push(request.url ?? '');
    if (tracker.instead?.(request, response, url.pathname)) return;
    if (request.headers.authorization !== `Bearer ${TRACKER_TOKEN}`)
      return json(response, 401, { detail: 'Invalid token' });
    const found = answerOf(content, url.pathname);
    if (found === undefined) return json(response, 404, { detail: 'The requested resource does not exist' });
    if (Array.isArray(found)) return page(response, url, tracker.url, found);
    json(response, 200, found);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  tracker.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return tracker;
}

function answerOf({ kind, project, keys, releases, issues }: TrackerContent, path: string): unknown {
  const org = '/api/0/organizations/acme';
  const ofProject = `/api/0/projects/acme/${project.slug}`;
  if (path === `${org}/projects/`) return [project];
  if (path === `${ofProject}/keys/`) return keys;
  if (path === `${ofProject}/releases/`) return releases;
  if (path === `${org}/issues/`) return issues.map(({ issue }) => issue);
  for (const { issue, detail, hashes, events } of issues) {
    const places = kind === 'sentry' ? [`${org}/issues/${issue.id}/`] : [`/api/0/issues/${issue.id}/`];
    if (places.includes(path)) return { ...issue, ...detail };
    for (const place of places) {
      if (path === `${place}events/`)
        return Object.entries(events).map(([id, { timestamp }]) => ({
          ...(kind === 'sentry' ? { id } : {}),
          ...{
            eventID: id,
            dateCreated: new Date((Number(timestamp) || Date.now() / 1000) * 1000).toISOString(),
          },
        }));
      if (hashes && path === `${place}hashes/`) return hashes.map((id) => ({ id, latestEvent: {} }));
      if (path === `${place}comments/`) return detail.comments ?? [];
    }
    for (const [id, event] of Object.entries(events)) {
      if (kind === 'sentry' && path === `${ofProject}/events/${id}/json/`) return event;
      // GlitchTip has the stored event under its organization alone.
      if (kind === 'glitchtip' && path === `${org}/issues/${issue.id}/events/${id}/json/`) return event;
    }
  }
  return undefined;
}

function page(response: ServerResponse, url: URL, base: string, items: unknown[]): void {
  const at = Number(url.searchParams.get('cursor')?.split(':')[1] ?? 0);
  const next = at + PAGE;
  const cursor = `0:${next}:0`;
  const link = (rel: string, to: string, has: boolean) =>
    `<${base}${url.pathname}?cursor=${to}>; rel="${rel}"; results="${has}"; cursor="${to}"`;
  response.setHeader(
    'link',
    [link('previous', '0:0:1', at > 0), link('next', cursor, next < items.length)].join(', '),
  );
  json(response, 200, items.slice(at, next));
}

export function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
