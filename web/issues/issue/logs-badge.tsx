/** Says that events of the issue are made of log records, of how many, and leads to lines like them. */
import { Link } from '@tanstack/react-router';
import type { IssueDetail } from '#contract/issues.ts';
import { Badge } from '#web/ui/badge.tsx';
import { counted, fullNumber } from '#web/ui/number.ts';

const DAY_MS = 86_400_000;
/** Behind the newest record, so that it does not stand at the very end. */
const BEHIND_MS = 300_000;

export function LogsBadge({ issue: { logs, events, project } }: { issue: IssueDetail }) {
  if (!logs) return null;
  const isAll = logs.events >= events;
  const badge = (
    <Badge tone="info">From logs{isAll ? '' : `: ${fullNumber(logs.events)} of ${fullNumber(events)}`}</Badge>
  );
  const told = isAll
    ? 'Its events were found in log records.'
    : `${counted(logs.events, 'event')} of ${fullNumber(events)} were found in log records, the others came from an SDK.`;
  if (logs.recordId === null)
    return (
      <span title={told} className="inline-flex tracking-normal">
        {badge}
      </span>
    );
  return (
    <Link
      to="/logs"
      search={{
        project: project.slug,
        ...(logs.patterns.length > 0 && { query: logs.patterns.map((id) => `pattern:${id}`).join(' OR ') }),
        ...dayOf(logs.recordId),
        record: logs.recordId,
      }}
      title={`${told} See the lines.`}
      className="inline-flex rounded tracking-normal"
    >
      {badge}
    </Link>
  );
}

/** The day up to a record: when it was logged stands in its id, in nanoseconds. */
function dayOf(recordId: string): { from?: string; to?: string } {
  const at = Number(recordId.split('-')[1]?.slice(0, -6));
  if (!Number.isFinite(at)) return {};
  return { from: new Date(at - DAY_MS).toISOString(), to: new Date(at + BEHIND_MS).toISOString() };
}
