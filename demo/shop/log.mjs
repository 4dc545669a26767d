// Lines of a service by OpenTelemetry's exporter. OTEL_EXPORTER_OTLP_ENDPOINT and OTEL_EXPORTER_OTLP_HEADERS say where to,
// OTEL_SERVICE_NAME whose they are. The trace is that of Sentry, so that lines and errors of a request have the same.
import { context, trace } from '@opentelemetry/api';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import * as Sentry from '@sentry/node';

const provider = new LoggerProvider({
  resource: resourceFromAttributes({
    'service.name': process.env.OTEL_SERVICE_NAME,
    'service.version': process.env.SHOP_RELEASE,
    'host.name': process.env.HOSTNAME,
    'deployment.environment.name': 'production',
  }),
  processors: [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter(), scheduledDelayMillis: 500 })],
});
const logger = provider.getLogger('shop');

const writer = (severityText, severityNumber) => (body, attributes) => {
  const span = Sentry.getActiveSpan();
  const here = context.active();
  logger.emit({
    severityText,
    severityNumber,
    body,
    attributes,
    context: span ? trace.setSpanContext(here, span.spanContext()) : here,
  });
};

export const log = { info: writer('INFO', 9), warn: writer('WARN', 13), error: writer('ERROR', 17) };

process.once('SIGTERM', () =>
  Promise.all([provider.shutdown(), Sentry.close(2000)]).finally(() => process.exit()),
);
