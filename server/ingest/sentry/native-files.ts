/**
 * The files that sentry-native has crashpad upload beside the dump: the event as it was prepared before the
 * crash, and the breadcrumbs in two files of which each holds the newest at times. They are MessagePack.
 */
import { Rejection } from '#server/platform/rejection.ts';
import { isObject, type JsonObject } from './json.ts';
import { EVENT_BYTES_MAX } from './limits.ts';
import { readMessagePack } from './message-pack.ts';
import type { FormFile } from './multipart.ts';

const EVENT_FILE = '__sentry-event';
const BREADCRUMB_FILES: ReadonlySet<string> = new Set(['__sentry-breadcrumb1', '__sentry-breadcrumb2']);

/** What of the files was understood, as an event, and the others, which are attachments. */
export function readNativeFiles(files: readonly FormFile[]): { event: JsonObject; rest: FormFile[] } {
  const event: JsonObject = {};
  let breadcrumbs: JsonObject[] = [];
  const read = new Set<string>();
  const rest = files.filter((file) => {
    const isOurs = file.field === EVENT_FILE || BREADCRUMB_FILES.has(file.field);
    // One of each: a form that repeats them was not made by sentry-native.
    const values = isOurs && !read.has(file.field) ? readObjects(file) : undefined;
    if (values === undefined) return true;
    read.add(file.field);
    if (file.field === EVENT_FILE) Object.assign(event, values[0]);
    else breadcrumbs = breadcrumbs.concat(values);
    return false;
  });
  if (breadcrumbs.length > 0) event.breadcrumbs = { values: breadcrumbs.sort(byTime) };
  return { event, rest };
}

/** Undefined when the file is not what its name says: a crashing program may have written half of it. */
function readObjects({ bytes }: FormFile): JsonObject[] | undefined {
  if (bytes.length > EVENT_BYTES_MAX) return undefined;
  try {
    return readMessagePack(bytes).filter(isObject);
  } catch (error) {
    if (error instanceof Rejection) return undefined;
    throw error;
  }
}

/** Timestamps of sentry-native are RFC 3339 in UTC, which sort as text. */
function byTime(one: JsonObject, other: JsonObject): number {
  return String(one.timestamp) < String(other.timestamp) ? -1 : 1;
}
