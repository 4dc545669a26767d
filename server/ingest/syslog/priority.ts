/** `<PRI>`: facility * 8 + severity. Names: RFC 5424, 6.2.1, as rsyslog and `logger` write them. */

interface Priority {
  severityNumber: number;
  severityText: string;
  facility: string;
}

/** Severity 0 to 7 with OpenTelemetry's number; the three worst are fatal here, as the words are everywhere else. */
const SEVERITIES: readonly (readonly [text: string, number: number])[] = [
  ['emerg', 23],
  ['alert', 22],
  ['crit', 21],
  ['err', 17],
  ['warning', 13],
  ['notice', 10],
  ['info', 9],
  ['debug', 5],
];

const FACILITIES: readonly string[] = [
  ...['kern', 'user', 'mail', 'daemon', 'auth', 'syslog', 'lpr', 'news', 'uucp', 'cron', 'authpriv', 'ftp'],
  ...['ntp', 'audit', 'console', 'cron2'],
  ...['local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7'],
];

export function readPriority(value: number): Priority {
  const [severityText, severityNumber] = SEVERITIES[value % 8]!;
  return { severityText, severityNumber, facility: FACILITIES[Math.floor(value / 8)]! };
}

/** 23 facilities of 8 severities: more is no priority. */
export const PRIORITY_MAX = FACILITIES.length * SEVERITIES.length - 1;
