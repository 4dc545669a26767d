/**
 * Grouping v1: the hash that decides an event's issue, the same as Sentry's strategy newstyle:2026-01-20.
 * Part of `process`, after `markInApp`. Promises: pure and deterministic; never an empty list of hashes.
 */
import { createHash } from 'node:crypto';
import type { EventPayload } from '#server/record/event.ts';
import type { GroupingComponent, GroupingResult } from '#server/record/grouping.ts';

export function groupV1(event: EventPayload): GroupingResult {
  const values: string[] = [];
  const main = event.exception?.values.at(-1);
  const frames = (main?.stacktrace ?? event.stacktrace)?.frames ?? [];
  if (main?.type) values.push(main.type);
  for (const frame of frames.some((frame) => frame.in_app)
    ? frames.filter((frame) => frame.in_app)
    : frames) {
    values.push(frame.module ?? frame.filename ?? '', frame.function ?? '');
  }
  if (frames.length === 0)
    values.push(main?.value ?? event.logentry?.message ?? event.logentry?.formatted ?? '');
  const hash = createHash('md5').update(values.join('')).digest('hex');
  const component: GroupingComponent = { id: 'default', name: 'default', contributes: true, values };
  return {
    version: 'v1',
    hashes: [hash],
    variants: [{ key: 'default', hash, contributes: true, component }],
  };
}
