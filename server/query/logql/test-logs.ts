/** For tests: log records as rows of the table. */
import { MOVED_LABEL } from '#server/record/stream-labels.ts';

export interface TestLog {
  /** Seconds after the tests' noon; nine decimals count. */
  at: number;
  line: string;
  labels?: Record<string, string>;
  metadata?: Record<string, string>;
  /** Names in `metadata` that were labels. */
  movedLabels?: string[];
  resource?: Record<string, string>;
  severity?: number;
  severityText?: string;
  source?: string;
  service?: string;
  scope?: string;
  traceId?: string;
  /** Seconds after the tests' noon at which it came in; default at noon. */
  received?: number;
  pattern?: number;
}

export function timeOfLog(log: TestLog, noon: bigint): bigint {
  return noon + BigInt(Math.round(log.at * 1e9));
}

export function logRows(project: number, noon: bigint, logs: readonly TestLog[]): Uint8Array {
  const lines = logs.map((log, sequence) => {
    const time = String(timeOfLog(log, noon));
    return JSON.stringify({
      project_id: project,
      timestamp: `${time.slice(0, -9)}.${time.slice(-9)}`,
      received_at: Number(noon / 1_000_000n) + Math.round((log.received ?? 0) * 1000),
      sequence,
      source: log.source ?? 'loki',
      severity_number: log.severity ?? 0,
      severity_text: log.severityText ?? '',
      service: log.service ?? '',
      host: '',
      environment: '',
      release: '',
      scope: log.scope ?? '',
      event_name: '',
      body: log.line,
      pattern_id: log.pattern ?? 0,
      trace_id: log.traceId ?? '',
      span_id: '',
      user_id: '',
      session_id: '',
      request_id: '',
      labels: log.labels ?? {},
      resource: log.resource ?? {},
      attributes: log.metadata ?? {},
      attribute_types: Object.fromEntries((log.movedLabels ?? []).map((name) => [name, MOVED_LABEL])),
    });
  });
  return Buffer.from(`${lines.join('\n')}\n`);
}
