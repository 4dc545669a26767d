/**
 * Environment -> one frozen, typed Config. The only reader of process.env in the program.
 * docs/configuration.md lists the same keys; a test keeps the two equal.
 */

import { resolve } from 'node:path';
import { isTimeZone } from '#server/platform/time-zone.ts';

export interface Config {
  port: number;
  host: string;
  /** Absolute path of the data directory. */
  dataDirectory: string;
  /** What people and senders type, without a trailing slash. Empty: derived from host and port at start. */
  publicUrl: string;
  /** Empty: SQLite in the data directory. */
  metadataUrl: string;
  /** Empty: the embedded engine in the data directory. */
  telemetryUrl: string;
  retentionDays: number;
  /** Of the audit trail. */
  auditDays: number;
  logLevel: string;
  /** Largest request body in bytes, before and after decompression. */
  bodyBytesMax: number;
  /** How many proxies in front of us set X-Forwarded-For; 0 trusts none. */
  trustedProxies: number;
  /** Cap on source maps and other uploads of builds, bytes as kept. */
  artifactBytesMax: number;
  /** Cap on the embedded engine's memory, bytes. */
  engineMemoryBytesMax: number;
  syslog: SocketSettings & { timeZone: string };
  pythonSocket: SocketSettings;
  /** Hosts that are called wherever they are: `host` or `host:port`, lower case. */
  outboundAllow: readonly string[];
  /** Empty: no mail is sent. */
  smtpUrl: string;
  mailFrom: string;
  bootstrap: { email: string; password: string; key: string; token: string };
}

/** A door beside the one of HTTP, whose senders name no key. */
interface SocketSettings {
  /** 0: closed. */
  port: number;
  host: string;
  /** Slug of the project that the records belong to. */
  project: string;
}

/** Every key with its default and one sentence; the docs are checked against this. */
export const CONFIG_KEYS = {
  TANDEM_PORT: ['4000', 'TCP port of the one HTTP listener.'],
  TANDEM_HOST: ['127.0.0.1', 'Address to listen on. Use 0.0.0.0 to take records from other machines.'],
  TANDEM_DATA: ['./data', 'Directory for the journal, the embedded stores and attachments.'],
  TANDEM_PUBLIC_URL: ['', 'The address people and SDKs use, when it differs from host and port.'],
  TANDEM_METADATA_URL: [
    '',
    'postgres://… to keep metadata in Postgres instead of SQLite in the data directory.',
  ],
  TANDEM_TELEMETRY_URL: [
    '',
    'http://user:password@host:8123/database of a ClickHouse server, instead of the embedded engine.',
  ],
  TANDEM_RETENTION_DAYS: ['90', 'Days that records are kept at most; projects may keep theirs shorter.'],
  TANDEM_AUDIT_DAYS: ['365', 'Days that entries of the audit trail are kept.'],
  TANDEM_LOG_LEVEL: [
    'info',
    'Level of the program’s own log: fatal, error, warn, info, debug, trace, silent.',
  ],
  TANDEM_BODY_BYTES_MAX: ['104857600', 'Largest request body in bytes, before and after decompression.'],
  TANDEM_TRUSTED_PROXIES: [
    '0',
    'Number of reverse proxies in front of the program whose X-Forwarded-For is believed.',
  ],
  TANDEM_ARTIFACT_BYTES_MAX: [
    '10737418240',
    'Bytes that source maps and the files they are of may take on the disk, compressed, of all projects.',
  ],
  TANDEM_ENGINE_MEMORY_BYTES_MAX: [
    '1000000000',
    'Memory the embedded engine may use before queries fail, in bytes.',
  ],
  TANDEM_SYSLOG_PORT: ['', 'Port on which syslog is taken over UDP and TCP. Unless it is set, none is.'],
  TANDEM_SYSLOG_HOST: ['', 'Address to listen on for syslog, when it differs from TANDEM_HOST.'],
  TANDEM_SYSLOG_PROJECT: ['default', 'Slug of the project that messages of syslog belong to.'],
  TANDEM_SYSLOG_TIMEZONE: ['UTC', 'Time zone of messages that do not say theirs, such as Europe/Vienna.'],
  TANDEM_PYTHON_SOCKET_PORT: [
    '',
    'TCP port for the SocketHandler of Python’s logging. Unless it is set, none is taken.',
  ],
  TANDEM_PYTHON_SOCKET_HOST: ['', 'Address to listen on for it, when it differs from TANDEM_HOST.'],
  TANDEM_PYTHON_SOCKET_PROJECT: ['default', 'Slug of the project that its records belong to.'],
  TANDEM_OUTBOUND_ALLOW: [
    '',
    'Hosts that trackers and notification channels may be at though their address is private or without TLS: host or host:port, with commas between.',
  ],
  TANDEM_SMTP_URL: [
    '',
    'Mail server for notifications: smtp://user:password@host:587, or smtps:// for TLS from the start. Unless it is set, no mail is sent.',
  ],
  TANDEM_MAIL_FROM: [
    '',
    'Sender of those mails, such as Tandem <tandem@example.com>. Needed with TANDEM_SMTP_URL.',
  ],
  TANDEM_BOOTSTRAP_EMAIL: ['', 'First start only: e-mail of the administrator to create.'],
  TANDEM_BOOTSTRAP_PASSWORD: ['', 'First start only: password of that administrator.'],
  TANDEM_BOOTSTRAP_KEY: ['', 'First start only: the ingest key of the first project, 32 hexadecimal digits.'],
  TANDEM_BOOTSTRAP_TOKEN: ['', 'First start only: an API token with full rights.'],
} as const satisfies Record<string, readonly [string, string]>;

