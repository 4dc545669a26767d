/** The level of an event and, later, of a log record. Decoders map every sender's spelling to one of these. */
export const SEVERITIES = ['fatal', 'error', 'warning', 'info', 'debug'] as const;
export type Severity = (typeof SEVERITIES)[number];
