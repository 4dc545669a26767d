/** /api/v1/audit: who did what, for those who may administer the organization. There is no route that changes an entry. */
import { Readable } from 'node:stream';
import type { FastifyPluginAsync } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { type AuditEntry, AuditExportQuery, AuditList, AuditQuery } from '#contract/audit.ts';
import { requireViewer } from '#server/accounts/accounts.ts';
import { cell } from '#server/logs/export/csv.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import { readTrail, walkTrail } from './read-trail.ts';

const tags = ['audit'];

export function auditRoutes({ db, days }: { db: MetadataDb; days: number }): FastifyPluginAsync {
  return async (scope) => {
    const app = scope.withTypeProvider<ZodTypeProvider>();

    app.get(
      '/api/v1/audit',
      {
        schema: {
          tags,
          summary: 'Who did what, newest first',
          querystring: AuditQuery,
          response: { 200: AuditList },
        },
      },
      async (request) => {
        const viewer = requireViewer(request, 'org:admin');
        return { ...(await readTrail(db, viewer.organization.id, request.query)), days };
      },
    );

    app.get(
      '/api/v1/audit/export',
      {
        exposeHeadRoute: false,
        schema: {
          tags,
          summary: 'The audit trail as JSON lines or CSV, newest first',
          querystring: AuditExportQuery,
        },
      },
      async (request, reply) => {
        const viewer = requireViewer(request, 'org:admin');
        const { format, ...filter } = request.query;
        return reply
          .type(
            format === 'csv'
              ? 'text/csv; charset=utf-8; header=present'
              : 'application/x-ndjson; charset=utf-8',
          )
          .header('content-disposition', `attachment; filename="audit.${format}"`)
          .send(Readable.from(textOf(walkTrail(db, viewer.organization.id, filter), format)));
      },
    );
  };
}

const COLUMNS = [
  ...([
    'at',
    'userId',
    'name',
    'email',
    'via',
    'address',
    'agent',
    'action',
    'route',
    'noun',
    'project',
  ] as const),
  ...(['target', 'changes', 'differences', 'moreDifferences', 'status', 'request', 'id'] as const),
];

async function* textOf(pages: AsyncIterable<AuditEntry[]>, format: 'jsonl' | 'csv'): AsyncGenerator<string> {
  if (format === 'csv') yield `${COLUMNS.join(',')}\r\n`;
  for await (const page of pages)
    yield page.map((entry) => (format === 'csv' ? csvRow(entry) : `${JSON.stringify(entry)}\n`)).join('');
}

function csvRow(entry: AuditEntry): string {
  const cells = COLUMNS.map((column) => {
    const value = entry[column];
    return cell(typeof value === 'object' ? JSON.stringify(value) : String(value));
  });
  return `${cells.join(',')}\r\n`;
}