type Key = keyof typeof CONFIG_KEYS;

/** A setting that cannot be used: said to the person who starts the program, who can change it. */
export class ConfigError extends Error {}

/** Addresses that mean every interface: nobody can be sent there. */
const EVERYWHERE: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

/** The address to put into links and DSNs. `port`: the one listened on. */
export function publicAddress({ publicUrl, host }: Pick<Config, 'publicUrl' | 'host'>, port: number): string {
  const name = EVERYWHERE.has(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return publicUrl || `http://${name}:${port}`;
}

export function readConfig(environment: Record<string, string | undefined> = process.env): Readonly<Config> {
  const text = (key: Key) => environment[key] || CONFIG_KEYS[key][0];
  const integer = (key: Key, min: number, max: number) => {
    const value = Number(text(key));
    if (!Number.isInteger(value) || value < min || value > max)
      throw new ConfigError(`${key} must be a whole number from ${min} to ${max}, not "${text(key)}".`);
    return value;
  };
  const matching = (key: Key, pattern: RegExp, what: string) => {
    if (text(key) && !pattern.test(text(key))) throw new ConfigError(`${key} must be ${what}.`);
    return text(key);
  };
  const address = (key: Key, pattern: RegExp, what: string) => {
    if (text(key) && !URL.canParse(text(key))) throw new ConfigError(`${key} must be ${what}.`);
    return matching(key, pattern, what);
  };
  const timeZone = (key: Key) => {
    if (isTimeZone(text(key))) return text(key);
    throw new ConfigError(`${key} must be a time zone such as Europe/Vienna, not "${text(key)}".`);
  };
  for (const key of Object.keys(environment))
    if (key.startsWith('TANDEM_') && !(key in CONFIG_KEYS) && !key.startsWith('TANDEM_TEST_'))
      throw new ConfigError(`${key} is not a setting. See docs/configuration.md for the list.`);

  const smtpUrl = address('TANDEM_SMTP_URL', /^smtps?:\/\//, 'an smtp:// or smtps:// address');
  if (smtpUrl !== '' && text('TANDEM_MAIL_FROM') === '')
    throw new ConfigError('TANDEM_SMTP_URL needs TANDEM_MAIL_FROM, the sender of the mails.');

  return Object.freeze({
    port: integer('TANDEM_PORT', 0, 65_535),
    host: text('TANDEM_HOST'),
    dataDirectory: resolve(text('TANDEM_DATA')),
    publicUrl: address(
      'TANDEM_PUBLIC_URL',
      /^https?:\/\/[^\s?#]+$/,
      'an http:// or https:// address',
    ).replace(/\/+$/, ''),
    metadataUrl: matching('TANDEM_METADATA_URL', /^postgres(ql)?:\/\//, 'a postgres:// address'),
    telemetryUrl: address('TANDEM_TELEMETRY_URL', /^https?:\/\//, 'an http:// or https:// address'),
    retentionDays: integer('TANDEM_RETENTION_DAYS', 1, 3650),
    auditDays: integer('TANDEM_AUDIT_DAYS', 1, 3_650),
    logLevel: matching(
      'TANDEM_LOG_LEVEL',
      /^(fatal|error|warn|info|debug|trace|silent)$/,
      'one of fatal, error, warn, info, debug, trace, silent',
    ),
    bodyBytesMax: integer('TANDEM_BODY_BYTES_MAX', 65_536, 1_073_741_824),
    trustedProxies: integer('TANDEM_TRUSTED_PROXIES', 0, 16),
    artifactBytesMax: integer('TANDEM_ARTIFACT_BYTES_MAX', 0, 1_000_000_000_000_000),
    engineMemoryBytesMax: integer('TANDEM_ENGINE_MEMORY_BYTES_MAX', 200_000_000, 1_000_000_000_000),
    syslog: {
      port: integer('TANDEM_SYSLOG_PORT', 0, 65_535),
      host: text('TANDEM_SYSLOG_HOST') || text('TANDEM_HOST'),
      project: text('TANDEM_SYSLOG_PROJECT'),
      timeZone: timeZone('TANDEM_SYSLOG_TIMEZONE'),
    },
    pythonSocket: {
      port: integer('TANDEM_PYTHON_SOCKET_PORT', 0, 65_535),
      host: text('TANDEM_PYTHON_SOCKET_HOST') || text('TANDEM_HOST'),
      project: text('TANDEM_PYTHON_SOCKET_PROJECT'),
    },
    outboundAllow: matching(
      'TANDEM_OUTBOUND_ALLOW',
      /^[^\s/,]+(\s*,\s*[^\s/,]+)*$/,
      'hosts, as host or host:port, with commas between',
    )
      .toLowerCase()
      .split(',')
      .map((host) => host.trim())
      .filter(Boolean),
    smtpUrl,
    mailFrom: matching(
      'TANDEM_MAIL_FROM',
      /^([^<>@\r\n]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/,
      'an e-mail address, or a name and an <address>',
    ),
    bootstrap: {
      email: matching('TANDEM_BOOTSTRAP_EMAIL', /^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/, 'an e-mail address'),
      password: matching('TANDEM_BOOTSTRAP_PASSWORD', /^.{10,}$/s, 'at least 10 characters'),
      key: matching('TANDEM_BOOTSTRAP_KEY', /^[0-9a-f]{32}$/, '32 lower-case hexadecimal digits'),
      token: matching('TANDEM_BOOTSTRAP_TOKEN', /^\S{20,}$/, 'at least 20 characters without spaces'),
    },
  });
}
