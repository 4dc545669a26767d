/** Above the rows: the names of the columns, or what to do with the selected issues. */
import { Merge, RotateCcw, Trash2, UserRound } from 'lucide-react';
import type { IssueUpdate } from '#contract/issues.ts';
import type { Assignee } from '#contract/teamwork.ts';
import { AssigneeChoices } from '#web/issues/assignee-choices.tsx';
import { ArchiveButton } from '#web/issues/workflow/archive-button.tsx';
import { PriorityMenu } from '#web/issues/workflow/priority.tsx';
import { ResolveButton } from '#web/issues/workflow/resolve-button.tsx';
import { useMay } from '#web/session.ts';
import { Button } from '#web/ui/button.tsx';
import { cx } from '#web/ui/cx.ts';
import { Menu } from '#web/ui/menu.tsx';
import { fullNumber } from '#web/ui/number.ts';
import { columns } from './issue-row.tsx';
import { SelectMatching } from './select-matching.tsx';

interface ListHeaderProps {
  loaded: number;
  total: number | undefined;
  selected: number;
  /** Whether there is anything the person may do to what they select. */
  selectable: boolean;
  onSelectAll: (all: boolean) => void;
  /** Not only the selected ones: all that the search finds. */
  everything: boolean;
  onEverything: () => void;
  onChange: (change: IssueUpdate) => void;
  onMerge: () => void;
  onAssign: (to: Assignee | null) => void;
  onDelete: () => void;
}

export function ListHeader({
  loaded,
  total,
  selected,
  selectable,
  onSelectAll,
  everything,
  onEverything,
  onChange,
  onMerge,
  onAssign,
  onDelete,
}: ListHeaderProps) {
  const mayDelete = useMay('event:admin');
  return (
    <div
      className={cx(
        columns(selectable),
        'sticky top-12 z-10 h-10 items-center border-y border-line bg-canvas text-xs text-ink-faint md:top-0',
      )}
    >
      {selectable && (
        <label className="relative flex size-5 cursor-pointer items-center justify-center before:absolute before:-inset-2.5">
          <span className="sr-only">Select all loaded issues</span>
          <input
            type="checkbox"
            className="size-4 cursor-pointer accent-accent"
            disabled={loaded === 0}
            checked={loaded > 0 && selected === loaded}
            ref={(box) => {
              if (box) box.indeterminate = selected > 0 && selected < loaded;
            }}
            onChange={(event) => onSelectAll(event.target.checked)}
          />
        </label>
      )}
      {selectable && selected > 0 ? (
        <div className="col-span-full col-start-2 flex min-w-0 items-center gap-1.5 overflow-x-auto">
          <SelectMatching {...{ loaded, total, selected, everything, onEverything }} />
          <ResolveButton size="small" onChange={onChange} />
          <ArchiveButton size="small" onChange={onChange} />
          <Button size="small" onClick={() => onChange({ status: 'unresolved' })}>
            <RotateCcw aria-hidden />
            Unresolve
          </Button>
          <PriorityMenu size="small" priority={null} onChange={onChange} />
          {selected > 1 && !everything && (
            <Button size="small" onClick={onMerge}>
              <Merge aria-hidden />
              Merge
            </Button>
          )}
          <Menu
            trigger={
              <Button size="small">
                <UserRound aria-hidden />
                Assign
              </Button>
            }
          >
            <AssigneeChoices value={undefined} onChoose={onAssign} />
          </Menu>
          {mayDelete && !everything && (
            <Button size="small" look="quiet-danger" onClick={onDelete}>
              <Trash2 aria-hidden />
              Delete
            </Button>
          )}
          <Button size="small" look="ghost" onClick={() => onSelectAll(false)}>
            Clear
          </Button>
        </div>
      ) : (
        <>
          <span>{total === undefined ? '' : `${fullNumber(total)} ${total === 1 ? 'issue' : 'issues'}`}</span>
          <span className="hidden lg:block">Trend</span>
          <span className="hidden justify-self-end md:block">Events</span>
          <span className="hidden justify-self-end md:block">Users</span>
          <span className="hidden justify-self-end md:block">Impact</span>
          <span className="hidden md:block">
            <span className="sr-only">Assignee</span>
          </span>
          <span className="hidden justify-self-end md:block">Last seen</span>
        </>
      )}
    </div>
  );
}
