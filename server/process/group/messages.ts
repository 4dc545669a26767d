/**
 * The texts of one event as grouping uses them: parameterised, and cut to two lines where they stand for the
 * whole event. Each text is parameterised at most once, and only when something asks for it.
 */
import type { EventPayload } from '#server/record/event.ts';
import type { GroupingComponent } from '#server/record/grouping.ts';
import { leaf } from './component.ts';
import { parameterize } from './parameterize.ts';
import { hasText, isOneLine, splitLines } from './text.ts';

export interface Messages {
  /** A leaf of the first two lines that are not empty; without a text it contributes nothing. */
  leaf(id: string, text: string | undefined): GroupingComponent;
  parameterized(text: string): string;
}

export function messagesOf(): Messages {
  const known = new Map<string, string>();
  const parameterized = (text: string): string => {
    let result = known.get(text);
    if (result === undefined) {
      result = parameterize(text);
      known.set(text, result);
    }
    return result;
  };
  return {
    parameterized,
    leaf(id, text) {
      if (!text) return leaf(id, undefined);
      const normalized = firstTwoLines(parameterized(text));
      return leaf(id, normalized, normalized === text ? undefined : 'numbers, ids and the like are replaced');
    },
  };
}

function firstTwoLines(text: string): string {
  if (isOneLine(text) && hasText(text)) return text;
  const kept = splitLines(text).filter(hasText).slice(0, 2).join('\n');
  return kept === text ? text : `${kept}...`;
}

/** Every text that is a message of the event: what it logged, and what its exceptions say. */
export function allMessages(event: EventPayload): Set<string> {
  const texts = [
    event.logentry?.formatted,
    event.logentry?.message,
    ...(event.exception?.values ?? []).map((exception) => exception.value),
  ];
  return new Set(texts.flatMap((text) => text || []));
}
