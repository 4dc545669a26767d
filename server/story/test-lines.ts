/** For tests: lines of a story, said in a few words. */
import type { LogLevel } from '#contract/logs.ts';
import type { StoryReason } from '#contract/story.ts';
import type { StoryLine } from './story-line.ts';

export interface TestLine {
  /** Milliseconds after the error. */
  at: number;
  kind?: StoryLine['kind'];
  spanKind?: StoryLine['spanKind'];
  isSegment?: boolean;
  durationMs?: number;
  service?: string;
  knownService?: string;
  host?: string;
  severity?: LogLevel;
  body: string;
  attributes?: Record<string, unknown>;
  why?: StoryReason;
  traceId?: string;
  spanId?: string;
  parentSpanId?: string;
}

const NOON = Date.UTC(2026, 5, 10, 12);
let made = 0;

export function lineOf({ at: ms, durationMs = 0, ...line }: TestLine): StoryLine {
  const at = BigInt(Math.round((NOON + ms) * 1e3)) * 1_000n;
  return {
    id: `line-${++made}`,
    kind: 'log',
    timestamp: String(at),
    at,
    known: at + BigInt(durationMs) * 1_000_000n,
    projectId: '1',
    service: '',
    host: '',
    severity: 'info',
    attributes: {},
    ref: {},
    traceId: '',
    spanId: '',
    parentSpanId: '',
    requestId: '',
    sessionId: '',
    userId: '',
    pattern: line.body,
    spanKind: 'unspecified',
    isSegment: false,
    why: 'event',
    tie: '',
    via: '',
    over: '',
    hash: line.kind === 'error' ? line.body : '',
    knownService: line.service ?? '',
    ...line,
  };
}
