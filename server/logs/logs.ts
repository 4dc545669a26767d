/**
 * Log records as the read side knows them: what it reads from, and a row as people see it. What is always true
 * here: a record is found only through the projects of the viewer's organization.
 */
import type { LogLevel, LogRecord } from '#contract/logs.ts';
import type { ProjectSummary } from '#contract/people.ts';
import type { Viewer } from '#server/accounts/accounts.ts';
import type { Clock } from '#server/platform/clock.ts';
import type { WholeRow } from '#server/query/plan/run-plan.ts';
import { messageInBody } from '#server/record/body-message.ts';
import { levelOfNumber } from '#server/record/log.ts';
import { reject } from '#server/record/rejections.ts';
import { MOVED_LABEL } from '#server/record/stream-labels.ts';
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';

/** What the routes of logs are given by main. */
export interface LogStores {
  /** Refuses what reads too much; see store/telemetry/refuse-cut-short.ts. */
  telemetry: TelemetryStore;
  clock: Clock;
  /** The projects of an organization. */
  listProjects(organizationId: number): Promise<ProjectSummary[]>;
}

/** Ids of the projects a viewer may see; with a slug or an id only that one, which must be among them. */
export async function visibleProjectIds(
  stores: LogStores,
  viewer: Viewer,
  slugOrId: string,
): Promise<number[]> {
  const projects = await stores.listProjects(viewer.organization.id);
  const seen =
    slugOrId === '' ? projects : projects.filter(({ slug, id }) => slug === slugOrId || id === slugOrId);
  if (slugOrId !== '' && seen.length === 0) throw reject('not_found', `no project "${slugOrId}"`);
  return seen.map(({ id }) => Number(id));
}

/** For people: besides what was stored, what its body says where that is JSON. */
export function toLogRecord(row: WholeRow): LogRecord {
  const message = messageInBody(row.body);
  return { ...storedRecord(row), ...(message !== undefined && { message }) };
}

/** For programs. */
export function storedRecord(row: WholeRow): LogRecord {
  return {
    id: recordId(row),
    projectId: String(row.project_id),
    timestamp: row.time,
    level: levelOf(row.severity_number),
    severityNumber: row.severity_number,
    severityText: row.severity_text,
    service: row.service,
    host: row.host,
    environment: row.environment,
    release: row.release,
    scope: row.scope,
    eventName: row.event_name,
    body: row.body,
    patternId: row.pattern,
    traceId: row.trace_id,
    spanId: row.span_id,
    userId: row.user_id,
    sessionId: row.session_id,
    requestId: row.request_id,
    source: row.source,
    labels: row.labels,
    resource: row.resource,
    attributes: asSent(row.attributes, row.attribute_types),
  };
}

export const recordId = ({ project_id, time, tie }: Pick<WholeRow, 'project_id' | 'time' | 'tie'>) =>
  `${project_id}-${time}-${tie}`;

/** Where a record is, as its id says; a refusal for what no record has as its id. */
export function readLogId(id: string): { project: number; at: bigint; tie: string } {
  const [, project, at, tie] = /^(\d{1,9})-(\d{1,19})-(\d{1,20})$/.exec(id) ?? [];
  if (tie === undefined || BigInt(tie) > 0xffff_ffff_ffff_ffffn)
    throw reject('not_found', 'no log record has this id');
  return { project: Number(project), at: BigInt(at!), tie };
}

const levelOf = (severityNumber: number): LogLevel => levelOfNumber(severityNumber) || 'unknown';

/** With the types of the sender. What was cut is no JSON any more and stays text. */
export function asSent(
  attributes: Record<string, string>,
  types: Record<string, string>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => {
      // A label that became an attribute is a text.
      if (types[name] === undefined || types[name] === MOVED_LABEL) return [name, value];
      try {
        return [name, JSON.parse(value)];
      } catch {
        return [name, value];
      }
    }),
  );
}
