/** The public link to the issue: made, copied, taken back; what it shows and what it does not. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { IssueDetail } from '#contract/issues.ts';
import { api } from '#web/client.ts';
import { PREFIX } from '#web/prefix.ts';
import { useMay } from '#web/session.ts';
import { Button } from '#web/ui/button.tsx';
import { CodeBlock } from '#web/ui/code-block.tsx';
import { Dialog } from '#web/ui/dialog.tsx';
import { FormProblem } from '#web/ui/form-problem.tsx';
import { RelativeTime } from '#web/ui/relative-time.tsx';
import { issueQuery } from './issue-queries.ts';

export function ShareDialog({ issue, onClose }: { issue: IssueDetail; onClose: () => void }) {
  const mayWrite = useMay('event:write');
  const queryClient = useQueryClient();
  const { data: organization } = useQuery({
    queryKey: ['organization'],
    queryFn: ({ signal }) => api.organization(signal),
  });
  const { share } = issue;
  const change = useMutation({
    mutationFn: async () => {
      if (share) await api.unshare(issue.id);
      else await api.share(issue.id);
    },
    meta: { shownInForm: true },
    onSuccess: () => queryClient.invalidateQueries(issueQuery(issue.id)),
  });
  const isOff = organization?.sharing === false;
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Public link to ${issue.shortId}`}
      description="Everybody who has it sees the title and the stack of the latest event. Nothing about users, no variables, breadcrumbs or requests, and no e-mail or IP addresses. What else a program writes into its messages, you know best."
    >
      <div className="flex flex-col gap-3">
        {share && (
          <>
            <CodeBlock code={`${window.location.origin}${PREFIX}/share/${share.token}`} what="public link" />
            <p className="text-xs text-ink-soft">
              Made by <bdi>{share.by ?? 'someone who has left'}</bdi>, <RelativeTime time={share.at} />.
            </p>
          </>
        )}
        {isOff && (
          <p className="text-sm text-warn">
            Public links are switched off for the organization
            {share ? ': this one leads nowhere until they are on again.' : '.'}
          </p>
        )}
        <FormProblem error={change.error} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Close</Button>
          {mayWrite && (share || !isOff) && (
            <Button
              look={share ? 'danger' : 'primary'}
              disabled={change.isPending}
              onClick={() => change.mutate()}
            >
              {share ? 'Take it back' : 'Make the link'}
            </Button>
          )}
        </div>
      </div>
    </Dialog>
  );
}
