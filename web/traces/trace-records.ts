/** Log records and errors of a trace, as both are drawn and opened. */
import type { TraceRecord } from './trace-model.ts';
import type { TraceSearch } from './trace-search.ts';

/** What opens it, and closes what else is open. */
export const searchOf = (record: TraceRecord): Pick<TraceSearch, 'span' | 'record' | 'event'> =>
  record.kind === 'log'
    ? { span: undefined, record: record.log.id, event: undefined }
    : { span: undefined, record: undefined, event: record.error.eventId };

export const wordsOf = (record: TraceRecord) =>
  record.kind === 'log' ? record.log.body : record.error.title;

export const isOpenIn = (record: TraceRecord, search: TraceSearch) =>
  record.kind === 'log' ? record.log.id === search.record : record.error.eventId === search.event;
