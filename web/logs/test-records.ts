/** A log record for tests, with what a test says about it. */
import type { LogRecord } from '#contract/logs.ts';

export const logRecord = (more: Partial<LogRecord> = {}): LogRecord => ({
  id: '1-1795000000000000000-7',
  projectId: '1',
  timestamp: '1795000000000000000',
  level: 'info',
  severityNumber: 9,
  severityText: '',
  service: '',
  host: '',
  environment: '',
  release: '',
  scope: '',
  eventName: '',
  body: '',
  patternId: '1',
  traceId: '',
  spanId: '',
  userId: '',
  sessionId: '',
  requestId: '',
  source: '',
  labels: {},
  resource: {},
  attributes: {},
  ...more,
});
