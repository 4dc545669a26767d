/**
 * What Prometheus can ask about the program: a small typed set, served at /metrics. Labels come from closed
 * lists (route patterns, statuses, kinds, stages), never from a sender's bytes, so the number of series is bounded.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

export interface Metrics {
  /** Answered requests by route pattern and status. */
  readonly requests: Counter<'route' | 'status'>;
  /** Records by ledger kind and what the front door did with them. */
  readonly ingestRecords: Counter<'kind' | 'outcome'>;
  /** From handing a frame to the journal until it is durable. */
  readonly journalAppendSeconds: Histogram;
  /** Records by ledger kind and what process did with them. */
  readonly processedRecords: Counter<'kind' | 'outcome'>;
  /** Tries to deliver a message by kind of channel and what came of it. */
  readonly deliveries: Counter<'kind' | 'result'>;
  /** Adds a gauge that is read at each scrape. `name` is given without the `tandem_` in front. */
  gauge(name: string, help: string, read: () => number): void;
  /** The page in Prometheus' text format, and its content type. */
  render(): Promise<string>;
  readonly contentType: string;
  /** Stops what runs in the background. */
  close(): void;
}

/** Seconds. An fsync takes 0.1 ms on NVMe and 30 ms on a laden disk. */
const APPEND_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2];

/** Milliseconds between two looks at the event loop: fine enough for the 25 ms budget of an answer. */
const LAG_RESOLUTION_MS = 20;

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const gauge: Metrics['gauge'] = (name, help, read) => {
    new Gauge({ name: `tandem_${name}`, help, registers, collect: collectFrom(read) });
  };

  gauge('resident_memory_bytes', 'Resident memory of the main process.', () => process.memoryUsage.rss());
  gauge('uptime_seconds', 'Seconds since the main process started.', () => process.uptime());
  const lag = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS });
  lag.enable();
  gauge(
    'event_loop_lag_p99_seconds',
    'Delay of the event loop since the last scrape, 99th percentile.',
    () => {
      const seconds = Math.max(0, lag.percentile(99) / 1e9 - LAG_RESOLUTION_MS / 1e3);
      lag.reset();
      return seconds;
    },
  );

  return {
    requests: new Counter({
      name: 'tandem_http_requests_total',
      help: 'Answered requests by route and status.',
      labelNames: ['route', 'status'],
      registers,
    }),
    ingestRecords: new Counter({
      name: 'tandem_ingest_records_total',
      help: 'Records by kind and what the front door did with them.',
      labelNames: ['kind', 'outcome'],
      registers,
    }),
    journalAppendSeconds: new Histogram({
      name: 'tandem_journal_append_seconds',
      help: 'Time until an accepted request is durable.',
      buckets: APPEND_BUCKETS,
      registers,
    }),
    processedRecords: new Counter({
      name: 'tandem_processed_records_total',
      help: 'Records by kind and what process did with them.',
      labelNames: ['kind', 'outcome'],
      registers,
    }),
    deliveries: new Counter({
      name: 'tandem_deliveries_total',
      help: 'Tries to deliver a message by kind of channel and result: delivered, retried (it is tried again) or failed (given up).',
      labelNames: ['kind', 'result'],
      registers,
    }),
    gauge,
    render: () => registry.metrics(),
    contentType: registry.contentType,
    close: () => {
      lag.disable();
    },
  };
}

/** prom-client calls `collect` with the gauge as `this`. */
function collectFrom(read: () => number) {
  return function collect(this: Gauge) {
    this.set(read());
  };
}
