/** The address of an issue that was merged becomes that of the one it went into, so that what is shared is what is read. */
import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import type { Issue } from '#contract/issues.ts';

export function useMergedAddress(issueId: string, issue: Pick<Issue, 'id' | 'shortId'> | undefined): void {
  const navigate = useNavigate();
  const isOther = issue !== undefined && issue.id !== issueId && issue.shortId !== issueId.toUpperCase();
  const id = issue?.id;
  useEffect(() => {
    if (isOther && id !== undefined && /^\d+$/.test(issueId))
      navigate({
        to: '/issues/$issueId/{-$tab}',
        params: (old) => ({ ...old, issueId: id }),
        search: (old) => old,
        replace: true,
      });
  }, [isOther, id, issueId, navigate]);
}
