/** Waits for a log record of a project by asking: a flood of them is nothing to be told one by one. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { LogRecord } from '#contract/logs.ts';
import type { ProjectSummary } from '#contract/people.ts';
import { api } from '#web/client.ts';

const ASK_EVERY_MS = 2_000;
/** The server's clock may be ahead of the browser's. */
const AHEAD_MS = 3_600_000;

/** Null until a record arrives while the page is open. */
export function useFirstLog(project: ProjectSummary | undefined): LogRecord | null {
  // From the whole second on: times that a shell writes have no parts of one.
  const [since] = useState(() => Math.floor(Date.now() / 1000) * 1000);
  const asked = useQuery({
    queryKey: ['first-log', project?.id],
    queryFn: ({ signal }) =>
      api.logs(
        { project: project?.slug ?? '', query: '', from: since, to: Date.now() + AHEAD_MS, limit: 1 },
        signal,
      ),
    enabled: project !== undefined,
    refetchInterval: (query) => (query.state.data?.items.length ? false : ASK_EVERY_MS),
    refetchOnWindowFocus: 'always',
  });
  return asked.data?.items[0] ?? null;
}
