/**
 * The events that come with an issue, one by one: which can be taken, in what bytes they go to the journal, and by which
 * hashes the next event of the same error will be known here. Asks the pure steps of `process`, as they will be run.
 */
import { setImmediate } from 'node:timers/promises';
import type { LeftOut } from '#contract/imports.ts';
import { groupV1 } from '#server/process/group/group-v1.ts';
import { markInApp } from '#server/process/in-app/mark-in-app.ts';
import { normalizeEvent } from '#server/process/normalize/normalize-event.ts';
import type { GroupingRules } from '#server/process/rules/grouping-rules.ts';
import { asSent, withRawStacks } from './as-sent.ts';

/** Levels of objects and arrays. SDKs send ten at most; a stack holds some thousands. */
const EVENT_DEPTH_MAX = 1000;

export interface ReadImported {
  events: ImportedEvent[];
  left: LeftOut[];
}

export interface ImportedEvent {
  id: string;
  bytes: Buffer;
  /** Of all ways in which such an event may arrive, the deciding one first. */
  hashes: string[];
}

export interface ReadingEvents {
  /** Milliseconds since 1970. */
  now: number;
  /** Events that are older are not kept, ms since 1970. */
  since: number;
  rules: GroupingRules | undefined;
}

/** One at a time, with others' turns between them: a hundred large events are a second of work. */
export async function readEvents(
  given: readonly Record<string, unknown>[],
  reading: ReadingEvents,
): Promise<ReadImported> {
  const read: ReadImported = { events: [], left: [] };
  const ids = new Set<string>();
  for (const stored of given) {
    await setImmediate();
    const id = idOf(stored);
    const what = `event ${id ?? '?'}`;
    const leave = (why: string) => read.left.push({ what, why });
    if (id === null) leave('it has no event id');
    else if (ids.has(id)) leave('it was sent twice');
    else {
      ids.add(id);
      const event = readOne(stored, id, reading);
      if (typeof event === 'string') leave(event);
      else read.events.push(event);
    }
  }
  return read;
}

/** Why it is left, or the event. */
function readOne(
  stored: Record<string, unknown>,
  id: string,
  reading: ReadingEvents,
): ImportedEvent | string {
  const sent = asSent(stored);
  if (sent.type === 'transaction') return 'it is a transaction, which has no issue here';
  const { now, since } = reading;
  if (!isShallow(sent)) return `it is nested deeper than ${EVENT_DEPTH_MAX} levels`;
  const bytes = Buffer.from(JSON.stringify({ ...sent, event_id: id }));
  const event = normalizeEvent(bytes, { eventId: id, receivedAt: now, imported: true });
  if (sent.timestamp === undefined) return 'it does not say when it happened';
  const problem = event.errors?.find(({ name }) => name === 'timestamp');
  if (problem) return `its time cannot be: ${problem.detail.split(';')[0]}`;
  if (event.timestamp * 1000 < since) return 'it is older than events are kept here';
  const raw = withRawStacks(sent);
  return { id, bytes, hashes: [...hashesOf(sent, id, reading), ...(raw ? hashesOf(raw, id, reading) : [])] };
}

/** Written without recursion: what is nested as deep as a stack is high can be read as JSON, and not always written. */
function isShallow(event: object): boolean {
  let level: object[] = [event];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > EVENT_DEPTH_MAX) return false;
    level = level.flatMap((each) => Object.values(each).filter(isObject));
  }
  return true;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function hashesOf(sent: Record<string, unknown>, eventId: string, { now, rules }: ReadingEvents): string[] {
  const event = normalizeEvent(Buffer.from(JSON.stringify(sent)), {
    eventId,
    receivedAt: now,
    imported: true,
  });
  markInApp(event, rules?.stack);
  return groupV1(event, rules).hashes;
}

/** 32 lower-case hex. */
function idOf({ event_id, eventID, id }: Record<string, unknown>): string | null {
  const text = [event_id, eventID, id].find((each) => typeof each === 'string');
  const hex = typeof text === 'string' ? text.replaceAll('-', '').toLowerCase() : '';
  return /^[0-9a-f]{32}$/.test(hex) ? hex : null;
}
