/** Whose the issue is: shown to all, changed by who may. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { UserRound } from 'lucide-react';
import type { IssueDetail } from '#contract/issues.ts';
import { api } from '#web/client.ts';
import { useMay, useSession } from '#web/session.ts';
import { buttonClass } from '#web/ui/button.tsx';
import { Menu, MenuChoices, MenuNote } from '#web/ui/menu.tsx';
import { issueQuery } from './issue-queries.ts';

/** Stands for nobody: Radix takes no empty value. */
const NOBODY = '*';

export function AssigneeMenu({ issue }: { issue: IssueDetail }) {
  const me = useSession()?.user;
  const mayWrite = useMay('event:write');
  const queryClient = useQueryClient();
  const { data: members } = useQuery({
    queryKey: ['members'],
    queryFn: ({ signal }) => api.members(signal),
    staleTime: 60_000,
    enabled: mayWrite,
  });
  const assign = useMutation({
    mutationFn: (userId: string | null) => api.assign(issue.id, userId),
    onSettled: () => queryClient.invalidateQueries(issueQuery(issue.id)),
  });
  const name = issue.assignee?.name ?? 'Unassigned';
  if (!mayWrite)
    return issue.assignee && <span className="text-xs text-ink-soft">Assigned to {issue.assignee.name}</span>;
  const people = [...(members ?? [])].sort((a, b) => Number(b.id === me?.id) - Number(a.id === me?.id));
  return (
    <Menu
      align="end"
      trigger={
        <button
          type="button"
          aria-label={`Assignee: ${name}`}
          title={issue.assignee ? `Assigned to ${name}` : 'Assign it to somebody'}
          className={buttonClass('secondary')}
        >
          <UserRound aria-hidden className={issue.assignee ? 'text-accent' : undefined} />
          <span className="max-w-28 truncate max-sm:sr-only">{name}</span>
        </button>
      }
    >
      <MenuNote>Whose is it?</MenuNote>
      <MenuChoices
        value={issue.assignee?.id ?? NOBODY}
        onChange={(id) => assign.mutate(id === NOBODY ? null : id)}
        choices={[
          { value: NOBODY, label: 'Nobody' },
          ...people.map((person) => ({
            value: person.id,
            label: person.name || person.email,
            note: person.id === me?.id ? 'you' : undefined,
          })),
        ]}
      />
    </Menu>
  );
}
