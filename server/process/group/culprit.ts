/** Where an event happened, in one line: the transaction, else the place in the code, else the address. */
import type { EventPayload, StackFrame } from '#server/record/event.ts';
import { truncate } from './text.ts';

/** Characters, as Sentry cuts it. */
const CULPRIT_CHARS_MAX = 200;

export function culpritOf(event: EventPayload): string {
  return truncate(event.transaction || event.culprit || placeOf(event), CULPRIT_CHARS_MAX);
}

function placeOf(event: EventPayload): string {
  const exceptions = event.exception?.values ?? [];
  // A stack trace made up for a message shows where it was logged: the transaction's business.
  if (exceptions.at(-1)?.mechanism?.synthetic) return '';
  const frames =
    exceptions.length > 0
      ? exceptions.findLast(({ stacktrace }) => stacktrace !== undefined)?.stacktrace?.frames
      : event.stacktrace?.frames;
  return (frames && placeInStack(frames, event.platform)) || event.request?.url || '';
}

function placeInStack(frames: readonly StackFrame[], platform: string): string {
  const own = frames.findLast((frame) => frame.in_app && placeInFrame(frame, platform) !== '');
  const frame = own ?? frames.findLast((candidate) => !candidate.in_app);
  return frame ? placeInFrame(frame, platform) : '';
}

function placeInFrame(frame: StackFrame, eventPlatform: string): string {
  const platform = frame.platform || eventPlatform;
  const name = frame.function || '?';
  if (platform === 'objc' || platform === 'cocoa' || platform === 'native') return name;
  const file = frame.module || frame.filename;
  if (!file) return '';
  return platform === 'javascript' || platform === 'node' ? `${name}(${file})` : `${file} in ${name}`;
}
