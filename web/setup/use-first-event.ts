/**
 * Waits for an event of a project. The live stream says it at once; asking now and then says it too when the
 * page was hidden, or when a proxy in between holds streams back.
 */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { ProjectSummary } from '#contract/people.ts';
import { api, onLive } from '#web/client.ts';

export interface Arrival {
  title: string;
  issueId: string;
}

const ASK_EVERY_MS = 10_000;

/** Null until an event arrives while the page is open. */
export function useFirstEvent(project: ProjectSummary | undefined): Arrival | null {
  const [arrival, setArrival] = useState<(Arrival & { projectId: string }) | null>(null);
  const projectId = project?.id;
  useEffect(
    () =>
      onLive({
        onMessage: (message) => {
          if (message.projectId === projectId && message.lastIssueId)
            setArrival({ projectId, title: message.lastTitle, issueId: message.lastIssueId });
        },
      }),
    [projectId],
  );
  const asked = useQuery({
    queryKey: ['first-event', projectId],
    queryFn: ({ signal }) => api.issues({ project: project?.slug, query: '', limit: 1 }, signal),
    // A project that has events already has nothing to wait for but the next one, which the stream tells.
    enabled: project !== undefined && !project.firstEventAt && !arrival,
    refetchInterval: ASK_EVERY_MS,
    refetchOnWindowFocus: 'always',
  });
  if (arrival?.projectId === projectId) return arrival;
  const first = asked.data?.items[0];
  return first ? { title: first.title, issueId: first.id } : null;
}
