/**
 * What arrives makes the numbers of an open issue stale, and the session when a project had its first event. The
 * occurrence somebody reads is left alone; its bar says when there is a newer one.
 */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { LiveMessage } from '#contract/live.ts';
import type { Session } from '#contract/people.ts';
import { onLive } from '#web/client.ts';
import { sessionQuery } from '#web/session.ts';

/** A busy issue changes many times a second; its page asks at most this often. */
const ASK_EVERY_MS = 5000;

export function useFollowLive() {
  const queryClient = useQueryClient();
  useEffect(() => {
    const touched = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;

    function ask() {
      timer = undefined;
      for (const id of touched) queryClient.invalidateQueries({ queryKey: ['issue', id], exact: true });
      touched.clear();
    }
    const onMessage = (message: LiveMessage) => {
      const session = queryClient.getQueryData<Session>(sessionQuery.queryKey);
      const project = session?.projects.find((each) => each.id === message.projectId);
      if (project && !project.firstEventAt) queryClient.invalidateQueries(sessionQuery);
      for (const id of message.issueIds) touched.add(id);
      timer ??= setTimeout(ask, ASK_EVERY_MS);
    };
    const onOpen = () => {
      for (const { queryKey } of queryClient.getQueryCache().findAll({ queryKey: ['issue'], type: 'active' }))
        touched.add(String(queryKey[1]));
      if (touched.size > 0) timer ??= setTimeout(ask, ASK_EVERY_MS);
    };
    const stop = onLive({ onMessage, onOpen });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [queryClient]);
}
