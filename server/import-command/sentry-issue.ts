/** An issue as Sentry or GlitchTip tells it -> as it is brought here. Pure. */
import { createHash } from 'node:crypto';
import type { ImportedIssue, LeftOut } from '#contract/imports.ts';
import type { SentryIssue, SentryIssueDetail } from './sentry-shapes.ts';
import type { ListedIssue } from './source.ts';

const STATUSES: ReadonlyMap<string, 'resolved' | 'archived'> = new Map([
  ['resolved', 'resolved'],
  ['resolvedInNextRelease', 'resolved'],
  ['ignored', 'archived'],
  ['muted', 'archived'],
]);
const LEVELS: ReadonlySet<string> = new Set(['fatal', 'error', 'warning', 'info', 'debug']);
const OPEN: ReadonlySet<string> = new Set(['new', 'ongoing', 'regressed', 'escalating']);
/** As the contract has it: more of them is another program's talk. */
const COMMENTS_MAX = 1_000;

export function listedIssue(issue: SentryIssue, raw: Record<string, unknown>): ListedIssue {
  const { id, shortId, status, substatus, statusDetails, lastSeen, count, userCount, assignedTo } = issue;
  return {
    id,
    name: shortId ?? id,
    said: shortHash([
      status,
      substatus,
      statusDetails,
      lastSeen,
      count,
      userCount,
      assignedTo,
      issue.numComments,
    ]),
    lastSeen: lastSeen ? Date.parse(lastSeen) : Number.NaN,
    events: count ?? 0,
    raw,
  };
}

export const shortHash = (said: unknown) =>
  createHash('sha256').update(JSON.stringify(said)).digest('hex').slice(0, 16);

export function importedIssue(
  issue: SentryIssue,
  detail: SentryIssueDetail | null,
  hashes: readonly string[],
  comments: readonly { text: string; at: string; email: string; name: string }[],
  now: number,
): { issue: ImportedIssue; left: LeftOut[] } {
  const left: LeftOut[] = [];
  const lastSeen = timeOf(issue.lastSeen) ?? new Date(now).toISOString();
  const { metadata, assignedTo } = issue;
  const usable = hashes.filter((hash) => /^[0-9a-f]{32}$/.test(hash));
  if (usable.length < hashes.length)
    left.push({ what: 'hash', why: 'it is not 32 hexadecimal digits, as Sentry’s are' });
  if (comments.length > COMMENTS_MAX)
    left.push({ what: 'comment', why: `an issue has at most ${COMMENTS_MAX} here` });
  return {
    left,
    issue: {
      id: issue.id,
      shortId: issue.shortId ?? '',
      url: issue.permalink ?? '',
      title: issue.title || metadata?.title || metadata?.type || '(no title)',
      culprit: issue.culprit ?? '',
      type: issue.type || 'error',
      exceptionType: metadata?.type ?? '',
      exceptionValue: metadata?.value ?? '',
      level: levelOf(issue.level),
      platform: issue.platform ?? '',
      logger: issue.logger ?? '',
      priority:
        issue.priority === 'low' || issue.priority === 'medium' || issue.priority === 'high'
          ? issue.priority
          : null,
      unhandled: issue.isUnhandled ?? false,
      firstSeen: timeOf(issue.firstSeen) ?? lastSeen,
      lastSeen,
      firstRelease: detail?.firstRelease?.version ?? '',
      lastRelease: detail?.lastRelease?.version ?? '',
      events: issue.count ?? 0,
      users: issue.userCount ?? null,
      state: stateOf(issue, detail, left),
      assignee: assignedTo
        ? assignedTo.type === 'team'
          ? { team: (assignedTo.slug ?? assignedTo.name ?? '').replace(/^#/, '') }
          : assignedTo.email
            ? { email: assignedTo.email }
            : null
        : null,
      comments: comments.slice(0, COMMENTS_MAX),
      hashes: usable,
    },
  };
}

function stateOf(
  issue: SentryIssue,
  detail: SentryIssueDetail | null,
  left: LeftOut[],
): ImportedIssue['state'] {
  const status = STATUSES.get(issue.status ?? '') ?? 'unresolved';
  const { statusDetails: details } = issue;
  if (status === 'unresolved') {
    const substatus = issue.substatus ?? '';
    return { status, substatus: OPEN.has(substatus) ? (substatus as 'new') : 'ongoing' };
  }
  if (status === 'archived') return { status, archivedUntil: archivedUntil(issue, left) };
  if (details?.inCommit)
    left.push({ what: 'resolved in a commit', why: 'its commit is not here: it is resolved' });
  const resolvedAt = timeOf(
    detail?.activity?.find(({ type }) => type === 'set_resolved' || type?.startsWith('set_resolved_'))
      ?.dateCreated,
  );
  const release = details?.inRelease;
  return {
    status,
    resolvedAt,
    resolvedIn: release
      ? { in: 'release', release }
      : details?.inNextRelease
        ? { in: 'next_release', release: detail?.lastRelease?.version ?? '' }
        : null,
  };
}

function archivedUntil({ substatus, statusDetails: details }: SentryIssue, left: LeftOut[]) {
  if (details?.ignoreUntil)
    return { until: 'time' as const, time: new Date(details.ignoreUntil).toISOString() };
  if (details?.ignoreCount || details?.ignoreUserCount)
    left.push({
      what: 'archived until it happens more often',
      why: 'what is counted begins anew here: it is archived',
    });
  return {
    until: substatus === 'archived_until_escalating' ? ('escalating' as const) : ('forever' as const),
  };
}

const levelOf = (level: string | null | undefined) =>
  (LEVELS.has(level ?? '') ? level : level === 'sample' ? 'info' : 'error') as 'error';

/** ISO 8601 in UTC, whatever the zone it came in. */
export const timeOf = (time: string | null | undefined) => (time ? new Date(time).toISOString() : null);
