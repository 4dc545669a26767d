/**
 * A stack trace in two variants: `app` looks at the person's own frames, `system` at all of them. Part of
 * grouping v1, frozen.
 */
import { builtInRules } from '#server/process/in-app/mark-in-app.ts';
import { platformFamily } from '#server/process/in-app/platform-family.ts';
import type { StackRules } from '#server/process/in-app/stack-rules.ts';
import type { GroupingRules } from '#server/process/rules/grouping-rules.ts';
import type { ExceptionValue, StackFrame } from '#server/record/event.ts';
import type { GroupingComponent } from '#server/record/grouping.ts';
import { branch, ignore } from './component.ts';
import { frameComponent, isUrl } from './frame.ts';

/** One component per variant. A variant that is absent was never produced. */
export interface Variants {
  app?: GroupingComponent;
  system?: GroupingComponent;
}

export function stacktraceVariants(
  frames: readonly StackFrame[],
  platform: string,
  rules?: GroupingRules,
  exception?: ExceptionValue,
): Required<Variants> {
  const components = frames.map((frame, at) => {
    const component = frameComponent(frame, platform);
    if (at > 0 && isRepetition(frame, frames[at - 1]!)) ignore(component, 'the same call as before');
    return component;
  });
  if (frames.length === 1 && isAnonymousScript(frames[0]!, platform))
    ignore(components[0]!, 'one nameless frame that is not from a web address says nothing');

  const { marks } = builtInRules.grouped(frames, platform);
  const own = rules?.stack.grouped(frames, platform, exception);
  const all = components.map((component, at) => {
    // The project's rules come last, as if both were one list.
    const mark = own?.marks[at] ?? marks[at];
    if (mark === undefined || mark.grouped === component.contributes) return component;
    const hint = mark.grouped ? `put back: ${mark.rule}` : `left out: ${mark.rule}`;
    return { ...component, contributes: mark.grouped, hint };
  });
  const app = all.map((component, at) => {
    const frame = frames[at]!;
    const rule = rules?.stack.whyInApp(frame);
    const because = rule === undefined ? '' : `: ${rule}`;
    if (!frame.in_app) return { ...component, contributes: false, hint: `not your code${because}` };
    return rule === undefined || component.hint !== undefined
      ? component
      : { ...component, hint: `your code${because}` };
  });
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
  if (own?.maxFrames || own?.minFrames) for (const one of [appOnly, system]) limit(one, own);
  return { app: appOnly, system };
}

/** Of the frames that count, those nearest to the crash; and none at all where they are too few. */
function limit(
  stacktrace: GroupingComponent,
  { maxFrames, minFrames }: ReturnType<StackRules['grouped']>,
): void {
  if (!stacktrace.contributes) return;
  const counting = (stacktrace.values as GroupingComponent[]).filter((frame) => frame.contributes).length;
  if (maxFrames && maxFrames.frames > 0 && counting > maxFrames.frames) {
    let surplus = counting - maxFrames.frames;
    stacktrace.values = (stacktrace.values as GroupingComponent[]).map((frame) =>
      frame.contributes && surplus-- > 0
        ? { ...frame, contributes: false, hint: `too far from the crash: ${maxFrames.rule}` }
        : frame,
    );
  }
  if (minFrames && counting < minFrames.frames) ignore(stacktrace, `too few frames: ${minFrames.rule}`);
}

function isAnonymousScript(frame: StackFrame, platform: string): boolean {
  const isJavascript = platformFamily(frame.platform || platform) === 'javascript';
  return isJavascript && !frame.function && !isUrl(frame.abs_path, true);
}

const SAME = ['function', 'lineno', 'colno', 'filename', 'abs_path', 'module', 'package'] as const;

function isRepetition(frame: StackFrame, before: StackFrame): boolean {
  return SAME.every((field) => frame[field] === before[field]);
}
