/**
 * How a request is refused. A Rejection is the sender's fault: a code, a status and a sentence that says
 * what to change. Unavailable is ours and passing: try again. Anything else thrown is a bug. The code tables
 * live with the nouns (`record/rejections.ts`); http turns these values into answers in one place.
 */
export class Rejection extends Error {
  readonly code: string;
  /** HTTP status, 4xx. */
  readonly status: number;
  /** Extra response headers, such as `x-sentry-rate-limits`. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: string,
    status: number,
    message: string,
    options: { headers?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'Rejection';
    this.code = code;
    this.status = status;
    this.headers = options.headers ?? {};
  }
}

/** We cannot take this now; nothing was half-accepted. Answered 503 with Retry-After. */
export class Unavailable extends Error {
  readonly code: string;
  readonly retryAfterSeconds: number;

  constructor(code: string, message: string, options: { retryAfterSeconds?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'Unavailable';
    this.code = code;
    this.retryAfterSeconds = options.retryAfterSeconds ?? 5;
  }
}
