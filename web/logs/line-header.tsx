/** Above the lines: the names of the columns, each with the way to take it away. */
import { X } from 'lucide-react';
import { gridOf } from './line-row.tsx';

interface LineHeaderProps {
  columns: readonly string[];
  onRemove: (key: string) => void;
}

export function LineHeader({ columns, onRemove }: LineHeaderProps) {
  return (
    <div
      className="sticky top-0 z-10 grid h-8 items-center gap-x-3 border-y border-line bg-canvas pr-4 pl-[15px] text-xs text-ink-faint"
      style={{ gridTemplateColumns: gridOf(columns) }}
    >
      <span>time</span>
      {columns.map((key) => (
        <span key={key} className="group flex min-w-0 items-center gap-0.5">
          <bdi className="truncate" title={key}>
            {key}
          </bdi>
          <button
            type="button"
            aria-label={`Remove the column ${key}`}
            title={`Remove the column ${key}`}
            onClick={() => onRemove(key)}
            className="flex size-6 shrink-0 items-center justify-center rounded opacity-0 group-hover:opacity-100 hover:bg-hover hover:text-ink focus-visible:opacity-100 pointer-coarse:opacity-100"
          >
            <X aria-hidden className="size-3" />
          </button>
        </span>
      ))}
      <span>body</span>
    </div>
  );
}
