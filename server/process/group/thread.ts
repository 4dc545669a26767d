/** Threads: the one that crashed, else the current one, else the only one. Part of grouping v1, frozen. */
import type { GroupingRules } from '#server/process/rules/grouping-rules.ts';
import type { Thread } from '#server/record/event.ts';
import { branch, ignore } from './component.ts';
import { stacktraceVariants, type Variants } from './stacktrace.ts';

export function threadVariants(
  threads: readonly Thread[],
  platform: string,
  rules?: GroupingRules,
): Variants {
  const crashed = threads.filter((thread) => thread.crashed);
  const current = threads.filter((thread) => thread.current);
  const only = [crashed, current, threads].find((candidates) => candidates.length === 1)?.[0];
  if (only === undefined)
    return unused(
      `no single thread to look at: ${crashed.length} crashed, ${current.length} current, ${threads.length} in all`,
    );
  const frames = only.stacktrace?.frames ?? [];
  if (frames.length === 0) return unused('the thread has no stack trace');
  const { app, system } = stacktraceVariants(frames, platform, rules);
  return { app: branch('threads', [app]), system: branch('threads', [system]) };
}

function unused(hint: string): Variants {
  const app = branch('threads', []);
  ignore(app, hint);
  return { app };
}
