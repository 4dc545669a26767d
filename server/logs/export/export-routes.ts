/** GET /api/v1/logs/export: the records of a search as a file. */
import { Readable } from 'node:stream';
import type { FastifyPluginAsync } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { planOf } from '#server/logs/log-queries.ts';
import { questionQuery, readQuestion } from '#server/logs/log-question.ts';
import type { LogStores } from '#server/logs/logs.ts';
import { Unavailable } from '#server/platform/rejection.ts';
import { csv } from './csv.ts';
import type { ExportFormat } from './export-format.ts';
import { checkExport, exportLogs } from './export-logs.ts';
import { jsonl } from './jsonl.ts';
import { parquet } from './parquet.ts';

const FORMATS = { csv, jsonl, parquet } satisfies Record<string, ExportFormat>;

/** Exports under way: each holds a page of records and what its reader has not taken yet. */
const EXPORTS_MAX = 4;
/** Bytes made ahead of a slow reader, besides the page at hand. */
const AHEAD_BYTES = 256 * 1024;

/** `telemetry` says by what it was cut short: a page of large records becomes a smaller one. */
export function exportRoutes(stores: LogStores): FastifyPluginAsync {
  let underWay = 0;
  return async (scope) => {
    const app = scope.withTypeProvider<ZodTypeProvider>();
    app.get(
      '/api/v1/logs/export',
      {
        exposeHeadRoute: false,
        schema: {
          tags: ['logs'],
          summary: 'The log records of a search as a file, the oldest first: CSV, JSON lines or Parquet',
          querystring: questionQuery.extend({ format: z.enum(['csv', 'jsonl', 'parquet']) }),
        },
      },
      async (request, reply) => {
        if (underWay >= EXPORTS_MAX)
          throw new Unavailable('exports_full', `${EXPORTS_MAX} exports are under way. Try again later.`, {
            retryAfterSeconds: 30,
          });
        const gone = new AbortController();
        if (reply.raw.destroyed) return reply;
        underWay += 1;
        let file: Readable | undefined;
        reply.raw.once('close', () => {
          underWay -= 1;
          gone.abort();
          file?.destroy();
        });
        const plan = planOf(await readQuestion(stores, request, request.query));
        await checkExport(stores, plan);

        const format = FORMATS[request.query.format];
        file = Readable.from(exportLogs(stores, plan, format, gone.signal), {
          objectMode: false,
          highWaterMark: AHEAD_BYTES,
        });
        const name = nameOf(request.query.project, stores.clock.now(), format);
        return reply
          .header('content-type', format.contentType)
          .header('content-disposition', `attachment; filename="${name}"`)
          .header('cache-control', 'no-store')
          .header('x-accel-buffering', 'no')
          .send(file);
      },
    );
  };
}

function nameOf(project: string, now: number, { extension }: ExportFormat): string {
  const of = project.replaceAll(/[^\w-]/g, '').slice(0, 60);
  const at = new Date(now).toISOString().slice(0, 19).replaceAll(':', '-');
  return `logs-${of === '' ? '' : `${of}-`}${at}.${extension}`;
}
