/**
 * One error occurrence after `process/normalize.ts`: Sentry's event protocol with one spelling per thing.
 * This is the shape that is grouped, stored as the event's payload and drawn by the screens. Everything in it
 * came from a sender: it is hostile text.
 * Source: develop.sentry.dev/sdk/data-model/event-payloads, and what real SDKs send (fixtures/sentry).
 */
import type { Severity } from './severity.ts';

export interface StackFrame {
  filename?: string;
  abs_path?: string;
  function?: string;
  raw_function?: string;
  module?: string;
  package?: string;
  platform?: string;
  lineno?: number;
  colno?: number;
  pre_context?: string[];
  context_line?: string;
  post_context?: string[];
  /** After processing always set: the SDK's word, corrected by the built-in rules. */
  in_app?: boolean;
  vars?: Record<string, unknown>;
  instruction_addr?: string;
  symbol_addr?: string;
  addr_mode?: string;
  /** What the built-in rules made of the frame, e.g. `{ orig_in_app: 0 }`. */
  data?: Record<string, unknown>;
}

export interface Stacktrace {
  /** Oldest call first, as Sentry has it. */
  frames: StackFrame[];
  frames_omitted?: [number, number];
  registers?: Record<string, string>;
}

export interface ExceptionMechanism {
  type?: string;
  description?: string;
  help_link?: string;
  handled?: boolean;
  synthetic?: boolean;
  exception_id?: number;
  parent_id?: number;
  is_exception_group?: boolean;
  source?: string;
  meta?: Record<string, unknown>;
  data?: Record<string, unknown>;
}

export interface ExceptionValue {
  type?: string;
  value?: string;
  module?: string;
  thread_id?: string | number;
  mechanism?: ExceptionMechanism;
  stacktrace?: Stacktrace;
  raw_stacktrace?: Stacktrace;
}

export interface Thread {
  id?: string | number;
  name?: string;
  state?: string;
  crashed?: boolean;
  current?: boolean;
  main?: boolean;
  stacktrace?: Stacktrace;
  /** The stack as it came, when it was made readable. */
  raw_stacktrace?: Stacktrace;
}

export interface Breadcrumb {
  /** Seconds since 1970, corrected by the clock drift like the event itself. */
  timestamp?: number;
  type?: string;
  category?: string;
  message?: string;
  level?: string;
  data?: Record<string, unknown>;
}

export interface EventUser {
  id?: string;
  email?: string;
  username?: string;
  name?: string;
  ip_address?: string;
  geo?: Record<string, string>;
  data?: Record<string, unknown>;
}

export interface EventRequest {
  method?: string;
  url?: string;
  query_string?: [string, string][];
  data?: unknown;
  cookies?: [string, string][];
  headers?: [string, string][];
  env?: Record<string, unknown>;
  fragment?: string;
  inferred_content_type?: string;
}

/** Something the server changed or could not read, said on the event itself. */
export interface EventProblem {
  type:
    | 'clock_drift'
    | 'past_timestamp'
    | 'future_timestamp'
    | 'invalid_timestamp'
    | 'value_trimmed'
    | 'invalid_data'
    | 'too_many';
  /** Path in the payload, e.g. `exception.values.0.stacktrace.frames`. */
  name: string;
  /** In words, with the numbers: `kept 250 of 4,000 frames`. */
  detail: string;
}

export interface EventPayload {
  /** 32 lower-case hex. */
  event_id: string;
  /** `error` when there is an exception or a crashed stack, `csp` and siblings for reports, else `default`. */
  type: 'error' | 'default' | 'csp' | 'hpkp' | 'expectct' | 'expectstaple' | 'nel' | 'feedback';
  /** Seconds since 1970, drift corrected. */
  timestamp: number;
  /** Seconds since 1970, the door's clock. */
  received: number;
  level: Severity;
  platform: string;
  logger?: string;
  transaction?: string;
  server_name?: string;
  release?: string;
  dist?: string;
  environment?: string;
  /** The client's fingerprint as sent; absent means `["{{ default }}"]`. */
  fingerprint?: string[];
  /** Legacy: decides the grouping hash alone. */
  checksum?: string;
  culprit?: string;
  title?: string;
  logentry?: { message?: string; formatted?: string; params?: unknown[] | Record<string, unknown> };
  exception?: { values: ExceptionValue[] };
  threads?: { values: Thread[] };
  stacktrace?: Stacktrace;
  template?: Record<string, unknown>;
  breadcrumbs?: { values: Breadcrumb[] };
  user?: EventUser;
  request?: EventRequest;
  /** Pairs in the order sent; at most one value per key. */
  tags: [string, string][];
  extra?: Record<string, unknown>;
  contexts?: Record<string, Record<string, unknown>>;
  modules?: Record<string, string>;
  sdk?: {
    name?: string;
    version?: string;
    packages?: unknown[];
    integrations?: string[];
    settings?: Record<string, unknown>;
  };
  debug_meta?: { images?: Record<string, unknown>[] };
  csp?: Record<string, unknown>;
  nel?: Record<string, unknown>;
  hpkp?: Record<string, unknown>;
  expectct?: Record<string, unknown>;
  expectstaple?: Record<string, unknown>;
  errors?: EventProblem[];
}
