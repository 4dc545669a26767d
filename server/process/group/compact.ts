/**
 * Makes a component tree small enough to be kept with every event: what does not contribute goes unless it
 * says why, long texts and long stacks are cut. Only for people: the hash was computed before.
 */
import type { GroupingComponent } from '#server/record/grouping.ts';

/** Contributing frames kept per stack trace, half from each end. A screen shows fewer. */
const FRAMES_MAX = 32;
/** Characters kept of one hashed text. */
const TEXT_CHARS_MAX = 240;

export function compact(component: GroupingComponent): GroupingComponent {
  const { values, ...rest } = component;
  if (!component.contributes) return { ...rest, values: [] };
  if (component.id === 'stacktrace') return { ...rest, ...compactFrames(values as GroupingComponent[]) };
  const kept = values.flatMap((value): (string | GroupingComponent)[] => {
    if (typeof value === 'string') return [shortened(value)];
    return value.contributes || value.hint !== undefined ? [compact(value)] : [];
  });
  return { ...rest, values: kept };
}

function compactFrames(frames: GroupingComponent[]): { hint?: string; values: GroupingComponent[] } {
  const contributing = frames.filter((frame) => frame.contributes);
  const left = frames.length - contributing.length;
  const half = FRAMES_MAX / 2;
  const kept =
    contributing.length > FRAMES_MAX
      ? [...contributing.slice(0, half), ...contributing.slice(-half)]
      : contributing;
  const hints = [
    left > 0 ? `${left} of ${frames.length} frames left out${reasons(frames)}` : '',
    kept.length < contributing.length ? `${kept.length} of ${contributing.length} frames shown` : '',
  ].filter((hint) => hint !== '');
  return { ...(hints.length > 0 ? { hint: hints.join('; ') } : {}), values: kept.map(compactFrame) };
}

/** Only the texts of a frame, in their order, unless a text was changed. */
function compactFrame(frame: GroupingComponent): GroupingComponent {
  const values: (string | GroupingComponent)[] = [];
  for (const value of frame.values) {
    if (typeof value === 'string' || !value.contributes) continue;
    const text = value.values[0];
    values.push(value.hint === undefined && typeof text === 'string' ? shortened(text) : compact(value));
  }
  return { ...frame, values };
}

/** A text as it is shown. */
export function shortened(text: string): string {
  return text.length > TEXT_CHARS_MAX ? `${text.slice(0, TEXT_CHARS_MAX)}…` : text;
}

/** `: 12 not your code, 1 the same call as before`. */
function reasons(frames: GroupingComponent[]): string {
  const counts = new Map<string, number>();
  for (const frame of frames)
    if (!frame.contributes && frame.hint !== undefined)
      counts.set(frame.hint, (counts.get(frame.hint) ?? 0) + 1);
  const texts = [...counts].slice(0, 5).map(([hint, count]) => `${count} ${hint}`);
  return texts.length > 0 ? `: ${texts.join(', ')}` : '';
}
