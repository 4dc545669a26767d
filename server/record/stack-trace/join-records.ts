/**
 * Joins the lines of stack traces among the records of one source, as they came in one request. The record keeps time,
 * level and attributes of its first line; it is an error at least, unless that line or its source says otherwise.
 */
import { levelInBody } from '#server/record/level-in-body.ts';
import type { Attributes, LogGroup, LogRecord } from '#server/record/log.ts';
import { StackJoiner } from './stack-joiner.ts';

/** Lines of one stack trace are written at once; agents stamp them as they read them. */
const APART_NS_MAX = 1_000_000_000n;
/** OpenTelemetry's lowest error. */
const SEVERITY_ERROR = 17;
/** Fields of a record or its source that say the level; `process` reads them. */
const LEVEL_NAME =
  /^(?:detected_level|(?:log[._]?)?level|lvl|levelname|severity(?:_?text|_?number)?|priority)$/i;

/** `mayJoin`: of a record by itself; all may by default. */
export function joinStackTraces(
  group: LogGroup,
  mayJoin: (record: LogRecord) => boolean = () => true,
): LogGroup {
  if (group.records.length < 2) return group;
  const records: LogRecord[] = [];
  const isLevelKnown = saysLevel(group.labels) || saysLevel(group.resource);
  const joiner = new StackJoiner<LogRecord>({
    belong: (previous, next) => mayJoin(previous) && mayJoin(next) && areOfOneWriter(previous, next),
    emit: (lines) => records.push(lines.length === 1 ? lines[0]! : joinedRecord(lines, isLevelKnown)),
  });
  for (const record of group.records) joiner.push(record, record.body);
  joiner.flush();
  return records.length === group.records.length ? group : { ...group, records };
}

/** One record of several; `isLevelKnown`: from where they come. */
export function joinedRecord<Line extends LogRecord>(lines: readonly Line[], isLevelKnown = false): Line {
  const first = lines[0]!;
  const record: Line = { ...first, body: lines.map(({ body }) => body).join('\n') };
  const isSaid =
    isLevelKnown ||
    first.severityNumber !== undefined ||
    first.severityText !== undefined ||
    saysLevel(first.attributes) ||
    levelInBody(first.body) > 0;
  if (!isSaid) record.severityNumber = SEVERITY_ERROR;
  return record;
}

function saysLevel(fields: Attributes | undefined): boolean {
  for (const name in fields) if (LEVEL_NAME.test(name)) return true;
  return false;
}

/** All that is said of them is equal but the text, and they are near in time. */
function areOfOneWriter(previous: LogRecord, next: LogRecord): boolean {
  return (
    previous.severityNumber === next.severityNumber &&
    previous.severityText === next.severityText &&
    previous.traceId === next.traceId &&
    previous.spanId === next.spanId &&
    previous.eventName === next.eventName &&
    isNear(previous.time, next.time) &&
    JSON.stringify(previous.attributes ?? {}) === JSON.stringify(next.attributes ?? {})
  );
}

function isNear(previous: string | undefined, next: string | undefined): boolean {
  if (previous === next) return true;
  if (previous === undefined || next === undefined) return false;
  const apart = BigInt(next) - BigInt(previous);
  return apart >= -APART_NS_MAX && apart <= APART_NS_MAX;
}
