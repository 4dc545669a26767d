/**
 * The events of a request, read and with stacks that people can read: all of `process` that waits for something before a batch
 * is made. What follows is pure (prepare.ts). An event that cannot be read is left to it, to be set aside.
 */
import type { AcceptedRecord, AcceptedRequest } from '#server/record/accepted.ts';
import type { EventPayload } from '#server/record/event.ts';
import { readEvent } from './prepare.ts';
import type { StageClock } from './stage-clock.ts';
import type { Round } from './symbolicate/symbolicator.ts';

export async function readableEvents(
  request: AcceptedRequest,
  symbolication: Round,
  stages: StageClock,
): Promise<ReadonlyMap<AcceptedRecord, EventPayload>> {
  const events = new Map<AcceptedRecord, EventPayload>();
  for (const record of request.records) {
    if (record.type !== 'event') continue;
    const started = stages.start();
    let event: EventPayload;
    try {
      event = readEvent(request, record);
    } catch {
      continue;
    }
    const read = stages.add('normalize', started);
    const symbolicated = symbolication.symbolicate(request.project, event);
    // Most events have nothing to wait for.
    if (symbolicated) await symbolicated;
    stages.add('symbolicate', read);
    events.set(record, event);
  }
  return events;
}
