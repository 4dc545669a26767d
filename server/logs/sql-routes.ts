/** /api/v1/query/sql: rows of a SELECT over the telemetry of the viewer's projects, and what it may name. */
import type { FastifyPluginAsync } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { SqlAnswer, SqlRequest, SqlSchema } from '#contract/sql.ts';
import { requireViewer } from '#server/accounts/accounts.ts';
import { hangUpOf } from '#server/platform/hang-up.ts';
import type { PlanRange } from '#server/query/plan/plan.ts';
import { Deadline } from '#server/query/plan/run-plan.ts';
import { ROWS_DEFAULT, ROWS_MAX } from '#server/query/sql/plan-select.ts';
import { runSql } from '#server/query/sql/run-sql.ts';
import { sqlSchema } from '#server/query/sql/sql-schema.ts';
import { reject } from '#server/record/rejections.ts';
import { type LogStores, visibleProjectIds } from './logs.ts';

const tags = ['sql'];
const PERIOD_MS = 3_600_000;
const NS_OF_MS = 1_000_000n;
/** For one answer. */
const TIMEOUT_MS = 15_000;

export function sqlRoutes(stores: LogStores): FastifyPluginAsync {
  return async (scope) => {
    const app = scope.withTypeProvider<ZodTypeProvider>();

    app.post(
      '/api/v1/query/sql',
      {
        config: { queries: true },
        schema: {
          tags,
          summary: 'Rows of a SELECT over logs, events and spans',
          body: SqlRequest,
          response: { 200: SqlAnswer },
        },
      },
      async (request, reply) => {
        const { project, query, from, to } = request.body;
        const projects = await visibleProjectIds(stores, requireViewer(request, 'event:read'), project);
        const now = stores.clock.now();
        const end = to ?? now + 1;
        const start = from ?? end - PERIOD_MS;
        if (start >= end) throw reject('request_invalid', 'from must be before to');
        const began = performance.now();
        const answer = await runSql(
          {
            telemetry: stores.telemetry,
            deadline: new Deadline(TIMEOUT_MS),
            // The engine need not go on for who hung up.
            signal: hangUpOf(request.raw, reply.raw),
          },
          {
            projects,
            text: query,
            now: BigInt(now) * NS_OF_MS,
            period: { start: BigInt(start) * NS_OF_MS, end: BigInt(end) * NS_OF_MS },
          },
        );
        return {
          columns: answer.columns,
          rows: answer.rows,
          truncated: answer.isTruncated,
          ...toMilliseconds(answer.range),
          timeOfQuery: answer.isRangeOfQuery,
          elapsedMs: Math.round(performance.now() - began),
        };
      },
    );

    app.get(
      '/api/v1/query/sql/schema',
      {
        schema: {
          tags,
          summary: 'Tables, columns and functions that a query may name',
          response: { 200: SqlSchema },
        },
      },
      async (request) => {
        requireViewer(request, 'event:read');
        return { ...sqlSchema(), rowsDefault: ROWS_DEFAULT, rowsMax: ROWS_MAX };
      },
    );
  };
}

/** Bounds that lie before the telemetry and after it are none. */
function toMilliseconds({ start, end }: PlanRange): { from: number | null; to: number | null } {
  const to = Number((end + NS_OF_MS - 1n) / NS_OF_MS);
  return { from: start === 0n ? null : Number(start / NS_OF_MS), to: to > 8.64e15 / 1000 ? null : to };
}
