/** The frame that stands for an event: the innermost one of the person's code, else the innermost one. */
import type { EventPayload, StackFrame } from '#server/record/event.ts';

export function crashFrame(
  event: EventPayload,
  isWanted: (frame: StackFrame) => boolean = () => true,
): StackFrame | undefined {
  const frames = crashFrames(event).filter(isWanted);
  return frames.findLast((frame) => frame.in_app) ?? frames.at(-1);
}

function crashFrames(event: EventPayload): readonly StackFrame[] {
  const frames = event.exception?.values.at(-1)?.stacktrace?.frames ?? event.stacktrace?.frames ?? [];
  if (frames.length > 0) return frames;
  const threads = event.threads?.values ?? [];
  return (threads.length === 1 && threads[0]!.stacktrace?.frames) || [];
}
