/** Whose an issue of the list is, as an avatar; a menu for who may change it. */
import { UserRound } from 'lucide-react';
import type { IssueListItem } from '#contract/issues.ts';
import type { Assignee } from '#contract/teamwork.ts';
import { Avatar } from '#web/ui/avatar.tsx';
import { Menu } from '#web/ui/menu.tsx';
import { AssigneeChoices, assigneeName } from './assignee-choices.tsx';
import { useTeamwork } from './use-teamwork.ts';

interface AssigneeButtonProps {
  issue: Pick<IssueListItem, 'id' | 'shortId' | 'assignee' | 'project'>;
  /** Whether the person may change it. */
  changes: boolean;
}

export function AssigneeButton({ issue, changes }: AssigneeButtonProps) {
  const { assign } = useTeamwork();
  const { assignee } = issue;
  const name = assignee ? assigneeName(assignee) : 'nobody';
  if (!changes)
    return (
      assignee && (
        <span title={`Assigned to ${name}`} className="relative z-10">
          <AssigneeMark assignee={assignee} />
          <span className="sr-only">Assigned to {name}</span>
        </span>
      )
    );
  return (
    <Menu
      align="end"
      trigger={
        <button
          type="button"
          title={assignee ? `Assigned to ${name}` : 'Assign it to somebody'}
          className="relative z-10 flex size-7 items-center justify-center rounded-full text-ink-faint hover:bg-hover pointer-coarse:size-10"
        >
          {assignee ? <AssigneeMark assignee={assignee} /> : <UserRound aria-hidden className="size-4" />}
          <span className="sr-only">
            Assignee of {issue.shortId}: {name}
          </span>
        </button>
      }
    >
      <AssigneeChoices
        project={issue.project.slug}
        value={assignee}
        onChoose={(to) => assign({ issues: [issue], to })}
      />
    </Menu>
  );
}

export const AssigneeMark = ({ assignee: { type, name, slug } }: { assignee: Assignee }) => (
  <Avatar name={type === 'team' ? slug : name} square={type === 'team'} />
);
