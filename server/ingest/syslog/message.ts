/**
 * One syslog message as a log record: RFC 5424, RFC 3164 as programs really write it, or a priority and a text. What
 * cannot be told is left in the body, so nothing is ever lost by reading it wrongly. Names are those of OpenTelemetry's
 * log data model: https://opentelemetry.io/docs/specs/otel/logs/data-model-appendix/#rfc5424-syslog.
 */
import type { Attributes, LogRecord } from '#server/record/log.ts';
import { guessTime, type OffsetAt } from './local-time.ts';
import { PRIORITY_MAX, readPriority } from './priority.ts';
import { readStructuredData } from './structured-data.ts';

export interface SyslogMessage {
  record: LogRecord;
  resource: Attributes;
}

export interface Surroundings {
  now: number;
  offsetAt: OffsetAt;
}

/** The fields between priority and body. */
interface Header {
  time?: string;
  host?: string;
  app?: string;
  process?: string;
  attributes?: Attributes;
  body: string;
}

const PRI = /^<(\d{1,3})>/;
/** The end of a message that its sender put there and nobody wrote. */
const END = /[\0\r\n]+$/;
const BYTE_ORDER_MARK = '\ufeff';

/** Null when nothing was said. */
export function readMessage(text: string, around: Surroundings): SyslogMessage | null {
  const sent = withoutMark(text).replace(END, '');
  const pri = PRI.exec(sent);
  const value = pri ? Number(pri[1]) : PRIORITY_MAX + 1;
  const priority = value <= PRIORITY_MAX ? readPriority(value) : undefined;
  const rest = priority ? sent.slice(pri![0].length) : sent;
  const header = (priority && (readNew(rest) ?? readOld(rest, around))) || { body: rest };
  if (header.body.trim() === '' && header.attributes === undefined) return null;

  const { time, host, app, process, body } = header;
  const attributes: Attributes = { ...header.attributes };
  if (priority) attributes['syslog.facility'] = priority.facility;
  if (process !== undefined)
    if (/^\d{1,10}$/.test(process)) attributes['process.pid'] = Number(process);
    else attributes['syslog.procid'] = process;
  const record: LogRecord = { body };
  if (time !== undefined) record.time = time;
  if (priority) {
    record.severityNumber = priority.severityNumber;
    record.severityText = priority.severityText;
  }
  if (Object.keys(attributes).length > 0) record.attributes = attributes;
  const resource: Attributes = {};
  if (host !== undefined) resource['host.name'] = host;
  if (app !== undefined) resource['service.name'] = app;
  return { record, resource };
}

/** RFC 5424, 6: `1 TIMESTAMP HOSTNAME APP-NAME PROCID MSGID `, then structured data. Names are longer than it allows. */
const NEW =
  /^[1-9]\d{0,2} (-|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)) ([!-~]{1,255}) ([!-~]{1,255}) ([!-~]{1,255}) ([!-~]{1,255})(?: |$)/;

function readNew(text: string): Header | undefined {
  const match = NEW.exec(text);
  if (!match) return undefined;
  const [whole, time, host, app, process, id] = match.map((part) => (part === '-' ? undefined : part));
  const data = readStructuredData(text, whole!.length);
  const attributes = { ...data.params };
  if (id !== undefined) attributes['syslog.msgid'] = id;
  return {
    ...(time !== undefined && { time: nanosecondsOf(time) }),
    ...{ host, app, process },
    ...(Object.keys(attributes).length > 0 && { attributes }),
    body: withoutMark(text.slice(data.end).replace(/^ /, '')),
  };
}

/** RFC 3164, 4.1.2, with what devices add to it: a year, a fraction, or a time of RFC 3339 (rsyslog, nginx, Docker). */
const OLD =
  /^(?:(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) {1,2}(\d{1,2})(?: (\d{4}))? (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?|(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d))):? /;
/** `tag:`, `tag[pid]:` or `tag[pid]`; without a hostname before it from programs that speak to their own host. */
const TAG = /^([^\s:[\]]{1,128})(?:\[([^\]\s]{0,64})\]:? ?|:(?: |$))/;
const HOST = /^([^\s:[\]]{1,255}|[0-9A-Fa-f:.]{3,45}) /;

function readOld(text: string, around: Surroundings): Header | undefined {
  const match = OLD.exec(text);
  // Without a time before it `Error: no such file` is no tag; a process id stands in none but a tag.
  if (!match) return /^[^\s:[\]]{1,128}\[\d{1,10}\]:/.test(text) ? readTag(text) : undefined;
  const [whole, month, day, year, hour, minute, second, fraction = '', exact] = match;
  const ms = ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1000;
  const seconds =
    exact === undefined
      ? guessTime(
          { month: month!, day: Number(day), ms, ...(year && { year: Number(year) }) },
          around.now,
          around.offsetAt,
        )
      : undefined;
  const time =
    exact !== undefined
      ? nanosecondsOf(exact)
      : seconds === undefined
        ? undefined
        : `${seconds / 1000}${fraction.padEnd(9, '0')}`;
  const after = text.slice(whole!.length);
  const tagged = readTag(after);
  if (tagged) return { time, ...tagged };
  const host = HOST.exec(after);
  if (!host) return { time, body: after };
  const said = after.slice(host[0].length);
  return { time, host: host[1], ...(readTag(said) ?? { body: said }) };
}

function readTag(text: string): Pick<Header, 'app' | 'process' | 'body'> | undefined {
  const tag = TAG.exec(text);
  if (!tag) return undefined;
  return { app: tag[1], ...(tag[2] && { process: tag[2] }), body: text.slice(tag[0].length) };
}

/** RFC 3339 with every digit of its fraction. */
function nanosecondsOf(time: string): string | undefined {
  const [, second, fraction = '', zone] = /^(.{19})(?:\.(\d+))?(.+)$/.exec(time) ?? [];
  const ms = Date.parse(`${second}${zone}`);
  return ms > 0 ? `${ms / 1000}${fraction.padEnd(9, '0')}` : undefined;
}

function withoutMark(text: string): string {
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
}
