/** Where telemetry is kept, as plain data: it can be sent to another thread, which then makes its own client. */

export interface TelemetryAddress {
  /** http:// or https://, without path and credentials. */
  url: string;
  username: string;
  password: string;
  database: string;
  /** Set for the embedded engine: the connection goes to this unix socket whatever the url says. */
  socketPath?: string;
  /** Tables are made for replicas. */
  replicated?: boolean;
}

/** The database of the embedded engine, and of a server whose address names none. */
export const DEFAULT_DATABASE = 'tandem';

/** `http://user:password@host:8123/database?replicated=1` as people write it in the configuration. */
export function parseTelemetryUrl(text: string): TelemetryAddress {
  const url = new URL(text);
  return {
    url: url.origin,
    username: decodeURIComponent(url.username) || 'default',
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.replace(/^\/|\/$/g, '')) || DEFAULT_DATABASE,
    replicated: url.searchParams.get('replicated') === '1',
  };
}
