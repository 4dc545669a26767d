/** Breadcrumbs: what happened before, oldest first; the newest are kept. */
import type { Breadcrumb } from '#server/record/event.ts';
import { BOUNDS } from './bounds.ts';
import type { Reader } from './reader.ts';
import { shiftedTime } from './timestamps.ts';

export function readBreadcrumbs(value: unknown, driftMs: number, reader: Reader): Breadcrumb[] {
  const given = reader.list(value, 'breadcrumbs');
  const kept = given.slice(-BOUNDS.breadcrumbs);
  if (kept.length < given.length)
    reader.note(
      'too_many',
      'breadcrumbs.values',
      `kept the last ${kept.length} of ${given.length} breadcrumbs`,
    );
  return kept.map((crumb, index) => {
    const name = `breadcrumbs.values.${index}`;
    const read: Breadcrumb = {};
    const time = shiftedTime(crumb.timestamp, driftMs);
    if (time !== undefined) read.timestamp = time / 1000;
    for (const key of ['type', 'category', 'level'] as const) {
      const field = reader.field(crumb[key], `${name}.${key}`, 128);
      if (field !== undefined) read[key] = field;
    }
    const message = reader.text(crumb.message, `${name}.message`, BOUNDS.messageChars);
    if (message !== undefined && message !== '') read.message = message;
    const data =
      crumb.data === undefined || crumb.data === null
        ? undefined
        : reader.dataRecord(crumb.data, `${name}.data`, 4);
    if (data && Object.keys(data).length > 0) read.data = data;
    return read;
  });
}
