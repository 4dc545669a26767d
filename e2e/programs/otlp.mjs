// A small shop with OpenTelemetry's SDK: node otlp.mjs ORIGIN KEY json|protobuf [gzip]
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPLogExporter as JsonLogs } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as ProtobufLogs } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPTraceExporter as JsonTraces } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufTraces } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';

const [origin, key, form, compression = 'none'] = process.argv.slice(2);
const [Logs, Traces] = form === 'json' ? [JsonLogs, JsonTraces] : [ProtobufLogs, ProtobufTraces];
const options = (signal) => ({
  url: `${origin}/otlp/v1/${signal}`,
  headers: { authorization: `Bearer ${key}` },
  compression,
});
const resource = resourceFromAttributes({
  'service.name': `shop-otlp-${form}`,
  'service.version': '1.4.0',
  'host.name': 'web-1',
  'deployment.environment.name': 'production',
});
const logs = new LoggerProvider({
  resource,
  processors: [new BatchLogRecordProcessor({ exporter: new Logs(options('logs')) })],
});
const traces = new TracerProvider({
  resource,
  spanProcessors: [new BatchSpanProcessor({ exporter: new Traces(options('traces')) })],
});

const tracer = traces.getTracer('shop.checkout', '2.0.0');
const log = logs.getLogger('shop.checkout', '2.0.0');

const request = tracer.startSpan('POST /checkout', {
  kind: SpanKind.SERVER,
  attributes: { 'http.request.method': 'POST', 'user.id': '42' },
});
const inside = trace.setSpan(context.active(), request);
const query = tracer.startSpan(
  'SELECT cart',
  { kind: SpanKind.CLIENT, attributes: { 'db.system.name': 'postgresql', 'server.address': 'db-1' } },
  inside,
);
query.end();
log.emit({
  severityNumber: 9,
  severityText: 'INFO',
  body: 'order 17 placed',
  attributes: {
    'user.id': '42',
    items: 3,
    total: 59.9,
    gift: false,
    cart: { sku: 'A-1', sizes: ['s', 'm'] },
  },
  context: inside,
});
const error = new TypeError('card declined');
request.recordException(error);
request.setStatus({ code: SpanStatusCode.ERROR, message: 'card declined' });
log.emit({
  severityNumber: 17,
  severityText: 'ERROR',
  eventName: 'payment.failed',
  body: { order: 17, reason: 'card declined' },
  attributes: {
    'exception.type': 'TypeError',
    'exception.message': error.message,
    bytes: Uint8Array.of(1, 2, 3),
  },
  context: inside,
});
request.end();
await logs.shutdown();
await traces.shutdown();
console.log(request.spanContext().traceId);
