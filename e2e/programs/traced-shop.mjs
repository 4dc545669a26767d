// A checkout through two services with OpenTelemetry's SDK, and the error of it with Sentry's, in one trace:
// node traced-shop.mjs ORIGIN KEY DSN. Prints the trace id. The clock of the second service is four seconds behind.
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import * as Sentry from '@sentry/node';

const [origin, key, dsn] = process.argv.slice(2);
const BEHIND_MS = 4000;

function service(name) {
  const resource = resourceFromAttributes({ 'service.name': name, 'host.name': `${name}-1` });
  const options = (signal) => ({
    url: `${origin}/otlp/v1/${signal}`,
    headers: { authorization: `Bearer ${key}` },
  });
  const logs = new LoggerProvider({
    resource,
    processors: [new SimpleLogRecordProcessor({ exporter: new OTLPLogExporter(options('logs')) })],
  });
  const traces = new TracerProvider({
    resource,
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter(options('traces')) })],
  });
  return {
    tracer: traces.getTracer('shop'),
    log: logs.getLogger('shop'),
    end: () => Promise.all([logs.shutdown(), traces.shutdown()]),
  };
}

const web = service('web');
const payments = service('payments');
// As OpenTelemetry's users join the two: the event says in which of their spans it happened.
Sentry.init({ dsn, serverName: 'payments-1', release: 'shop@1.4.0' });
const now = Date.now() - 2000;
let failing;
Sentry.addEventProcessor((event) => {
  const { traceId, spanId } = failing.spanContext();
  const timestamp = (now + 710 - BEHIND_MS) / 1000;
  return {
    ...event,
    timestamp,
    contexts: { ...event.contexts, trace: { trace_id: traceId, span_id: spanId } },
  };
});

const start = (from, name, at, options = {}, parent = undefined) =>
  from.tracer.startSpan(
    name,
    { startTime: at, ...options },
    parent ? trace.setSpan(context.active(), parent) : context.active(),
  );
const inside = (span) => trace.setSpan(context.active(), span);

const user = { 'user.id': 'ann' };
const request = start(web, 'POST /checkout', now, { kind: SpanKind.SERVER, attributes: user });
const query = start(
  web,
  'SELECT cart',
  now + 20,
  { kind: SpanKind.CLIENT, attributes: { 'db.system.name': 'postgresql' } },
  request,
);
web.log.emit({
  timestamp: now + 40,
  severityNumber: 9,
  body: 'cart has 3 items',
  attributes: user,
  context: inside(query),
});
query.end(now + 120);
const charge = start(web, 'POST payments/charge', now + 150, { kind: SpanKind.CLIENT }, request);
failing = start(
  payments,
  'charge card',
  now + 160 - BEHIND_MS,
  { kind: SpanKind.SERVER, attributes: { ...user, 'payment.provider': 'stripe' } },
  charge,
);
payments.log.emit({
  timestamp: now + 700 - BEHIND_MS,
  severityNumber: 17,
  body: 'charge of order 17 failed: card declined',
  attributes: user,
  context: inside(failing),
});
const error = new Error('card declined');
Sentry.captureException(error);
failing.recordException(error);
failing.setStatus({ code: SpanStatusCode.ERROR, message: 'card declined' });
failing.end(now + 860 - BEHIND_MS);
charge.end(now + 900);
request.setStatus({ code: SpanStatusCode.ERROR, message: 'payment failed' });
request.end(now + 1000);

await Sentry.flush(10_000);
await Promise.all([web.end(), payments.end()]);
console.log(request.spanContext().traceId);
