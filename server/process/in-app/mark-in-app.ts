/**
 * Says of every stack frame whether it is the person's own code, and makes frames comparable: trimmed function
 * names, file names without query strings. Part of `process`, before titles and grouping.
 * Promises: after it every frame has a boolean `in_app`: what the sender said, corrected by the built-in rules
 * and then by the project's, and no where nobody said anything; a changed word is kept in `data.orig_in_app`.
 * Running it again changes nothing.
 */
import type { EventPayload, ExceptionValue, StackFrame } from '#server/record/event.ts';
import { BUILT_IN_RULES } from './built-in-rules.ts';
import { createStackRules, type StackRules } from './stack-rules.ts';
import { trimFunction } from './trim-function.ts';

/** Pure but for remembering frames it has seen. */
export const builtInRules = createStackRules(BUILT_IN_RULES);

/** `rules`: the project's own, which have the last word. */
export function markInApp(event: EventPayload, rules?: StackRules): void {
  for (const { frames, exception } of stacksOf(event)) {
    for (const frame of frames) prepareFrame(frame, event.platform);
    builtInRules.mark(frames, event.platform);
    rules?.mark(frames, event.platform, exception);
  }
}

interface Stack {
  frames: StackFrame[];
  exception?: ExceptionValue;
}

/** Every stack of an event, and whose it is. */
export function stacksOf(event: EventPayload): Stack[] {
  const stacks: Stack[] = [];
  const add = (frames: StackFrame[] | undefined, exception?: ExceptionValue) => {
    if (frames && frames.length > 0) stacks.push(exception ? { frames, exception } : { frames });
  };
  add(event.stacktrace?.frames);
  for (const exception of event.exception?.values ?? []) {
    add(exception.stacktrace?.frames, exception);
    add(exception.raw_stacktrace?.frames, exception);
  }
  for (const thread of event.threads?.values ?? []) add(thread.stacktrace?.frames);
  return stacks;
}

function prepareFrame(frame: StackFrame, platform: string): void {
  // The sender's word, if the rules have run before.
  const said = frame.data?.orig_in_app;
  if (typeof said === 'number') frame.in_app = said === -1 ? undefined : said !== 0;

  if (frame.function && frame.raw_function === undefined) {
    const trimmed = trimFunction(frame.function, frame.platform ?? platform);
    if (trimmed !== frame.function) {
      frame.raw_function = frame.function;
      frame.function = trimmed;
    }
  }
  if (platform === 'javascript' && frame.filename?.includes('?')) {
    const query = /\?([^#]+)/.exec(frame.filename)?.[0];
    if (query !== undefined) frame.filename = frame.filename.replaceAll(query, '');
  }
}
