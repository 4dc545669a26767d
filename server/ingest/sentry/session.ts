/**
 * Release health: one session's update, or counts of sessions by minute from servers.
 * Source: https://develop.sentry.dev/sdk/telemetry/sessions/.
 */
import { reject } from '#server/record/rejections.ts';
import { type Contents, keep } from './contents.ts';
import type { Item } from './envelope-reader.ts';
import { readJsonObject } from './json.ts';
import { SESSIONS_PER_ENVELOPE_MAX } from './limits.ts';

export function decodeSession({ payload }: Item): Contents {
  return { records: [keep('session', 'session', readJsonObject(payload).bytes)], counts: [] };
}

export function decodeSessions({ payload }: Item): Contents {
  const { value, bytes } = readJsonObject(payload);
  if (!Array.isArray(value.aggregates)) throw reject('event_invalid', 'sessions without aggregates');
  if (value.aggregates.length > SESSIONS_PER_ENVELOPE_MAX)
    throw reject('item_too_large', `sessions, at most ${SESSIONS_PER_ENVELOPE_MAX} aggregates`);
  return { records: [keep('sessions', 'session', bytes)], counts: [] };
}
