/** Varied logs as Loki's clients push them: JSON, a stream per service and level, a thousand lines a request. */
import { type VariedLog, variedLogs } from './varied-logs.ts';

export const LINES_OF_PUSH = 1000;

/** `count` bodies of LINES_OF_PUSH lines each, a millisecond apart, the last of them about now. */
export function makePushes(seed: number, count: number): Buffer[] {
  const lines = variedLogs(seed, Date.now() - count * LINES_OF_PUSH, 1_000_000);
  return Array.from({ length: count }, () =>
    pushOf(Array.from({ length: LINES_OF_PUSH }, () => lines.next().value)),
  );
}

function pushOf(logs: readonly VariedLog[]): Buffer {
  const streams = [...Map.groupBy(logs, (log) => `${log.service} ${log.host} ${log.severityText}`).values()];
  return Buffer.from(
    JSON.stringify({
      streams: streams.map((of) => ({
        stream: { service_name: of[0]!.service, host: of[0]!.host, level: of[0]!.severityText.toLowerCase() },
        values: of.map(({ timestamp, body, traceId, attributes }) => [
          timestamp,
          body,
          {
            ...Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, String(value)])),
            ...(traceId && { trace_id: traceId }),
          },
        ]),
      })),
    }),
  );
}
