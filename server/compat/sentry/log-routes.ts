/**
 * Log records in Sentry's API, as `sentry-cli logs list` and dashboards ask for them: the rows of the dataset `logs`, with the
 * fields that they name. The other datasets are not here, and refused by name.
 */
import type { FastifyPluginAsync } from 'fastify';
import type { LogRecord } from '#contract/logs.ts';
import { listLogs } from '#server/logs/log-queries.ts';
import { visibleProjectIds } from '#server/logs/logs.ts';
import { reject } from '#server/record/rejections.ts';
import { seenSince } from './issue-query.ts';
import type { SentryApi } from './sentry-api.ts';
import { FIRST_PAGE, linkTexts, serve } from './sentry-request.ts';

/** Rows of one page, as at Sentry. */
const ROWS_MAX = 1_000;
const FIELDS_MAX = 50;
const DATASETS: ReadonlySet<string> = new Set(['logs', 'ourlogs']);
const ORDERS = { '-timestamp': 'backward', timestamp: 'forward' } as const;

export function logRoutes(api: SentryApi): FastifyPluginAsync {
  return async (app) => {
    serve(app, 'GET', '/api/0/organizations/:org/events/', 'event:read', async (request) => {
      const { query, viewer } = request;
      const dataset = query.get('dataset') ?? '';
      if (!DATASETS.has(dataset))
        throw reject('request_invalid', `dataset must be logs, not ${JSON.stringify(dataset.slice(0, 50))}`);
      const fields = query.getAll('field');
      if (fields.length === 0 || fields.length > FIELDS_MAX)
        throw reject('request_invalid', `field must be there once to ${FIELDS_MAX} times`);
      const direction = ORDERS[(query.get('sort') || '-timestamp') as keyof typeof ORDERS];
      if (!direction) throw reject('request_invalid', 'sort must be timestamp or -timestamp');
      const { project, rest } = projectInSearch(query.get('query') ?? '');
      const now = api.clock.now();
      const cursor = query.get('cursor') ?? '';
      const { items, nextCursor } = await listLogs(
        api,
        {
          projects: await visibleProjectIds(api, viewer, project || (query.get('project') ?? '')),
          query: rest,
          from: seenSince(query, now),
          to: now + 1,
        },
        { direction, cursor: FIRST_PAGE.test(cursor) ? '' : cursor, limit: rowsOf(query) },
      );
      linkTexts(api, request, {
        previous: { cursor: '0:0:1', hasResults: cursor !== '' && !FIRST_PAGE.test(cursor) },
        next: { cursor: nextCursor ?? '0:0:0', hasResults: nextCursor !== null },
      });
      return {
        data: items.map((record) => Object.fromEntries(fields.map((name) => [name, fieldOf(record, name)]))),
        meta: { fields: Object.fromEntries(fields.map((name) => [name, typeOf(name)])), dataset },
      };
    });
  };
}

/** sentry-cli puts its project before the search of the person. */
function projectInSearch(query: string): { project: string; rest: string } {
  const [found = '', quoted, plain = ''] = /^project:(?:"([^"]*)"|(\S+))(?:\s+|$)/.exec(query) ?? [];
  return { project: quoted ?? plain, rest: query.slice(found.length) };
}

function rowsOf(query: URLSearchParams): number {
  const asked = Number(query.get('per_page') ?? 100);
  if (!Number.isInteger(asked) || asked < 1 || asked > ROWS_MAX)
    throw reject('request_invalid', `per_page must be a whole number from 1 to ${ROWS_MAX}`);
  return asked;
}

const FIELDS: Readonly<Record<string, (record: LogRecord) => unknown>> = {
  'sentry.item_id': ({ id }) => id,
  id: ({ id }) => id,
  timestamp: ({ timestamp }) => timestamp,
  message: ({ body }) => body,
  severity: ({ level }) => level,
  severity_number: ({ severityNumber }) => severityNumber,
  trace: ({ traceId }) => traceId,
  span_id: ({ spanId }) => spanId,
  'project.id': ({ projectId }) => Number(projectId),
  release: ({ release }) => release,
  environment: ({ environment }) => environment,
  'user.id': ({ userId }) => userId,
  'server.address': ({ host }) => host,
};
const TYPES: Readonly<Record<string, string>> = {
  timestamp: 'date',
  severity_number: 'integer',
  'project.id': 'integer',
};

const typeOf = (name: string) => TYPES[name] ?? 'string';

/** What we do not know by name is an attribute, a label, or something of the resource; null: the record has none. */
function fieldOf(record: LogRecord, name: string): unknown {
  const known = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
  if (known) return known(record);
  for (const fields of [record.attributes, record.labels, record.resource])
    if (Object.hasOwn(fields, name)) return fields[name];
  return null;
}
