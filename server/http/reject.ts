/**
 * The refusals http makes by itself. The sentences stand in the one table of `record`, which http does not
 * know: main hands its `reject` over, and the compiler sees that every code used here is in the table.
 */
import type { Rejection } from '#server/platform/rejection.ts';

export type HttpRejectionCode =
  | 'body_too_large'
  | 'body_incomplete'
  | 'body_empty'
  | 'decompressed_too_large'
  | 'compression_ratio'
  | 'encoding_unknown'
  | 'encoding_invalid'
  | 'json_invalid'
  | 'http_invalid'
  | 'request_timeout'
  | 'address_too_long'
  | 'headers_too_large'
  | 'media_type_unknown'
  | 'request_invalid'
  | 'not_found'
  | 'method_not_allowed';

export type Reject = (
  code: HttpRejectionCode,
  detail?: string,
  options?: { headers?: Record<string, string>; cause?: unknown },
) => Rejection;
