/**
 * Traces: the spans, log records and errors that share a trace id. What is always true here: they are found only
 * through the projects of the viewer's organization, and an answer that was cut short says of what.
 */
import type { Trace } from '#contract/traces.ts';
import type { Viewer } from '#server/accounts/accounts.ts';
import { type IssueStores, projectIds, visibleProjects } from '#server/issues/issues.ts';
import { normalizeHexId } from '#server/record/correlation.ts';
import { reject } from '#server/record/rejections.ts';
import { errorsOfTrace, logsOfTrace, spansOfTrace } from './trace-queries.ts';

export async function readTrace(stores: IssueStores, viewer: Viewer, id: string): Promise<Trace> {
  const traceId = normalizeHexId(id);
  const projects = projectIds(await visibleProjects(stores, viewer));
  const [spans, logs, errors] = await Promise.all([
    spansOfTrace(stores, projects, traceId),
    logsOfTrace(stores, projects, traceId),
    errorsOfTrace(stores, viewer, projects, traceId),
  ]);
  if (spans.items.length + logs.items.length + errors.items.length === 0)
    throw reject('not_found', `nothing of the trace ${traceId} is stored`);
  return {
    traceId,
    spans: spans.items,
    logs: logs.items,
    errors: errors.items,
    cutShort: { spans: spans.isCut, logs: logs.isCut, errors: errors.isCut },
  };
}
