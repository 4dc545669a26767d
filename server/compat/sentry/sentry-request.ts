/**
 * What the addresses of Sentry's API have in common: each ends in a slash that clients forget, names an
 * organization, and a project by slug or id; lists take a cursor and answer it in the Link header.
 */
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import type * as z from 'zod';
import type { ProjectSummary, Scope } from '#contract/people.ts';
import { requireViewer, type Viewer } from '#server/accounts/accounts.ts';
import { type Cursor, readCursor, writeCursor } from '#server/issues/cursor.ts';
import { visibleProjects } from '#server/issues/issues.ts';
import { reject } from '#server/record/rejections.ts';
import type { SentryApi } from './sentry-api.ts';

export interface SentryRequest {
  params: Readonly<Record<string, string>>;
  /** Every value of every query parameter. */
  query: URLSearchParams;
  body: unknown;
  viewer: Viewer;
  /** Path and query as sent. */
  url: string;
  /** For who reads the body as it arrives. */
  raw: IncomingMessage;
  reply: FastifyReply;
}

type Answer = (request: SentryRequest) => unknown;

/** Adds a route under both spellings, for viewers with the scope. A path is given with its slash. */
export function serve(
  app: FastifyInstance,
  method: HTTPMethods,
  path: string,
  scope: Scope,
  answer: Answer,
  /** Bytes of a body, where more than usual is sent. */
  options: { bodyLimit?: number } = {},
): void {
  const handler = (request: FastifyRequest, reply: FastifyReply) => {
    const viewer = requireViewer(request, scope);
    const params = request.params as Record<string, string>;
    checkOrganization(viewer, params.org);
    const { body, url, raw } = request;
    return answer({ params, query: queryOf(request), body, viewer, url, raw, reply });
  };
  for (const url of [path, path.slice(0, -1)]) app.route({ method, url, handler, ...options });
}

export function queryOf(request: FastifyRequest): URLSearchParams {
  const at = request.url.indexOf('?');
  return new URLSearchParams(at < 0 ? '' : request.url.slice(at + 1));
}

/** A viewer belongs to one organization; the others are not there. */
function checkOrganization({ organization }: Viewer, named: string | undefined): void {
  if (named !== undefined && named !== organization.slug && named !== String(organization.id))
    throw reject('not_found', 'no such organization');
}

/** The project that the address names. */
export async function projectOf(api: SentryApi, { viewer, params }: SentryRequest): Promise<ProjectSummary> {
  const [project] = await visibleProjects(api, viewer, params.project ?? '');
  if (!project) throw reject('not_found', 'no such project');
  return project;
}

/** Rows of a page: `limit` or `per_page`, at most 100, as at Sentry. */
export function pageLimit(query: URLSearchParams): number {
  const asked = Number(query.get('limit') ?? query.get('per_page') ?? 100);
  if (!Number.isInteger(asked) || asked < 1)
    throw reject('request_invalid', 'limit must be a whole number from 1 to 100');
  return Math.min(asked, 100);
}

/** `0:0:0` is how a program that knows Sentry asks for the first page. */
export const FIRST_PAGE = /^0:0:[01]$/;

export function pageCursor(query: URLSearchParams, list: string): Cursor | null {
  const text = query.get('cursor') ?? '';
  return FIRST_PAGE.test(text) ? null : readCursor(text, list);
}

export interface PageEnds {
  hasNext: boolean;
  hasPrevious: boolean;
  next: Cursor | null;
  previous: Cursor | null;
}

/**
 * Both links always, as Sentry sends them: `results` says whether there is something now, the cursor is good for
 * asking again later. https://docs.sentry.io/api/pagination/
 */
export function linkPages(api: SentryApi, request: SentryRequest, ends: PageEnds): void {
  linkTexts(api, request, {
    previous: { cursor: ends.previous ? writeCursor(ends.previous) : '0:0:1', hasResults: ends.hasPrevious },
    next: { cursor: ends.next ? writeCursor(ends.next) : '0:0:0', hasResults: ends.hasNext },
  });
}

interface LinkEnd {
  cursor: string;
  hasResults: boolean;
}

/** The same with cursors of any kind. */
export function linkTexts(
  api: SentryApi,
  { reply, url }: SentryRequest,
  ends: { previous: LinkEnd; next: LinkEnd },
): void {
  const links = Object.entries(ends).map(([rel, { cursor, hasResults }]) => {
    const address = new URL(api.publicUrl() + url);
    address.searchParams.set('cursor', cursor);
    return `<${address.href}>; rel="${rel}"; results="${hasResults}"; cursor="${cursor}"`;
  });
  reply.header('link', links.join(', '));
}

/** A list that fits one page whole. */
export const ONE_PAGE: PageEnds = { hasNext: false, hasPrevious: false, next: null, previous: null };

/** Reads a body; what the schema does not name is passed over, since clients send more than we know. */
export function bodyOf<Shape extends z.ZodType>(schema: Shape, { body }: SentryRequest): z.output<Shape> {
  const read = schema.safeParse(body ?? {});
  if (read.success) return read.data;
  const [problem] = read.error.issues;
  throw reject('request_invalid', `body.${problem?.path.join('.') ?? ''}: ${problem?.message ?? ''}`);
}
