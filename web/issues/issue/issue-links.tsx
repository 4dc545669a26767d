/** What the issue is linked to, below its name: title and state as of the link. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link2, X } from 'lucide-react';
import type { IssueDetail } from '#contract/issues.ts';
import type { IssueLink } from '#contract/trackers.ts';
import { api } from '#web/client.ts';
import { useMay } from '#web/session.ts';
import { IconButton } from '#web/ui/button.tsx';
import { RelativeTime } from '#web/ui/relative-time.tsx';
import { safeUrl } from '#web/ui/safe-url.ts';
import { issueQuery } from './issue-queries.ts';

export function IssueLinks({ issue }: { issue: IssueDetail }) {
  const mayWrite = useMay('event:write');
  const queryClient = useQueryClient();
  const unlink = useMutation({
    mutationFn: (link: IssueLink) => api.unlink(issue.id, link.id),
    onSettled: () => queryClient.invalidateQueries(issueQuery(issue.id)),
  });
  if (issue.links.length === 0) return null;
  return (
    <ul aria-label="Links" className="mt-1 flex flex-wrap gap-1.5">
      {issue.links.map((link) => (
        <li
          key={link.id}
          className="flex max-w-full min-w-0 items-center gap-1.5 rounded-md border border-line bg-surface pl-2 text-xs"
        >
          <Link2 aria-hidden className="size-3.5 shrink-0 text-ink-faint" />
          <a
            href={safeUrl(link.url) ?? undefined}
            title={link.title || link.url}
            target="_blank"
            rel="noopener noreferrer"
            className="min-w-0 truncate py-1 text-accent hover:underline"
          >
            <bdi>{link.name}</bdi>
            <span className="sr-only"> (opens another site)</span>
          </a>
          {link.state && (
            <span className="shrink-0 text-ink-soft">
              {link.state} <span className="sr-only">as of </span>
              <RelativeTime time={link.at} className="text-ink-faint" />
            </span>
          )}
          {mayWrite ? (
            <IconButton label={`Take the link to ${link.name} away`} onClick={() => unlink.mutate(link)}>
              <X aria-hidden className="size-3.5!" />
            </IconButton>
          ) : (
            <span className="w-1" />
          )}
        </li>
      ))}
    </ul>
  );
}
