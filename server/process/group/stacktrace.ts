/**
 * A stack trace in two variants: `app` looks at the person's own frames, `system` at all of them. Part of
 * grouping v1, frozen.
 */
import { builtInRules } from '#server/process/in-app/mark-in-app.ts';
import { platformFamily } from '#server/process/in-app/platform-family.ts';
import type { StackFrame } from '#server/record/event.ts';
import type { GroupingComponent } from '#server/record/grouping.ts';
import { branch, ignore } from './component.ts';
import { frameComponent, isUrl } from './frame.ts';

/** One component per variant. A variant that is absent was never produced. */
export interface Variants {
  app?: GroupingComponent;
  system?: GroupingComponent;
}

export function stacktraceVariants(frames: readonly StackFrame[], platform: string): Required<Variants> {
  const components = frames.map((frame, at) => {
    const component = frameComponent(frame, platform);
    if (at > 0 && isRepetition(frame, frames[at - 1]!)) ignore(component, 'the same call as before');
    return component;
  });
  if (frames.length === 1 && isAnonymousScript(frames[0]!, platform))
    ignore(components[0]!, 'one nameless frame that is not from a web address says nothing');

  const marks = builtInRules.grouped(frames, platform);
  const all = components.map((component, at) => {
    const mark = marks[at];
    if (mark === undefined || mark.grouped === component.contributes) return component;
    return { ...component, contributes: mark.grouped, hint: `left out: ${mark.rule}` };
  });
  const app = all.map((component, at) =>
    frames[at]!.in_app ? component : { ...component, contributes: false, hint: 'not your code' },
  );
  const system = branch('stacktrace', all);
  const appOnly = branch('stacktrace', app);
  if (!appOnly.contributes)
    ignore(
      appOnly,
      frames.length === 0
        ? 'there are no frames'
        : frames.some((frame) => frame.in_app)
          ? 'none of your frames says enough'
          : 'no frame is your code',
    );
  if (!system.contributes)
    ignore(system, frames.length === 0 ? 'there are no frames' : 'no frame says enough');
  return { app: appOnly, system };
}

function isAnonymousScript(frame: StackFrame, platform: string): boolean {
  const isJavascript = platformFamily(frame.platform || platform) === 'javascript';
  return isJavascript && !frame.function && !isUrl(frame.abs_path, true);
}

const SAME = ['function', 'lineno', 'colno', 'filename', 'abs_path', 'module', 'package'] as const;

function isRepetition(frame: StackFrame, before: StackFrame): boolean {
  return SAME.every((field) => frame[field] === before[field]);
}
