/**
 * The tables a SELECT may read and what their columns are called there: the only identifiers that reach the engine.
 * The columns are those of store/telemetry/tables.ts; a test asks the engine for each of them. A new table is one
 * entry here.
 */
import { LOG_LEVELS } from '#server/record/log.ts';
import type { ValueType } from './select-plan.ts';

export interface TableColumn {
  type: ValueType;
  /** What it holds, for people. */
  says: string;
  /** How the engine has it, when that is not its name. */
  sql?: string;
  /** Other names it is found by. */
  aliases?: readonly string[];
  /** `SELECT *` leaves it out. */
  isAside?: boolean;
}

export interface TelemetryTable {
  says: string;
  columns: Readonly<Record<string, TableColumn>>;
}

const text = (says: string, more: Omit<TableColumn, 'type' | 'says'> = {}): TableColumn => ({
  type: 'text',
  says,
  ...more,
});
const of = (type: ValueType, says: string, more: Omit<TableColumn, 'type' | 'says'> = {}): TableColumn => ({
  type,
  says,
  ...more,
});

const TIME = of('time', 'When it happened, to the nanosecond, in UTC.', { aliases: ['time', '_time'] });
const ORIGIN = {
  service: text('What program said it, e.g. "checkout".', { aliases: ['service_name'] }),
  host: text('The machine it ran on.', { aliases: ['hostname'] }),
  environment: text('Such as "production".', { aliases: ['env'] }),
  release: text('The version of the program.', { aliases: ['version'] }),
};
const CORRELATION = {
  trace_id: text('The trace it belongs to.'),
  span_id: text('The span it belongs to.'),
  user_id: text('The user it happened to.', { aliases: ['user'] }),
  session_id: text('The session it happened in.', { aliases: ['session'] }),
  request_id: text('The request it happened in.', { aliases: ['request'] }),
};
const PLACE = {
  project_id: of('integer', 'The number of the project.', { isAside: true }),
  received_at: of('time', 'When it arrived here.', { isAside: true }),
};

const level = `transform(toUInt8(ceil(severity_number / 4)), [1, 2, 3, 4, 5, 6], [${LOG_LEVELS.map((name) => `'${name}'`).join(', ')}], '')`;

export const TELEMETRY_TABLES = {
  logs: {
    says: 'Log records, one row each.',
    columns: {
      timestamp: TIME,
      level: text('trace, debug, info, warn, error or fatal; empty when it was not said.', {
        sql: level,
        aliases: ['severity'],
      }),
      service: ORIGIN.service,
      body: text('The text of the record.', { aliases: ['message', 'msg', 'line'] }),
      host: ORIGIN.host,
      environment: ORIGIN.environment,
      release: ORIGIN.release,
      severity_number: of('integer', '1 to 24 as in OpenTelemetry; 0 when it was not said.'),
      severity_text: text('The level as the sender spells it.'),
      scope: text('The logger, or the instrumentation scope.', { aliases: ['logger'] }),
      event_name: text('The name of the event, when the record is one.'),
      pattern_id: of('integer', 'The number of its pattern: records of one shape share it.', {
        aliases: ['pattern'],
      }),
      ...CORRELATION,
      source: text('The protocol it came by.'),
      attributes: of('map', "What the record says beside its text: attributes['http.status_code']."),
      labels: of('map', 'The labels of its stream.'),
      resource: of('map', "What made it: resource['k8s.pod.name']."),
      ...PLACE,
    },
  },
  events: {
    says: 'Error events, one row each.',
    columns: {
      timestamp: { ...TIME, says: 'When it happened, to the millisecond, in UTC.' },
      level: text('fatal, error, warning, info or debug.'),
      title: text('What it is called in the list of issues.'),
      culprit: text('Where it happened.'),
      service: ORIGIN.service,
      exception_type: text('Such as "PaymentError".'),
      exception_value: text('What the exception says.'),
      message: text('The message of the event.', { aliases: ['body'] }),
      transaction: text('The request or job it happened in.'),
      url: text('The address of the request.'),
      host: ORIGIN.host,
      environment: ORIGIN.environment,
      release: ORIGIN.release,
      dist: text('The build of the release.'),
      platform: text('Such as "python".'),
      type: text('error, default, csp, …'),
      logger: text('The logger that sent it.'),
      handled: of('boolean', 'Whether the program caught it; null when it was not said.'),
      user_id: CORRELATION.user_id,
      user_email: text('The e-mail of the user.'),
      user_username: text('The name of the user.'),
      user_ip: text('The address of the user.'),
      user_key: text('What tells users apart: id, else e-mail, name or address.'),
      trace_id: CORRELATION.trace_id,
      span_id: CORRELATION.span_id,
      session_id: CORRELATION.session_id,
      request_id: CORRELATION.request_id,
      sdk_name: text('The SDK that sent it.'),
      sdk_version: text('Its version.'),
      event_id: text('Its id: 32 hexadecimal digits.'),
      grouping_hash: text('What decides its issue.'),
      tags: of('map', "Its tags: tags['browser.name'].", { aliases: ['attributes'] }),
      ...PLACE,
    },
  },
  spans: {
    says: 'Spans of traces, one row each; their time is when they began.',
    columns: {
      timestamp: { ...TIME, says: 'When it began, to the nanosecond, in UTC.' },
      service: ORIGIN.service,
      name: text('What it is called, e.g. "GET /cart".'),
      duration_ms: of('number', 'How long it took, milliseconds.', {
        sql: '(duration_ns / 1000000)',
        aliases: ['duration'],
      }),
      status: text('unset, ok or error.'),
      op: text('What kind of work it is: http.server, db, …'),
      kind: text('internal, server, client, producer, consumer or unspecified.'),
      transaction: text('The name of the segment it belongs to.'),
      is_segment: of('boolean', 'Whether it is the first of its trace in one service.'),
      trace_id: CORRELATION.trace_id,
      span_id: text('Its id.'),
      parent_span_id: text('The span it is part of; empty for the first.'),
      status_message: text('What was said about the status.'),
      duration_ns: of('integer', 'How long it took, nanoseconds.'),
      host: ORIGIN.host,
      environment: ORIGIN.environment,
      release: ORIGIN.release,
      scope: text('The instrumentation scope.'),
      user_id: CORRELATION.user_id,
      session_id: CORRELATION.session_id,
      request_id: CORRELATION.request_id,
      source: text('The protocol it came by.'),
      attributes: of('map', "What it says beside its name: attributes['http.response.status_code']."),
      resource: of('map', "What made it: resource['k8s.pod.name']."),
      ...PLACE,
    },
  },
} as const satisfies Record<string, TelemetryTable>;

export type TableName = keyof typeof TELEMETRY_TABLES;
export const TABLE_NAMES = Object.keys(TELEMETRY_TABLES) as TableName[];
export const tableOf = (name: TableName): TelemetryTable => TELEMETRY_TABLES[name];

/** A column by its name or one of its other names, in any case. */
export function findColumn(
  table: TableName,
  name: string,
): { name: string; column: TableColumn } | undefined {
  const wanted = name.toLowerCase();
  const { columns } = tableOf(table);
  if (Object.hasOwn(columns, wanted)) return { name: wanted, column: columns[wanted]! };
  for (const [own, column] of Object.entries(columns))
    if (column.aliases?.includes(wanted)) return { name: own, column };
  return undefined;
}
