# A small shop with OpenTelemetry's SDK for Python and the standard library's logging: python otlp.py ORIGIN KEY
import logging
import sys

from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.logging.handler import LoggingHandler
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

origin, key = sys.argv[1:]
options = {"headers": {"authorization": f"Bearer {key}"}, "compression": Compression.Gzip}
resource = Resource.create({"service.name": "shop-otlp-python", "service.version": "1.4.0"})
logs = LoggerProvider(resource=resource)
logs.add_log_record_processor(
    BatchLogRecordProcessor(OTLPLogExporter(endpoint=f"{origin}/v1/logs", **options))
)
traces = TracerProvider(resource=resource)
traces.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{origin}/v1/traces", **options)))

logging.getLogger().setLevel(logging.INFO)
logging.getLogger().addHandler(LoggingHandler(logger_provider=logs))
log = logging.getLogger("shop.payment")
with traces.get_tracer("shop.payment").start_as_current_span("charge") as span:
    log.info("charging order %s", "A-17", extra={"user_id": 42})
    log.warning("provider is slow: %d ms", 2300)
    try:
        raise ValueError("card declined")
    except ValueError:
        log.exception("order %s failed", "A-17")
    print(format(span.get_span_context().trace_id, "032x"))
logs.shutdown()
traces.shutdown()
