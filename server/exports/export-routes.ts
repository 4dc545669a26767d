/** /api/v1/exports/:slug: everything a project has, in parts, for who may administer it. */
import { Readable } from 'node:stream';
import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import {
  ExportPlan,
  ExportQuery,
  TIMED_PARTS,
  type TimedPart,
  WHOLE_PARTS,
  type WholePart,
} from '#contract/exports.ts';
import { requireViewer } from '#server/accounts/accounts.ts';
import { type IssueStores, visibleProjects } from '#server/issues/issues.ts';
import { Unavailable } from '#server/platform/rejection.ts';
import { reject } from '#server/record/rejections.ts';
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';
import { planExport } from './export-plan.ts';
import { timedPart } from './timed-parts.ts';
import { wholePart } from './whole-parts.ts';

const tags = ['exports'];
/** Parts under way: each holds a page, and keeps the engine from others a while. */
const PARTS_MAX = 4;
/** Bytes made ahead of a slow reader, besides the page at hand. */
const AHEAD_BYTES = 256 * 1024;

export interface ExportStores extends IssueStores {
  /** Says by what it was cut short: a page of large rows becomes a smaller one. */
  telemetry: TelemetryStore;
  version: string;
}

export function projectExportRoutes(stores: ExportStores): FastifyPluginAsync {
  const { metadata, telemetry, clock, version } = stores;
  const { db } = metadata;
  let underWay = 0;

  async function named(request: FastifyRequest<{ Params: { slug: string } }>) {
    const viewer = requireViewer(request, 'project:admin');
    const [project] = await visibleProjects(stores, viewer, request.params.slug);
    return { project: project!, organization: viewer.organization.id };
  }

  return async (scope) => {
    const app = scope.withTypeProvider<ZodTypeProvider>();
    const slug = z.string().min(1).max(100);

    app.get(
      '/api/v1/exports/:slug',
      {
        schema: {
          tags,
          summary: 'In which parts everything of a project is taken away',
          params: z.object({ slug }),
          response: { 200: ExportPlan },
        },
      },
      async (request) => planExport({ db, telemetry, version }, (await named(request)).project, clock.now()),
    );

    app.get(
      '/api/v1/exports/:slug/:part',
      {
        exposeHeadRoute: false,
        schema: {
          tags,
          summary: 'One part of a project as JSON lines; events, sessions and spans of a period',
          params: z.object({ slug, part: z.enum([...WHOLE_PARTS, ...TIMED_PARTS]) }),
          querystring: ExportQuery,
        },
      },
      async (request, reply) => {
        const { project, organization } = await named(request);
        const id = Number(project.id);
        const { part } = request.params;
        const period = isTimed(part) ? periodOf(request.query) : null;
        if (underWay >= PARTS_MAX)
          throw new Unavailable('exports_full', `${PARTS_MAX} exports are under way. Try again later.`, {
            retryAfterSeconds: 10,
          });
        if (reply.raw.destroyed) return reply;
        underWay += 1;
        const gone = new AbortController();
        const lines =
          period === null
            ? asLines(wholePart(db, { project: id, organization }, part as WholePart))
            : timedPart(telemetry, part as TimedPart, { project: id, ...period }, gone.signal);
        const file = Readable.from(lines, { objectMode: false, highWaterMark: AHEAD_BYTES });
        reply.raw.once('close', () => {
          underWay -= 1;
          gone.abort();
          file.destroy();
        });
        // What fails on the way ends the connection without an end of the answer: a part is whole or visibly broken.
        return reply
          .header('content-type', 'application/x-ndjson; charset=utf-8')
          .header('cache-control', 'no-store')
          .header('x-accel-buffering', 'no')
          .send(file);
      },
    );
  };

  function periodOf({ from, to, until }: z.output<typeof ExportQuery>) {
    if (from === undefined || to === undefined)
      throw reject('request_invalid', 'this part is of a period: name from and to');
    const period = {
      from: Date.parse(from),
      to: Date.parse(to),
      until: until === undefined ? clock.now() : Date.parse(until),
    };
    if (period.from >= period.to) throw reject('request_invalid', 'from must be before to');
    return period;
  }
}

const isTimed = (part: WholePart | TimedPart): part is TimedPart =>
  (TIMED_PARTS as readonly string[]).includes(part);

async function* asLines(pages: AsyncIterable<unknown[]>): AsyncGenerator<Buffer> {
  for await (const page of pages)
    if (page.length > 0) yield Buffer.from(page.map((each) => `${JSON.stringify(each)}\n`).join(''));
}
