/** The question that the routes of logs share: a search, a project and a period, as the address says them. */
import type { FastifyRequest } from 'fastify';
import * as z from 'zod';
import { requireViewer } from '#server/accounts/accounts.ts';
import { reject } from '#server/record/rejections.ts';
import type { LogQuestion } from './log-queries.ts';
import { type LogStores, visibleProjectIds } from './logs.ts';

/** Milliseconds since 1970. */
const instant = z.coerce.number().int().min(0).max(253_402_300_799_999);

export const questionQuery = z.object({
  /** Slug or id; empty: all. */
  project: z.string().max(150).default(''),
  query: z.string().max(1000).default(''),
  from: instant.optional(),
  to: instant.optional(),
});

const PERIOD_MS = 3_600_000;

/** Of the projects the viewer may see; without times the last hour. */
export async function readQuestion(
  stores: LogStores,
  request: FastifyRequest,
  { project, query, from, to }: z.infer<typeof questionQuery>,
): Promise<LogQuestion> {
  const projects = await visibleProjectIds(stores, requireViewer(request, 'event:read'), project);
  const end = to ?? stores.clock.now() + 1;
  const start = from ?? end - PERIOD_MS;
  if (start >= end) throw reject('request_invalid', 'from must be before to');
  return { projects, query, from: start, to: end };
}
