/** The columns that tie events, log records and spans together. Empty string: not known. */
export interface Correlation {
  trace_id: string;
  span_id: string;
  user_id: string;
  session_id: string;
  request_id: string;
  service: string;
  host: string;
  release: string;
  environment: string;
}
