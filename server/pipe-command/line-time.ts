/**
 * The time that stands in a line of text, as nanoseconds since 1970. Programs write it at the front, behind a level or a
 * bracket at most; web servers behind the client. A time without a zone is of this machine. Undefined when there is none.
 */

/** Only so much of a line is looked at, characters. */
const FRONT_CHARS = 200;

/** `[`, `INFO `, `[error] `, `ERROR:root:` before a time. */
const BEFORE = String.raw`^[[(<"]?(?:\[?[A-Za-z]{1,10}\]?[:|]?\s{1,8}[[(]?)?`;
/** ISO 8601, Python's comma, Go's and nginx's slashes. */
const DATED = new RegExp(
  `${BEFORE}(\\d{4})([-/])(\\d\\d)\\2(\\d\\d)[T ](\\d\\d:\\d\\d:\\d\\d)(?:[.,](\\d{1,9}))? ?(Z\\b|UTC\\b|[+-]\\d\\d:?\\d\\d\\b)?`,
);
/** Seconds, milli-, micro- or nanoseconds since 1970. */
const EPOCH = /^[[(]?(1\d{9}(?:\.\d{1,9})?|1\d{12}|1\d{15}|1\d{18})(?=[\])\s:|,]|$)/;
/** `time=…`, `ts=…` of logfmt. */
const LOGFMT = /(?:^|\s)(?:time|ts|timestamp|t|@timestamp)=(?:"([^"]{8,40})"|([^\s"]{8,40}))/;

const MONTHS = 'Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec';
/** `127.0.0.1 - - [01/Jan/2026:12:00:00 +0000]` */
const ACCESS = new RegExp(`\\[(\\d\\d)/(${MONTHS})/(\\d{4}):(\\d\\d:\\d\\d:\\d\\d) ([+-]\\d{4})\\]`);
/** `[Thu Jan 01 12:00:00.123456 2026]` of Apache. */
const APACHE = new RegExp(
  `^\\[\\w{3} (${MONTHS}) (\\d\\d) (\\d\\d:\\d\\d:\\d\\d)(?:\\.(\\d{1,9}))? (\\d{4})\\]`,
);
/** `[01-Jan-2026 12:00:00 UTC]` of PHP. */
const PHP = new RegExp(`^\\[(\\d\\d)-(${MONTHS})-(\\d{4}) (\\d\\d:\\d\\d:\\d\\d)( UTC)?`);
/** `Jan  1 12:00:00 host` of syslog. */
const SYSLOG = new RegExp(`^(${MONTHS}) ([ \\d]\\d) (\\d\\d:\\d\\d:\\d\\d)(?:\\.(\\d{1,9}))? `);
/** `I0101 12:00:00.123456 ` of glog and klog. */
const GLOG = /^[IWEF](\d\d)(\d\d) (\d\d:\d\d:\d\d)\.(\d{6}) /;

/** A day's line may be read a little before it was written, by another clock; a month ahead was last year. */
const AHEAD_MS_MAX = 86_400_000;

export function timeInLine(line: string, now: number): string | undefined {
  const front = line.length > FRONT_CHARS ? line.slice(0, FRONT_CHARS) : line;
  const dated = DATED.exec(front);
  if (dated) {
    const [, year, , month, day, time, fraction, zone] = dated;
    return nanoseconds(`${year}-${month}-${day}T${time}`, fraction, zone);
  }
  const epoch = EPOCH.exec(front)?.[1];
  if (epoch !== undefined) return fromEpoch(epoch);
  return namedMonth(front, now) ?? logfmtTime(front);
}

function namedMonth(front: string, now: number): string | undefined {
  const access = ACCESS.exec(front);
  if (access) {
    const [, day, month, year, time, zone] = access;
    return nanoseconds(`${year}-${numberOf(month!)}-${day}T${time}`, '', zone);
  }
  const apache = APACHE.exec(front);
  if (apache) {
    const [, month, day, time, fraction, year] = apache;
    return nanoseconds(`${year}-${numberOf(month!)}-${day}T${time}`, fraction);
  }
  const php = PHP.exec(front);
  if (php) {
    const [, day, month, year, time, utc] = php;
    return nanoseconds(`${year}-${numberOf(month!)}-${day}T${time}`, '', utc && 'Z');
  }
  const syslog = SYSLOG.exec(front);
  if (syslog)
    return withoutYear(numberOf(syslog[1]!), syslog[2]!.replace(' ', '0'), syslog[3]!, syslog[4], now);
  const glog = GLOG.exec(front);
  return glog ? withoutYear(glog[1]!, glog[2]!, glog[3]!, glog[4], now) : undefined;
}

function logfmtTime(front: string): string | undefined {
  const match = LOGFMT.exec(front);
  if (!match) return undefined;
  const value = match[1] ?? match[2]!;
  const dated = DATED.exec(value);
  if (dated) return timeInLine(value, 0);
  const epoch = EPOCH.exec(value)?.[1];
  return epoch === undefined ? undefined : fromEpoch(epoch);
}

const numberOf = (month: string) => String(MONTHS.indexOf(month) / 4 + 1).padStart(2, '0');

function withoutYear(month: string, day: string, time: string, fraction: string | undefined, now: number) {
  const year = new Date(now).getFullYear();
  const rest = `${month}-${day}T${time}`;
  const isNextYears = Date.parse(`${year}-${rest}`) > now + AHEAD_MS_MAX;
  return nanoseconds(`${isNextYears ? year - 1 : year}-${rest}`, fraction);
}

/** `Date.parse` takes a time without a zone as one of this machine. */
function nanoseconds(second: string, fraction = '', zone = ''): string | undefined {
  const ms = Date.parse(second + zone.replace('UTC', 'Z').replace(/^([+-]\d\d):?(\d\d)$/, '$1:$2'));
  return ms > 0 ? `${ms / 1000}${fraction.padEnd(9, '0')}` : undefined;
}

/** Seconds have 10 digits until the year 2286; each finer unit has three more. */
function fromEpoch(text: string): string {
  const [whole = '', fraction = ''] = text.split('.');
  return (whole + fraction).padEnd(19, '0');
}
