/** Whose the issue is: shown to all, changed by who may. */
import { UserRound } from 'lucide-react';
import type { IssueDetail } from '#contract/issues.ts';
import { AssigneeMark } from '#web/issues/assignee-button.tsx';
import { AssigneeChoices, assigneeName } from '#web/issues/assignee-choices.tsx';
import { useTeamwork } from '#web/issues/use-teamwork.ts';
import { useMay } from '#web/session.ts';
import { buttonClass } from '#web/ui/button.tsx';
import { Menu } from '#web/ui/menu.tsx';

export function AssigneeMenu({ issue }: { issue: IssueDetail }) {
  const mayWrite = useMay('event:write');
  const { assign } = useTeamwork();
  const { assignee } = issue;
  const name = assignee ? assigneeName(assignee) : 'Unassigned';
  if (!mayWrite) return assignee && <span className="text-xs text-ink-soft">Assigned to {name}</span>;
  return (
    <Menu
      align="end"
      trigger={
        <button
          type="button"
          title={assignee ? `Assigned to ${name}` : 'Assign it to somebody'}
          className={buttonClass('secondary', 'medium', 'max-sm:px-2')}
        >
          <span className="sr-only">Assignee:</span>
          {assignee ? <AssigneeMark assignee={assignee} /> : <UserRound aria-hidden />}
          <span className="max-w-28 truncate max-sm:sr-only">{name}</span>
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
