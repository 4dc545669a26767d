/**
 * Parts that are read from the telemetry: events, sessions and spans of a period, in the order in which they lie on the disk,
 * a page at a time from where the last one ended. Memory is bounded by a page; one that is too large is read as smaller ones.
 */
import type { TimedPart } from '#contract/exports.ts';
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';
import { cutShortBy } from '#server/store/telemetry/telemetry-errors.ts';

/** For one page, ms. */
const PAGE_MS_MAX = 30_000;

export interface Period {
  project: number;
  /** Milliseconds since 1970; `to` is not in it. */
  from: number;
  to: number;
  /** What was received later is left out, ms since 1970. */
  until: number;
}

interface Table {
  columns: string;
  time: string;
  /** Columns of the order, that of the table first: together they tell rows apart. */
  order: readonly [expression: string, type: string][];
  /** Equal rows are one, with how many they are. */
  grouped?: true;
  pageRows: number;
  line(row: Record<string, unknown>): string;
}

const json = (row: Record<string, unknown>) => `${JSON.stringify(row)}\n`;

const TABLES: Record<TimedPart, Table> = {
  events: {
    columns: 'event_id, grouping_hash, grouping_hashes, received_at, payload',
    time: 'timestamp',
    order: [
      ['grouping_hash', 'String'],
      ['timestamp', "DateTime64(3, 'UTC')"],
      ['event_id', 'String'],
    ],
    pageRows: 500,
    // As it was stored, byte for byte: it is one line of JSON.
    line: ({ event_id, grouping_hash, grouping_hashes, received_at, payload }) =>
      `${JSON.stringify({ event_id, grouping_hash, grouping_hashes, received_at }).slice(0, -1)},"event":${String(payload)}}\n`,
  },
  sessions: {
    columns: `received_at, started, session_id, user_key, sequence, status, errors, duration_ms, release, environment, init,
      quantity`,
    time: 'started',
    order: [
      ['release', 'String'],
      ['environment', 'String'],
      ['started', "DateTime64(3, 'UTC')"],
      ['session_id', 'String'],
      ['cityHash64(received_at, user_key, sequence, status, errors, duration_ms, init, quantity)', 'UInt64'],
    ],
    grouped: true,
    pageRows: 5_000,
    line: json,
  },
  spans: {
    columns: `trace_id, span_id, parent_span_id, timestamp, duration_ns, received_at, source, name, kind, op, status,
      status_message, is_segment, transaction, service, host, environment, release, scope, user_id, session_id, request_id,
      trace_state, resource, attributes, attribute_types, events, links`,
    time: 'timestamp',
    order: [
      ['toStartOfHour(timestamp)', "DateTime('UTC')"],
      ['trace_id', 'String'],
      ['timestamp', "DateTime64(9, 'UTC')"],
      ['span_id', 'String'],
    ],
    pageRows: 2_000,
    line: json,
  },
};

export async function* timedPart(
  telemetry: TelemetryStore,
  part: TimedPart,
  period: Period,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const table = TABLES[part];
  let rowsMax = table.pageRows;
  let after: string[] | null = null;
  for (;;) {
    let rows: Record<string, unknown>[];
    try {
      rows = await readPage(telemetry, part, { period, after, rowsMax, signal });
    } catch (error) {
      if (cutShortBy(error) !== 'memory' || rowsMax === 1) throw error;
      rowsMax = Math.ceil(rowsMax / 4);
      continue;
    }
    if (rows.length > 0) yield Buffer.from(rows.map((row) => lineOf(table, row)).join(''));
    const last: Record<string, unknown> | undefined = rows.at(-1);
    if (!last || rows.length < rowsMax) return;
    after = table.order.map((_, at) => String(last[`order${at}`]));
  }
}

function lineOf(table: Table, row: Record<string, unknown>): string {
  const kept = Object.fromEntries(Object.entries(row).filter(([name]) => !/^order\d$/.test(name)));
  if (!table.grouped) return table.line(kept);
  const { copies, ...one } = kept;
  return table.line(one).repeat(Number(copies));
}

function readPage(
  telemetry: TelemetryStore,
  part: TimedPart,
  asked: { period: Period; after: string[] | null; rowsMax: number; signal: AbortSignal },
): Promise<Record<string, unknown>[]> {
  const { columns, time, order, grouped } = TABLES[part];
  const { period, after, rowsMax, signal } = asked;
  const expressions = order.map(([expression]) => expression).join(', ');
  const bound = order.map(([, type], at) => `{after${at}:${type}}`).join(', ');
  const sql = `SELECT ${columns}, ${order.map(([expression], at) => `toString(${expression}) AS order${at}`).join(', ')}
      ${grouped ? ', count() AS copies' : ''}
    FROM ${part}
    WHERE project_id IN {projects:Array(UInt32)}
      AND ${time} >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
      AND ${time} < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
      AND received_at <= fromUnixTimestamp64Milli({until:Int64}, 'UTC')
      ${after ? `AND (${expressions}) > (${bound})` : ''}
    ${grouped ? `GROUP BY ${columns}, ${expressions}` : ''}
    ORDER BY ${expressions} LIMIT {rows:UInt32}`;
  const { from, to, until } = period;
  const params = {
    ...{ from, to, until, rows: rowsMax },
    ...Object.fromEntries((after ?? []).map((value, at) => [`after${at}`, value])),
  };
  return telemetry.select([period.project], sql, { params, timeoutMs: PAGE_MS_MAX, rowsMax, signal });
}
