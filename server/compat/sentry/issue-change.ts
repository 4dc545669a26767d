/**
 * What Sentry's clients want done with issues, as our changes: a status with its `statusDetails` or `substatus`, and a
 * priority. What goes together with nothing we know is passed over, as clients send more than that; what would be
 * misunderstood is refused.
 */
import * as z from 'zod';
import type { IssueUpdate } from '#contract/issues.ts';
import { ArchiveUntil, IssuePriority, ResolveIn } from '#contract/workflow.ts';
import { reject } from '#server/record/rejections.ts';

/** Older clients say some of it beside the status. */
const details = {
  inNextRelease: z.boolean().nullish(),
  /** A version, or `latest`. */
  inRelease: z.string().nullish(),
  inCommit: z.object({ commit: z.string(), repository: z.string() }).nullish(),
  /** Minutes. */
  ignoreDuration: z.number().nullish(),
  snoozeDuration: z.number().nullish(),
  ignoreUntil: z.string().nullish(),
  ignoreCount: z.number().nullish(),
  ignoreWindow: z.number().nullish(),
  ignoreUserCount: z.number().nullish(),
  ignoreUserWindow: z.number().nullish(),
  untilEscalating: z.boolean().nullish(),
};
const Details = z.object(details);
type Details = z.output<typeof Details>;

export const IssueChangeBody = z.object({
  status: z.string().nullish(),
  statusDetails: Details.nullish(),
  substatus: z.string().nullish(),
  priority: z.string().nullish(),
  ...details,
});

const STATUSES: ReadonlyMap<string, NonNullable<IssueUpdate['status']>> = new Map([
  ['resolved', 'resolved'],
  ['resolvedInNextRelease', 'resolved'],
  ['unresolved', 'unresolved'],
  ['reprocessing', 'unresolved'],
  ['ignored', 'archived'],
  ['muted', 'archived'],
]);
const ARCHIVED_SUBSTATES: readonly string[] = [
  'archived_forever',
  'archived_until_escalating',
  'archived_until_condition_met',
];

/** Null: nothing of what we change. */
export function changeOf(body: z.output<typeof IssueChangeBody>, now: number): IssueUpdate | null {
  const change: IssueUpdate = {};
  const named = body.status ?? (ARCHIVED_SUBSTATES.includes(body.substatus ?? '') ? 'ignored' : undefined);
  if (named !== undefined) {
    const status = STATUSES.get(named);
    if (!status) throw reject('request_invalid', `status must be one of ${[...STATUSES.keys()].join(', ')}`);
    const said: Details = { ...body, ...body.statusDetails };
    change.status = status;
    if (status === 'resolved') change.resolve = resolveOf(named, said);
    if (status === 'archived') change.archive = archiveOf(body.substatus ?? '', said, now);
  }
  if (body.priority) change.priority = read(IssuePriority, body.priority, 'priority');
  return Object.keys(change).length === 0 ? null : change;
}

function resolveOf(named: string, said: Details): IssueUpdate['resolve'] {
  if (named === 'resolvedInNextRelease' || said.inNextRelease) return { in: 'nextRelease' };
  if (said.inRelease === 'latest') return { in: 'currentRelease' };
  if (said.inRelease)
    return read(ResolveIn, { in: 'release', release: said.inRelease }, 'statusDetails.inRelease');
  if (said.inCommit) return read(ResolveIn, { in: 'commit', ...said.inCommit }, 'statusDetails.inCommit');
  return undefined;
}

function archiveOf(substatus: string, said: Details, now: number): ArchiveUntil {
  const wanted = conditions(said, now);
  if (wanted.length > 1)
    throw reject(
      'request_invalid',
      `statusDetails: one of ${wanted.map(([name]) => name).join(' or ')}, not several`,
    );
  const [first] = wanted;
  if (first) return read(ArchiveUntil, first[1], `statusDetails.${first[0]}`);
  if (substatus === 'archived_until_condition_met')
    throw reject('request_invalid', 'statusDetails: say the condition, as ignoreCount or ignoreDuration');
  return {
    until: said.untilEscalating || substatus === 'archived_until_escalating' ? 'escalating' : 'forever',
  };
}

/** Those of the conditions that are said, in our words. */
function conditions(said: Details, now: number): [name: string, until: object][] {
  const minutes = said.ignoreDuration ?? said.snoozeDuration;
  const counted = (until: string, count: number, window: number | null | undefined) => ({
    ...{ until, count },
    ...(window ? { windowMinutes: window } : {}),
  });
  const all: ([string, object] | null)[] = [
    minutes ? ['ignoreDuration', { until: 'time', minutes }] : null,
    said.ignoreUntil
      ? ['ignoreUntil', { until: 'time', minutes: minutesUntil(said.ignoreUntil, now) }]
      : null,
    said.ignoreCount ? ['ignoreCount', counted('events', said.ignoreCount, said.ignoreWindow)] : null,
    said.ignoreUserCount
      ? ['ignoreUserCount', counted('users', said.ignoreUserCount, said.ignoreUserWindow)]
      : null,
  ];
  return all.filter((one) => one !== null);
}

const minutesUntil = (time: string, now: number) => Math.ceil((Date.parse(time) - now) / 60_000);

function read<Shape extends z.ZodType>(shape: Shape, value: unknown, place: string): z.output<Shape> {
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  throw reject('request_invalid', `${place}: ${parsed.error.issues[0]?.message ?? ''}`);
}
