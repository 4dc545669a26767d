/** Varied logs as the clients of each protocol send them: a thousand lines a request. */
import { PbfWriter } from 'pbf';
import { compress } from 'snappyjs';
import { type VariedLog, variedLogs } from './varied-logs.ts';

export const LINES_OF_REQUEST = 1000;

export interface LogProtocol {
  name: string;
  path(key: string): string;
  contentType: string;
  /** Of a good answer. */
  status: number;
  encode(logs: readonly VariedLog[]): Buffer;
}

/** `count` bodies of LINES_OF_REQUEST lines each, a millisecond apart, the last of them about now. */
export function makeBodies({ encode }: LogProtocol, seed: number, count: number): Buffer[] {
  const lines = variedLogs(seed, Date.now() - count * LINES_OF_REQUEST, 1_000_000);
  return Array.from({ length: count }, () =>
    encode(Array.from({ length: LINES_OF_REQUEST }, () => lines.next().value)),
  );
}

/** A stream for each service, host and level. */
const streamsOf = (logs: readonly VariedLog[]) =>
  [...Map.groupBy(logs, (log) => `${log.service} ${log.host} ${log.severityText}`).values()].map((of) => ({
    labels: { service_name: of[0]!.service, host: of[0]!.host, level: of[0]!.severityText.toLowerCase() },
    logs: of,
  }));

const metadataOf = ({ attributes, traceId }: VariedLog): Record<string, string> => ({
  ...Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, String(value)])),
  ...(traceId && { trace_id: traceId }),
});

const bytesOf = (writer: PbfWriter) => Buffer.from(writer.finish());

export const lokiJson: LogProtocol = {
  name: 'Loki JSON',
  path: () => '/loki/api/v1/push',
  contentType: 'application/json',
  status: 204,
  encode: (logs) =>
    Buffer.from(
      JSON.stringify({
        streams: streamsOf(logs).map(({ labels, logs: of }) => ({
          stream: labels,
          values: of.map((log) => [log.timestamp, log.body, metadataOf(log)]),
        })),
      }),
    ),
};

function writeTimestamp(nanoseconds: string, pbf: PbfWriter): void {
  pbf.writeVarintField(1, Number(nanoseconds.slice(0, -9)));
  pbf.writeVarintField(2, Number(nanoseconds.slice(-9)));
}

function writePair([name, value]: [string, string], pbf: PbfWriter): void {
  pbf.writeStringField(1, name);
  pbf.writeStringField(2, value);
}

const lokiProtobuf: LogProtocol = {
  name: 'Loki protobuf',
  path: () => '/loki/api/v1/push',
  contentType: 'application/x-protobuf',
  status: 204,
  encode(logs) {
    const pbf = new PbfWriter();
    for (const { labels, logs: of } of streamsOf(logs))
      pbf.writeMessage(
        1,
        (_, stream) => {
          const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
          stream.writeStringField(1, `{${pairs.join(', ')}}`);
          for (const log of of)
            stream.writeMessage(
              2,
              (__, entry) => {
                entry.writeMessage(1, writeTimestamp, log.timestamp);
                entry.writeStringField(2, log.body);
                for (const pair of Object.entries(metadataOf(log))) entry.writeMessage(3, writePair, pair);
              },
              null,
            );
        },
        null,
      );
    return Buffer.from(compress(bytesOf(pbf)));
  },
};

function writeAttribute([name, value]: [string, string | number | boolean], pbf: PbfWriter): void {
  pbf.writeStringField(1, name);
  pbf.writeMessage(
    2,
    (_, any) => {
      if (typeof value === 'string') any.writeStringField(1, value);
      else if (typeof value === 'boolean') any.writeBooleanField(2, value);
      else if (Number.isInteger(value)) any.writeVarintField(3, value);
      else any.writeDoubleField(4, value);
    },
    null,
  );
}

function writeOtlpRecord(log: VariedLog, pbf: PbfWriter): void {
  // A number has 53 bits: to the quarter of a microsecond.
  pbf.writeFixed64Field(1, Number(log.timestamp));
  pbf.writeVarintField(2, log.severityNumber);
  pbf.writeStringField(3, log.severityText);
  pbf.writeMessage(5, (body, any) => any.writeStringField(1, body), log.body);
  for (const attribute of Object.entries(log.attributes)) pbf.writeMessage(6, writeAttribute, attribute);
  if (log.traceId) pbf.writeBytesField(9, Buffer.from(log.traceId, 'hex'));
  if (log.spanId) pbf.writeBytesField(10, Buffer.from(log.spanId, 'hex'));
}

const otlpProtobuf: LogProtocol = {
  name: 'OTLP protobuf',
  path: () => '/v1/logs',
  contentType: 'application/x-protobuf',
  status: 200,
  encode(logs) {
    const pbf = new PbfWriter();
    for (const of of Map.groupBy(logs, (log) => `${log.service} ${log.host}`).values()) {
      const resource: [string, string][] = [
        ['service.name', of[0]!.service],
        ['host.name', of[0]!.host],
      ];
      pbf.writeMessage(
        1,
        (_, ofResource) => {
          ofResource.writeMessage(
            1,
            (__, attributes) => {
              for (const pair of resource) attributes.writeMessage(1, writeAttribute, pair);
            },
            null,
          );
          ofResource.writeMessage(
            2,
            (__, ofScope) => {
              for (const log of of) ofScope.writeMessage(2, writeOtlpRecord, log);
            },
            null,
          );
        },
        null,
      );
    }
    return bytesOf(pbf);
  },
};

const typed = (value: string | number | boolean) => ({
  value,
  type: typeof value === 'string' ? 'string' : typeof value === 'boolean' ? 'boolean' : 'double',
});

const sentryLogs: LogProtocol = {
  name: 'Sentry log items',
  path: (key) => `/api/1/envelope/?sentry_key=${key}&sentry_version=7`,
  contentType: 'application/x-sentry-envelope',
  status: 200,
  encode(logs) {
    const items = logs.map((log) => ({
      timestamp: Number(log.timestamp) / 1e9,
      level: log.severityText.toLowerCase(),
      body: log.body,
      trace_id: log.traceId,
      severity_number: log.severityNumber,
      attributes: Object.fromEntries(
        Object.entries({ ...log.attributes, 'service.name': log.service, 'server.address': log.host }).map(
          ([name, value]) => [name, typed(value)],
        ),
      ),
    }));
    const header = `{"type":"log","item_count":${items.length},"content_type":"application/vnd.sentry.items.log+json"}`;
    return Buffer.from(`{}\n${header}\n${JSON.stringify({ version: 2, items })}\n`);
  },
};

export const LOG_PROTOCOLS: readonly LogProtocol[] = [lokiJson, lokiProtobuf, otlpProtobuf, sentryLogs];
