/**
 * Says of every stack frame whether it is the person's own code. Part of `process`, before grouping.
 * Promises: after it every frame has a boolean `in_app`; a changed word keeps the sender's in `data.orig_in_app`.
 */
import type { EventPayload } from '#server/record/event.ts';

const LIBRARY = /node_modules\/|^node:|site-packages\/|dist-packages\/|\/vendor\/|\/gems\//;

export function markInApp(event: EventPayload): void {
  const stacks = [
    event.stacktrace,
    ...(event.exception?.values ?? []).map((value) => value.stacktrace),
    ...(event.threads?.values ?? []).map((value) => value.stacktrace),
  ];
  for (const stack of stacks) {
    for (const frame of stack?.frames ?? []) {
      if (LIBRARY.test(frame.abs_path ?? frame.filename ?? '')) frame.in_app = false;
      frame.in_app ??= false;
    }
  }
}
