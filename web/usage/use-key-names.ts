/** What to call a key in the ledger: its project and its label. */
import { useQueries } from '@tanstack/react-query';
import { api } from '#web/client.ts';
import { useSession } from '#web/session.ts';
import type { KeyShare } from './ledger.ts';

export function useKeyNames(): (share: Pick<KeyShare, 'projectId' | 'keyId'>) => string {
  const projects = useSession()?.projects ?? [];
  const keys = useQueries({
    queries: projects.map((project) => ({
      queryKey: ['keys', project.slug],
      queryFn: ({ signal }: { signal: AbortSignal }) => api.keys(project.slug, signal),
      staleTime: 60_000,
      retry: false,
    })),
    combine: (results) =>
      new Map(results.flatMap((result) => (result.data ?? []).map((key) => [key.id, key.label]))),
  });
  return ({ projectId, keyId }) => {
    if (keyId === '0' || keyId === '') return 'no known key';
    const project = projects.find((each) => each.id === projectId)?.name ?? `project ${projectId}`;
    return `${project}, key ${keys.get(keyId) ?? keyId}`;
  };
}
