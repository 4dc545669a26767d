/**
 * An event as the JSON that is stored, never longer than a bound. The largest event the door takes
 * can grow on the way: a path stands twice in a frame, `1e20` is written out, rules leave marks. Then the parts that
 * say least about what went wrong are left out, one after the other, and the event says which.
 */
import type { EventPayload, EventProblem } from '#server/record/event.ts';

/** Characters: twice the largest event. What is left when every spare part is gone is always below it. */
export const PAYLOAD_CHARS_MAX = 2_097_152;

export function storedPayload(event: EventPayload): string {
  let kept = event;
  let json = JSON.stringify(kept);
  for (const [part, without] of SPARE_PARTS) {
    if (json.length <= PAYLOAD_CHARS_MAX) break;
    kept = { ...without(kept), errors: [...(kept.errors ?? []), leftOut(part)] };
    json = JSON.stringify(kept);
  }
  return json;
}

type Without = (event: EventPayload) => EventPayload;

/** Least missed first. */
const SPARE_PARTS: readonly [part: string, Without][] = [
  ['modules', ({ modules: _, ...event }) => event],
  ['debug_meta', ({ debug_meta: _, ...event }) => event],
  ['extra', ({ extra: _, ...event }) => event],
  ['breadcrumbs', ({ breadcrumbs: _, ...event }) => event],
  ['threads', ({ threads: _, ...event }) => event],
  ['contexts', ({ contexts: _, ...event }) => event],
  ['raw_stacktrace', (event) => mapExceptions(event, ({ raw_stacktrace: _, ...exception }) => exception)],
  [
    'stacktrace of causes',
    (event) =>
      mapExceptions(event, ({ stacktrace, ...exception }, isLast) =>
        isLast && stacktrace ? { ...exception, stacktrace } : exception,
      ),
  ],
  [
    'stacktrace',
    ({ stacktrace: _, ...event }) => mapExceptions(event, ({ stacktrace: __, ...exception }) => exception),
  ],
];

type Exception = NonNullable<EventPayload['exception']>['values'][number];

function mapExceptions(
  event: EventPayload,
  change: (exception: Exception, isLast: boolean) => Exception,
): EventPayload {
  if (!event.exception) return event;
  const { values } = event.exception;
  return {
    ...event,
    exception: { values: values.map((value, at) => change(value, at === values.length - 1)) },
  };
}

function leftOut(part: string): EventProblem {
  return {
    type: 'too_many',
    name: part,
    detail: `left out: the whole event is longer than ${PAYLOAD_CHARS_MAX} characters`,
  };
}
