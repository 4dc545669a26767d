/** Above the rows: the names of the columns, or what to do with the selected issues. */
import { Archive, Check, Merge, RotateCcw, Trash2 } from 'lucide-react';
import type { Issue } from '#contract/issues.ts';
import { useMay } from '#web/session.ts';
import { Button } from '#web/ui/button.tsx';
import { cx } from '#web/ui/cx.ts';
import { fullNumber } from '#web/ui/number.ts';
import { columns } from './issue-row.tsx';

interface ListHeaderProps {
  loaded: number;
  total: number | undefined;
  selected: number;
  /** Whether there is anything the person may do to what they select. */
  selectable: boolean;
  onSelectAll: (all: boolean) => void;
  onStatus: (status: Issue['status']) => void;
  onMerge: () => void;
  onDelete: () => void;
}

export function ListHeader({
  loaded,
  total,
  selected,
  selectable,
  onSelectAll,
  onStatus,
  onMerge,
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
          <span className="mr-1 shrink-0 font-medium text-ink">{fullNumber(selected)} selected</span>
          <Button size="small" onClick={() => onStatus('resolved')}>
            <Check aria-hidden />
            Resolve
          </Button>
          <Button size="small" onClick={() => onStatus('archived')}>
            <Archive aria-hidden />
            Archive
          </Button>
          <Button size="small" onClick={() => onStatus('unresolved')}>
            <RotateCcw aria-hidden />
            Unresolve
          </Button>
          {selected > 1 && (
            <Button size="small" onClick={onMerge}>
              <Merge aria-hidden />
              Merge
            </Button>
          )}
          {mayDelete && (
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
          <span className="hidden justify-self-end md:block">Last seen</span>
        </>
      )}
    </div>
  );
}
