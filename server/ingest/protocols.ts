/** The protocols that the door speaks: one line each. */
import { jsonlProtocol } from './jsonl/jsonl.ts';
import { lokiProtocol } from './loki/loki.ts';
import { otlpProtocol } from './otlp/otlp.ts';
import type { Protocol } from './protocol.ts';
import { pythonProtocol } from './python/python.ts';
import { sentryProtocol } from './sentry/sentry.ts';

export const protocols: readonly Protocol[] = [
  sentryProtocol,
  otlpProtocol,
  lokiProtocol,
  jsonlProtocol,
  pythonProtocol,
];
