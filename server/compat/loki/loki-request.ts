/**
 * What the addresses of Loki's API have in common: GET and POST with a form, a viewer, the projects the viewer sees,
 * narrowed by X-Scope-OrgID and never widened, errors as plain text, and an end when the client hangs up.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { requireViewer } from '#server/accounts/accounts.ts';
import { hangUpOf } from '#server/platform/hang-up.ts';
import { Rejection, Unavailable } from '#server/platform/rejection.ts';
import { reject } from '#server/record/rejections.ts';
import { QueryCutShort } from '#server/store/telemetry/telemetry-errors.ts';
import type { LokiApi } from './loki-api.ts';

export interface LokiRequest {
  params: Readonly<Record<string, string>>;
  /** Values of the body before those of the address. */
  form: URLSearchParams;
  headers: FastifyRequest['headers'];
  projects: readonly number[];
  /** Aborted when the client hangs up. */
  signal: AbortSignal;
  /** Nanoseconds since 1970. */
  now: bigint;
  reply: FastifyReply;
}

const PREFIX = '/loki/api/v1';
/** Characters of a form: a query has at most 131,072, and percents make three of one. */
const FORM_BYTES_MAX = 512 * 1024;
/** nginx made it up for a client that hung up; Loki answers it so, to nobody. */
const CLIENT_CLOSED = 499;

export function takeForms(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string', bodyLimit: FORM_BYTES_MAX }, (request, body, done) => {
    const isForm = /^application\/x-www-form-urlencoded\s*(;|$)/i.test(request.headers['content-type'] ?? '');
    done(null, isForm ? body : '');
  });
}

/** Adds a route, for GET and POST, that answers JSON made by `answer`, or a text as it is. */
export function serve(
  app: FastifyInstance,
  api: LokiApi,
  path: string,
  answer: (request: LokiRequest) => Promise<unknown> | unknown,
): void {
  app.route({
    method: ['GET', 'POST'],
    url: PREFIX + path,
    exposeHeadRoute: false,
    handler: async (request, reply) => {
      const asked = await lokiRequest(api, request, reply);
      const answered = await answer(asked);
      if (reply.sent) return reply;
      reply.type('application/json; charset=utf-8');
      return reply.send(typeof answered === 'string' ? answered : `${JSON.stringify(answered)}\n`);
    },
  });
}

export async function lokiRequest(
  api: LokiApi,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<LokiRequest> {
  const viewer = requireViewer(request, 'event:read');
  return {
    params: request.params as Record<string, string>,
    form: formOf(request),
    headers: request.headers,
    projects: await projectsOf(api, viewer.organization.id, request.headers['x-scope-orgid']),
    signal: hangUpOf(request.raw, reply.raw),
    now: BigInt(api.clock.now()) * 1_000_000n,
    reply,
  };
}

function formOf({ url, body }: FastifyRequest): URLSearchParams {
  const at = url.indexOf('?');
  const form = new URLSearchParams(typeof body === 'string' ? body : '');
  for (const [name, value] of new URLSearchParams(at < 0 ? '' : url.slice(at + 1))) form.append(name, value);
  return form;
}

/** Tenants of Loki, by slug or id: `shop|web`. Without the header all that the viewer sees. */
async function projectsOf(
  api: LokiApi,
  organizationId: number,
  header: string | string[] | undefined,
): Promise<number[]> {
  const projects = await api.listProjects(organizationId);
  const named = String(header ?? '')
    .split('|')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const seen = named.map((name) => {
    const project = projects.find(({ slug, id }) => slug === name || id === name);
    if (!project) throw reject('not_found', `X-Scope-OrgID names the project "${name.slice(0, 100)}"`);
    return project;
  });
  return [...new Set((named.length > 0 ? seen : projects).map(({ id }) => Number(id)))];
}

/** Plain text, as all of Loki's errors. A bug of ours goes on to the listener, which writes it down. */
export function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error, _request, reply) => {
    const { status, text, headers } = errorOf(error);
    return reply.code(status).headers(headers).type('text/plain; charset=utf-8').send(`${text}\n`);
  });
}

/** Throws what is a bug. */
export function errorOf(error: unknown): { status: number; text: string; headers: Record<string, string> } {
  if (error instanceof Rejection)
    return { status: error.status, text: error.message, headers: { ...error.headers } };
  if (error instanceof Unavailable)
    return {
      status: 503,
      text: error.message,
      headers: { 'retry-after': String(error.retryAfterSeconds) },
    };
  if (error instanceof QueryCutShort) return { ...CUT_SHORT[error.by], headers: {} };
  throw error;
}

const CUT_SHORT: Record<QueryCutShort['by'], { status: number; text: string }> = {
  time: {
    status: 504,
    text: 'context deadline exceeded: the query took longer than allowed; consider a shorter time range or a narrower selector',
  },
  aborted: { status: CLIENT_CLOSED, text: 'The request was cancelled by the client.' },
  memory: {
    status: 400,
    text: 'the query needs more memory than one query may use; consider a shorter time range or aggregating by fewer labels',
  },
  rows: {
    status: 400,
    text: 'the answer is larger than one answer may be; consider a shorter time range or a narrower selector',
  },
};
