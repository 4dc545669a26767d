/**
 * Keeps the list true while it stands open. Rows on the page change where they stand; issues that are not on it
 * are only counted, and shown when the reader asks, so that nothing moves under their hands.
 */
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import { api, onLive } from '#web/client.ts';
import { type Pages, patchRows } from '#web/issues/issue-cache.ts';
import { issuesQuery, PAGE_ROWS } from './issues-query.ts';
import { DEFAULT_QUERY, type ListSearch } from './list-search.ts';

/** However much arrives, the first page is asked for at most this often. */
const ASK_EVERY_MS = 3000;

export function useLiveIssues({
  project = '',
  query = DEFAULT_QUERY,
  sort = 'lastSeen',
  period = '14d',
}: ListSearch) {
  const queryClient = useQueryClient();
  const [unseen, setUnseen] = useState(0);

  useEffect(() => {
    const { queryKey } = issuesQuery({ project, query, sort, period });
    let timer: ReturnType<typeof setTimeout> | undefined;
    const gone = new AbortController();

    async function ask() {
      timer = undefined;
      try {
        const fresh = await api.issues({ project, query, sort, period, limit: PAGE_ROWS }, gone.signal);
        const patched = patchRows(queryClient.getQueryData<Pages>(queryKey), fresh.items);
        if (patched.data) queryClient.setQueryData<Pages>(queryKey, patched.data);
        setUnseen(patched.unseen);
      } catch {
        // The list as it stands is still right; the next batch asks again.
      }
    }
    const askSoon = () => {
      timer ??= setTimeout(ask, ASK_EVERY_MS);
    };
    const stop = onLive({ onMessage: askSoon, onOpen: askSoon });
    setUnseen(0);
    return () => {
      stop();
      clearTimeout(timer);
      gone.abort();
    };
  }, [queryClient, project, query, sort, period]);

  /** Begins again at the first page, with what is new on top. */
  const showUnseen = useCallback(async () => {
    const { queryKey } = issuesQuery({ project, query, sort, period });
    queryClient.setQueryData<Pages>(
      queryKey,
      (data) => data && { pages: data.pages.slice(0, 1), pageParams: data.pageParams.slice(0, 1) },
    );
    window.scrollTo({ top: 0 });
    await queryClient.invalidateQueries({ queryKey });
    setUnseen(0);
  }, [queryClient, project, query, sort, period]);

  return { unseen, showUnseen };
}
