/**
 * What ties lines to a story: ids, and where they are missing the host. The table of reasons is in the order of their
 * strength; a line that several reasons bring has the strongest of them.
 */
import { STORY_REASONS, type StoryReason } from '#contract/story.ts';
import { all, any, type PlanFilter, type TextColumn } from '#server/query/plan/plan.ts';
import type { StoryLine } from './story-line.ts';

export type IdReason = 'trace' | 'request' | 'session' | 'user';
export const ID_REASONS: readonly IdReason[] = ['trace', 'request', 'session', 'user'];

export type Ids = Record<IdReason, string[]>;

const COLUMN: Record<IdReason, TextColumn> = {
  trace: 'trace_id',
  request: 'request_id',
  session: 'session_id',
  user: 'user_id',
};

export const idOf = (line: StoryLine, reason: IdReason): string =>
  ({ trace: line.traceId, request: line.requestId, session: line.sessionId, user: line.userId })[reason];

export const hasOne = (reason: IdReason, values: readonly string[]): PlanFilter =>
  any(
    ...values.map(
      (value): PlanFilter => ({ is: 'equal', text: { is: 'column', column: COLUMN[reason] }, value }),
    ),
  );

const equal = (column: TextColumn, value: string): PlanFilter => ({
  is: 'equal',
  text: { is: 'column', column },
  value,
});

/** Warnings and worse, by OpenTelemetry's numbers. */
export const WARNINGS: PlanFilter = { is: 'severity', from: 13, to: 24 };

/**
 * What its host said, or its service where the host is not known. Lines of other requests belong to other stories unless
 * they say that something is wrong with the process itself. Null: the error names neither.
 */
export function ofProcess(host: string, service: string): PlanFilter | null {
  const here = [
    ...(host ? [equal('host', host)] : []),
    ...(service
      ? [host ? all(equal('service', service), equal('host', '')) : equal('service', service)]
      : []),
  ];
  if (here.length === 0) return null;
  const ofNobody = all(...ID_REASONS.map((reason) => equal(COLUMN[reason], '')));
  return all(any(...here), any(WARNINGS, ofNobody));
}

const strength = (reason: StoryReason) => STORY_REASONS.indexOf(reason);

export const isWeaker = (one: StoryReason, other: StoryReason) => strength(one) > strength(other);

/** Each line once, with its strongest reason; a direct tie before one over another line. */
export function mergeLines(lines: readonly StoryLine[]): StoryLine[] {
  const merged = new Map<string, StoryLine>();
  for (const line of lines) {
    const known = merged.get(line.id);
    const isStronger =
      known &&
      (strength(line.why) - strength(known.why) || Number(line.via !== '') - Number(known.via !== '')) < 0;
    if (!known || isStronger) merged.set(line.id, line);
  }
  return [...merged.values()];
}

/** Why a line is here, in words. */
export function becauseOf({ why, tie, via, kind }: StoryLine): string {
  const id = tie.slice(0, 100);
  if (why === 'event')
    return kind === 'breadcrumb' ? 'recorded by the SDK before the error' : 'the error itself';
  if (why === 'process') return `same ${id}`;
  if (why === 'time') return 'broke at the same time';
  if (via === '') return `same ${why} ${id}`;
  return via.startsWith('a line') ? `${why} ${id}: ${via}` : `${via} of the same ${why} ${id}`;
}
